import Agents
import ArgumentParser
import NeuralCore
import SequenceModels
import Storage

struct ModelInfoCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "info", abstract: "Print what an agent is, its size and its work a step.")

  @Argument(help: "An agent file, a run directory or the name of an embedded agent.")
  var agent: String

  @Flag(help: "Print one JSON object.")
  var json = false

  func run() throws {
    let agent = try PlayerCatalog.agent(agent)
    let cost = agent.model.cost
    let model = ModelRegistry.setting(of: agent.model)
    let graph = AgentGraph(agent)
    let shape = graph?.shape
    if json {
      let fields: [Setting.Entry] = [
        .init("agent", .string(self.agent)), .init("name", .string(agent.name)),
        .init("rules", .string(agent.rules.name)), .init("model", model),
        .init("parameters", .integer(cost.parameters)),
        .init("parameters_dense", .integer(cost.denseParameters)),
        .init("multiply_adds", .integer(cost.multiplyAdds)),
        .init("state_floats", .integer(cost.stateFloats)),
      ]
      let measures = shape.map { [Setting.Entry("graph", $0)] } ?? []
      let names = graph?.names.map { [Setting.Entry("names", .list($0.map { .string($0) }))] } ?? []
      print(Setting.map(fields + measures + names).json)
      return
    }
    print("\(agent.name.printable()), \(agent.rules.name) rules")
    print("model             \(model.json)")
    print("parameters        \(cost.parameters), counted densely \(cost.denseParameters)")
    print("a step            \(cost.multiplyAdds) multiply-adds")
    print("state             \(cost.stateFloats) floats, \(4 * cost.stateFloats) bytes")
    if case .map(let entries)? = shape {
      let words = entries.map { "\($0.key.replacing("_", with: " ")) \($0.value.json)" }
      print("hidden graph      \(words.joined(separator: ", "))")
    }
    for (key, value) in agent.notes.sorted(by: { $0.key < $1.key }) {
      print(
        key.printable() + String(repeating: " ", count: max(1, 18 - key.count)) + value.printable(limit: 2000)
      )
    }
  }
}

extension AgentGraph {
  /// Measures of the connections among hidden neurons.
  fileprivate var shape: Setting {
    let hidden = graph.among(AgentGraph.firstHidden..<neurons)
    let measures = GraphMeasures(hidden.graph)
    let own = hidden.edges.map { weights[$0] }
    func rounded(_ value: Double) -> Setting { .number((value * 1e4).rounded() / 1e4) }
    return .map([
      .init("neurons", .integer(hidden.graph.neurons)), .init("edges", .integer(hidden.graph.edges)),
      .init("clustering", rounded(measures.clustering)), .init("mean_path", rounded(measures.meanPath)),
      .init("reciprocity", rounded(measures.reciprocity)),
      .init("modularity", rounded(measures.modularity)), .init("communities", .integer(measures.communities)),
      .init("in_degree_spread", rounded(measures.inDegreeSpread)),
      .init("out_degree_spread", rounded(measures.outDegreeSpread)),
      .init("spectral_radius", rounded(hidden.graph.spectralRadius(weights: own))),
      .init("absolute_spectral_radius", rounded(hidden.graph.spectralRadius(weights: own.map(abs)))),
    ])
  }
}
