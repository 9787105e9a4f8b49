import Agents
import ArgumentParser
import Demonstrations
import Interchange
import PongEngine
import Storage

struct ModelRunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Run an agent from its zero state on observations and print its outputs of every step as CSV.",
    discussion: "A line a step, without a header: the outputs for right, left and stay.")

  @Argument(help: "An agent file, a run directory, an .onnx file or the name of an embedded agent.")
  var agent: String

  @Option(help: "A CSV file of 24 columns of 0 or 1, one step a line; a header line is skipped.")
  var observations: String

  func run() throws {
    let outputs = try outputs()
    let rows = try ObservationText.decode(try AtomicFile.read(observations), path: observations)
    var text = ""
    for row in rows {
      let output = outputs(row)
      text += "\(output[0]),\(output[1]),\(output[2])\n"
    }
    print(text, terminator: "")
  }

  /// The outputs for an observation, a step after the other.
  private func outputs() throws -> (Observation) -> SIMD3<Float> {
    if fileEnding(agent) == ONNXFile.ending { return try ONNXFile.outputs(agent) }
    let policy = ModelPolicy(try PlayerCatalog.agent(agent))
    return { observation in
      let output = policy.outputs(for: observation)
      return SIMD3(output[0], output[1], output[2])
    }
  }
}
