import Agents
import Foundation
import Storage

extension NeuronGraph {
  /// The network that a report draws: the first seed of the standard TND, if its run is still beside the results,
  /// else the embedded agent.
  public static func portrait(for results: SweepResults) throws -> NeuronGraph? {
    let standard = ReportPart.Origin.allCases.compactMap {
      ReportPart($0, results.configurations, isNamed: false).selection.tnd
    }
    for cell in standard.flatMap(\.played) {
      let path = "\(results.path)/runs/\(cell.cell)/best.safetensors"
      guard FileManager.default.fileExists(atPath: path) else { continue }
      let agent = try Agent(contentsOf: path)
      // Only the agent that the results are of.
      guard cell.best?.agentCRC32 == agent.checksum, var graph = NeuronGraph(agent) else { continue }
      graph.name = cell.cell
      graph.sources = Report.Sources(
        cells: [cell.cell], configurations: [.init(name: cell.cell, text: cell.config.yaml)])
      return graph
    }
    guard PlayerCatalog.embeddedAgents.contains(PlayerCatalog.defaultAgent) else { return nil }
    let agent = try PlayerCatalog.agent(PlayerCatalog.defaultAgent)
    var graph = NeuronGraph(agent)
    let name = "the embedded agent \(PlayerCatalog.defaultAgent)"
    graph?.name = name
    if let text = agent.notes["config"], let config = try? Setting(yaml: text, source: name) {
      graph?.sources = Report.Sources(cells: [], configurations: [.init(name: name, text: config.yaml)])
    }
    return graph
  }
}
