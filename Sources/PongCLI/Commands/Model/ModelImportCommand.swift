import Agents
import ArgumentParser
import SequenceModels
import Storage

extension TND.Readout: ExpressibleByArgument {}

struct ModelImportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import",
    abstract: "Make an agent of a checkpoint that another program wrote.",
    discussion: """
      tnd-dense: safetensors of the published PyTorch implementation, F32: weights [n,n] (row = target), \
      adj_mask [n,n], bias [n], alpha [n], input_weight [24]. Weights outside the mask are dropped.
      """)

  enum Format: String, CaseIterable, ExpressibleByArgument {
    case tndDense = "tnd-dense"
  }

  @Argument(help: "The checkpoint.")
  var input: String

  @Argument(help: "The agent file to write.")
  var output: String

  @Option(help: "The checkpoint's format: tnd-dense.")
  var format: Format

  @Option(help: "The leak, which the checkpoint does not hold.")
  var tau: Double

  @Option(help: "activation or state.")
  var readout: TND.Readout = .activation

  @Option(help: "The agent's name.")
  var name = "tnd"

  func validate() throws {
    // The range that the model reads back from the agent file.
    if !(0.001...1).contains(tau) {
      throw ValidationError("--tau: found \(tau), expected a number from 0.001 to 1.0")
    }
  }

  func run() throws {
    switch format {
    case .tndDense:
      let file = try SafeTensors(contentsOf: input)
      var agent = try DenseTND.agent(file, path: input, tau: tau, readout: readout, name: name)
      agent.notes["program_version"] = Program.version
      try agent.write(to: output)
    }
  }
}
