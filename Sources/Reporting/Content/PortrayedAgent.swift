import Agents
import Demonstrations
import Foundation
import PongEngine
import Storage
import Sweeps
import Training

/// The agent that a report shows: how it plays, and its network.
public struct PortrayedAgent: Sendable {
  /// What it is called in the report.
  let name: String
  let agent: Agent
  /// The config that it was trained by.
  let sources: Report.Sources

  /// The first seed of the standard TND, if its run is still beside the results, else the embedded agent.
  public init?(for results: SweepResults) throws {
    let standard = ReportPart.Origin.allCases.compactMap { Selection($0.own(of: results.configurations)).tnd }
    for cell in standard.flatMap(\.played) {
      let path = SweepDirectory(results.path).run(named: cell.cell).bestPath
      guard FileManager.default.fileExists(atPath: path) else { continue }
      let agent = try Agent(contentsOf: path)
      // Only the agent that the results are of.
      guard cell.best?.agentCRC32 == agent.checksum else { continue }
      name = cell.cell
      self.agent = agent
      sources = Report.Sources(
        cells: [cell.cell], configurations: [.init(name: cell.cell, text: cell.config.yaml)])
      return
    }
    guard PlayerCatalog.embeddedAgents.contains(PlayerCatalog.defaultAgent) else { return nil }
    agent = try PlayerCatalog.agent(PlayerCatalog.defaultAgent)
    let name = "the embedded agent \(PlayerCatalog.defaultAgent)"
    let config = agent.notes["config"].flatMap { try? Setting(yaml: $0, source: name) }
    self.name = name
    sources = Report.Sources(
      cells: [], configurations: config.map { [.init(name: name, text: $0.yaml)] } ?? [])
  }

  /// Its network at one moment of play; nil where it is no graph of neurons.
  var graph: NeuronGraph? {
    var graph = NeuronGraph(agent)
    graph?.name = name
    graph?.sources = sources
    return graph
  }

  /// Seconds that are shown of its play.
  static let seconds = 20

  /// Its first seconds of play with the serves of seed 0.
  var play: ReplayPage {
    get throws(FileError) {
      var session = Session(rules: Rules.preset(agent.rules), serves: SeededServes(seed: 0))
      let policy = ModelPolicy(agent)
      var track = Replay.Track()
      for step in 0..<60 * PortrayedAgent.seconds {
        let action = policy.action(for: session.observation)
        session.step(action)
        track.actions.append(action)
        track.hands.append(.agent, step: step)
      }
      let replay = Replay(
        ruleSet: agent.rules, names: [name], parts: [Replay.Part(seed: 0, tracks: [track])])
      return try ReplayPage(replay, path: name)
    }
  }
}
