import Agents
import Foundation
import Storage
import TestSupport
import Testing
import Training

@testable import Reporting

@Suite("The neuron graph")
struct NeuronGraphTests {
  @Test func ofTheEmbeddedAgent() throws {
    let graph = try #require(try SampleResults.graph())
    #expect(graph.name == "the embedded agent tnd")
    #expect(graph.hidden == 573 && graph.allEdges > 100_000)
    #expect(graph.edges.filter { $0.kind == .fromInput }.count == 150)
    #expect(graph.edges.filter { $0.kind == .amongHidden }.count == 150)
    #expect(graph.edges.filter { $0.kind == .toOutput }.count == 100)
    for kind in AgentGraph.EdgeKind.allCases {
      let weights = graph.edges.filter { $0.kind == kind }.map { abs($0.weight) }
      #expect(weights == weights.sorted(by: >))
    }
    #expect(graph.activity.allSatisfy { (-1...1).contains($0) })
    // The moment: after some play, the ball on its way down in the middle of the court.
    #expect(graph.step >= 400 && graph.state.ballDY > 0 && (110...150).contains(graph.state.ballY))
    #expect(graph.places == (try SampleResults.graph())?.places)
  }

  @Test func neuronsStandApartAndInside() throws {
    let graph = try #require(try SampleResults.graph())
    var taken: Set<String> = []
    for (index, place) in graph.places.enumerated() {
      #expect((0...1).contains(place.x) && (0...1).contains(place.y))
      #expect(taken.insert("\(place.x) \(place.y)").inserted, "neuron \(index)")
      if index >= 27 { #expect((0.14...0.86).contains(place.x)) }
    }
  }

  @Test func otherModelsHaveNone() throws {
    let config = try RunConfig(yaml: "model: {type: rnn, hidden: 5}", source: "c.yaml")
    let agent = Agent(
      model: config.model, parameters: [Float](repeating: 0, count: config.model.layout.count),
      rules: .reference, name: "rnn")
    #expect(NeuronGraph(agent) == nil)
  }

  @Test func theAgentOfTheResultsIsPreferredIfItIsThatOne() throws {
    try withTemporaryFolder { folder in
      var cells = SampleResults.runs(SampleResults.tnd)
      let agent = try PlayerCatalog.agent("tnd")
      let run = "\(folder)/runs/tnd/seed=0"
      try FileManager.default.createDirectory(atPath: run, withIntermediateDirectories: true)
      try agent.write(to: "\(run)/best.safetensors")
      let other = try #require(try PortrayedAgent(for: SweepResults(path: folder, cells: cells))?.graph)
      #expect(other.name == "the embedded agent tnd" && other.sources.cells.isEmpty)
      cells[0].best?.agentCRC32 = agent.checksum
      let own = try #require(try PortrayedAgent(for: SweepResults(path: folder, cells: cells))?.graph)
      #expect(own.name == "tnd/seed=0" && own.sources.cells == ["tnd/seed=0"])
      #expect(own.edges == other.edges)
    }
  }
}
