import Foundation
import Learning
import Storage
import TestSupport
import Testing

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
    for kind in NeuronGraph.Edge.Kind.allCases {
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
      if index >= 27 { #expect((0.17...0.85).contains(place.x)) }
    }
  }

  @Test func hiddenNeuronsStandByWhereTheirWeightLeads() {
    // 27 reads an input, 28 stands between, 29 drives an output.
    let edges = [
      NeuronGraph.Edge(source: 0, target: 27, weight: 1), NeuronGraph.Edge(source: 27, target: 28, weight: 1),
      NeuronGraph.Edge(source: 28, target: 29, weight: 1),
      NeuronGraph.Edge(source: 29, target: 24, weight: -1),
      NeuronGraph.Edge(source: 1, target: 28, weight: 0.5),
      NeuronGraph.Edge(source: 28, target: 25, weight: 0.5),
    ]
    let places = NeuronLayout(neurons: 30, edges: edges).places
    #expect(places[27].x <= places[28].x && places[28].x <= places[29].x && places[27].x < places[29].x)
    #expect(places[0].x == 0 && places[24].x == 1)
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
      let other = try #require(try NeuronGraph.portrait(for: SweepResults(path: folder, cells: cells)))
      #expect(other.name == "the embedded agent tnd" && other.sources.cells.isEmpty)
      let checksum = String(CRC32.checksum(agent.fileBytes), radix: 16)
      cells[0].best?.agentCRC32 = String(repeating: "0", count: 8 - checksum.count) + checksum
      let own = try #require(try NeuronGraph.portrait(for: SweepResults(path: folder, cells: cells)))
      #expect(own.name == "tnd/seed=0" && own.sources.cells == ["tnd/seed=0"])
      #expect(own.edges == other.edges)
    }
  }
}
