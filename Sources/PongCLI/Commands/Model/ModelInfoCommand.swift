import Agents
import ArgumentParser
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
    let shape = graph?.hiddenMeasures
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
      let roles = graph.map { [Setting.Entry("roles", .list($0.roles.map { .string($0.rawValue) }))] } ?? []
      print(Setting.map(fields + measures + roles + names).json)
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
      print(key.printable().padded(to: 17) + " " + value.printable(limit: 2000))
    }
  }
}
