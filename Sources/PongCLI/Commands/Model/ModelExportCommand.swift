import Agents
import ArgumentParser
import Interchange
import Storage

struct ModelExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Write an agent for other programs; the ending tells the format: .onnx, .safetensors, .csv.",
    discussion: """
      .onnx: one step, opset 17: inputs observation [batch, 24] and the states, outputs outputs [batch, 3] (right, \
      left, stay) and every state after the step, named NAME_next. States are zero at the start of a session. \
      Needs a build with the trait Interchange, which ./pong makes by itself. .safetensors: the agent file. \
      .csv: the connections of a TND or sparse RNN: source, target, weight and roles; neurons by their names or by \
      numbers, 0 to 23 the inputs, 24 to 26 the outputs right, left, stay.
      """)

  @Argument(help: "An agent file, a run directory or the name of an embedded agent.")
  var agent: String

  @Option(help: "The file to write, ending in .onnx, .safetensors or .csv.")
  var out: String

  func run() throws {
    let name = out.split(separator: "/").last ?? ""
    switch name.lastIndex(of: ".").map({ String(name[name.index(after: $0)...]) }) {
    case ONNXFile.ending: try ONNXFile.write(try PlayerCatalog.agent(agent), to: out)
    case "csv":
      let found = try PlayerCatalog.agent(agent)
      guard let graph = AgentGraph(found) else {
        throw ValidationError(
          "\(agent): found a network without a graph, expected a TND or a sparse RNN for .csv")
      }
      try AtomicFile.write(EdgeList.csv(graph), to: out)
    case "safetensors": try PlayerCatalog.agent(agent).write(to: out)
    case let ending:
      let found = ending.map { "the ending .\($0)" } ?? "no ending"
      throw ValidationError("\(out): found \(found), expected .onnx, .safetensors or .csv")
    }
  }
}
