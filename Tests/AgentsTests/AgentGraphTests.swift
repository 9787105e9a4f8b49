import Determinism
import Foundation
import NeuralCore
import PongEngine
import SequenceModels
import Storage
import Testing

@testable import Agents

/// Small agents with random parameters.
private func agent(_ type: String, _ settings: [Setting.Entry], seed: UInt64 = 0) throws -> Agent {
  let kind = try #require(ModelRegistry.model(type: type))
  var reader = try SettingReader(.map(settings), source: "test", path: "model")
  let model = try kind.init(settings: &reader, inputs: 24, outputs: 3, seed: seed)
  return Agent(
    model: model, parameters: model.initialParameters(SeededGenerator(seed: seed)), rules: .reference,
    name: type)
}

private func tnd(neurons: Int = 80, seed: UInt64 = 0) throws -> Agent {
  try agent("tnd", [.init("neurons", .integer(neurons)), .init("density", .number(0.3))], seed: seed)
}

@Suite("Changed edges")
struct ChangedEdgesTests {
  /// Against sets of pairs: what one graph has and the other has not, among some neurons, the strongest first.
  @Test func areTheDifferenceOfTwoGraphs() throws {
    let (earlier, later) = (
      try #require(AgentGraph(tnd(seed: 1))), try #require(AgentGraph(tnd(seed: 2)))
    )
    func pairs(_ graph: AgentGraph, _ neurons: Set<Int>) -> [[Int]: Float] {
      var pairs: [[Int]: Float] = [:]
      graph.forEachEdge { source, target, weight in
        if neurons.contains(source), neurons.contains(target) { pairs[[source, target]] = weight }
      }
      return pairs
    }
    let some = Array(0..<27) + stride(from: 28, to: 80, by: 2)
    for (neurons, most) in [(Array(0..<80), Int.max), (some, .max), (some, 40), (some, 0)] {
      let changed = ChangedEdges(from: earlier, to: later, among: neurons, most: most)
      let (before, after) = (pairs(earlier, Set(neurons)), pairs(later, Set(neurons)))
      for (found, one, other) in [(changed.arrived, after, before), (changed.departed, before, after)] {
        let expected = one.filter { other[$0.key] == nil }
          .sorted { (abs($1.value), $0.key[1], $0.key[0]) < (abs($0.value), $1.key[1], $1.key[0]) }
        #expect(found.map { [$0.source, $0.target] } == expected.prefix(most).map(\.key))
        #expect(found.map(\.weight) == expected.prefix(most).map(\.value))
      }
    }
    let none = ChangedEdges(from: later, to: later, among: Array(0..<80), most: 9)
    #expect(none.arrived.isEmpty && none.departed.isEmpty)
  }
}

@Suite("The graph of an agent")
struct AgentGraphTests {
  @Test func aTNDIsItsGraph() throws {
    let agent = try tnd()
    let model = try #require(agent.model as? TND)
    let graph = try #require(AgentGraph(agent))
    #expect(graph.graph == model.graph && graph.firstOfHiddenVector == 0)
    #expect(graph.weights == Array(agent.parameters[model.layout["weights"].range]))
  }

  /// The sums over the graph's connections are what the sparse RNN computes.
  @Test func aSparseRNNComputesTheSumsOfItsGraph() throws {
    let agent = try agent("sparse_rnn", [.init("hidden", .integer(40)), .init("density", .number(0.3))])
    let graph = try #require(AgentGraph(agent))
    #expect(graph.neurons == 27 + 40 && graph.firstOfHiddenVector == 27)
    func parameter(_ name: String, _ index: Int) -> Float {
      let range = agent.model.layout[name].range
      return agent.parameters[range.lowerBound + index]
    }
    let policy = ModelPolicy(agent)
    policy.reset()
    var values = [Float](repeating: 0, count: graph.neurons)
    for step in 0..<5 {
      let observation = Observation(ballX: 30 + 17 * step, ballY: 200 - 31 * step, paddleX: 60 + 7 * step)
      for bit in 0..<24 { values[bit] = observation[bit] ? 1 : 0 }
      var sums = [Float](repeating: 0, count: graph.neurons)
      graph.forEachEdge { source, target, weight in
        if target >= 27 { sums[target] += weight * values[source] }
      }
      _ = policy.action(for: observation)
      for unit in 0..<40 {
        let sum = sums[27 + unit] + parameter("rnn.bias_ih_l0", unit) + parameter("rnn.bias_hh_l0", unit)
        #expect(abs(tanh(sum) - policy.hidden[unit]) < 1e-5)
        values[27 + unit] = policy.hidden[unit]
      }
      for output in 0..<3 {
        var sum = parameter("readout.bias", output)
        graph.forEachEdge { source, target, weight in
          if target == 24 + output { sum += weight * values[source] }
        }
        #expect(abs(sum - policy.latestOutputs[output]) < 1e-5)
      }
    }
    policy.reset()
    #expect(policy.latestOutputs == .zero)
  }

  @Test func othersHaveNone() throws {
    #expect(AgentGraph(try agent("lstm", [.init("hidden", .integer(8))])) == nil)
  }
}

@Suite("Places of neurons")
struct GraphLayoutTests {
  @Test(arguments: [2, 20, 60, 300])
  func neuronsLieEvenlyBetweenInputsAndOutputs(_ hidden: Int) throws {
    let graph = try #require(AgentGraph(try tnd(neurons: 27 + hidden)))
    let places = GraphLayout(graph).places
    #expect(places == GraphLayout(graph).places && places.count == 27 + hidden)
    for input in 0..<24 {
      #expect(places[input].x == 0 && (0...1).contains(places[input].y))
      if input > 0 { #expect(places[input].y > places[input - 1].y) }
    }
    #expect(places[24...26].allSatisfy { $0.x == 1 && (0...1).contains($0.y) })
    let cloud = places[27...].map { SIMD2(($0.x - 0.14) / 0.72 * 2 - 1, $0.y * 2 - 1) }
    // Within the circle, and no two closer than half of what an even packing would leave them.
    let spacing = (3.63 / Double(hidden)).squareRoot()
    for (index, place) in cloud.enumerated() {
      #expect((place * place).sum() <= 1 + 1e-9)
      for other in cloud[..<index] {
        #expect(((place - other) * (place - other)).sum().squareRoot() > min(spacing, 1) / 2, "\(index)")
      }
    }
  }

  /// Two halves of the hidden neurons, connected within only, one to the upper inputs and one to the lower.
  @Test func connectedNeuronsLieTogether() throws {
    var rows = [[UInt32]](repeating: [], count: 27 + 40)
    for neuron in 27..<67 {
      let isUpper = neuron.isMultiple(of: 2)
      rows[neuron] =
        [isUpper ? 1 : 22]
        + (27..<67).filter { $0 != neuron && $0.isMultiple(of: 2) == isUpper }.map(UInt32.init)
    }
    let graph = try SparseGraph(sourcesOfTargets: rows)
    let weights = [Float](repeating: 0.5, count: graph.edges)
    let places = GraphLayout(AgentGraph(graph: graph, weights: weights)).places
    // All but a few along the border of the halves, where neurons make room for each other.
    let wrong = (27..<67).filter { (places[$0].y < 0.5) != $0.isMultiple(of: 2) }
    #expect(wrong.count <= 4 && wrong.allSatisfy { abs(places[$0].y - 0.5) < 0.1 }, "\(wrong)")
  }

  @Test func hiddenNeuronsStandByWhereTheirWeightLeads() throws {
    // 27 reads an input, 28 stands between, 29 drives an output.
    var rows = [[UInt32]](repeating: [], count: 30)
    rows[24] = [29]
    rows[25] = [28]
    rows[27] = [0]
    rows[28] = [1, 27]
    rows[29] = [28]
    let graph = try SparseGraph(sourcesOfTargets: rows)
    let places = GraphLayout(AgentGraph(graph: graph, weights: [-1, 0.5, 1, 0.5, 1, 1])).places
    #expect(places[27].x < places[28].x && places[28].x < places[29].x)
    #expect(places[0].x == 0 && places[24].x == 1)
  }

  @Test func placesOnlyThoseAskedFor() throws {
    let graph = try #require(AgentGraph(try tnd()))
    let places = GraphLayout(graph, placed: [30, 40, 50, 60]).places
    let middle = GraphLayout.Place(x: 0.5, y: 0.5)
    #expect((27..<80).filter { places[$0] == middle }.count >= 53 - 4)
    #expect(Set([30, 40, 50, 60].map { "\(places[$0])" }).count == 4)
  }
}

@Suite("The strongest connections")
struct StrongestEdgesTests {
  /// Hidden neurons 27, 28, 29; the weights from 28 are the largest, then 27, then 29.
  private var graph: AgentGraph {
    get throws {
      var rows = [[UInt32]](repeating: [], count: 30)
      rows[24] = [27, 28]
      rows[25] = [29]
      rows[27] = [0, 5, 28, 29]
      rows[28] = [5, 27]
      let graph = try SparseGraph(sourcesOfTargets: rows)
      return AgentGraph(graph: graph, weights: [0.2, -0.4, 0.1, 3, -6, 0.5, 0.05, 1, -0.25])
    }
  }

  @Test func takesTurnsAmongTheKinds() throws {
    let strongest = StrongestEdges(try graph, neurons: 10, edges: 2, inEdges: 3)
    typealias Edge = StrongestEdges.Edge
    #expect(strongest.neurons == Array(0..<30))
    #expect(
      strongest.edges == [
        Edge(source: 5, target: 27, weight: -6, strength: 1),
        Edge(source: 28, target: 27, weight: 0.5, strength: 1),
        Edge(source: 28, target: 24, weight: -0.4, strength: 1),
        Edge(source: 0, target: 27, weight: 3, strength: 0.5),
        Edge(source: 27, target: 28, weight: -0.25, strength: 0.5),
        Edge(source: 27, target: 24, weight: 0.2, strength: 0.5),
      ])
    #expect(strongest.inEdges[27].map(\.source) == [5, 0, 28])
    #expect(strongest.inEdges[25] == [Edge(source: 29, target: 25, weight: 0.1, strength: 1)])
    #expect(strongest.inEdges[0].isEmpty)
    #expect(strongest.importance[27...] == [0.5, 1, 0])
    #expect(strongest.outDegrees[28] == 2 && strongest.outDegrees[5] == 2 && strongest.outDegrees[24] == 0)
  }

  @Test func keepsTheMostImportantNeurons() throws {
    let strongest = StrongestEdges(try graph, neurons: 2, edges: 9, inEdges: 9)
    #expect(strongest.neurons == Array(0..<29))
    #expect(strongest.edges.allSatisfy { $0.source < 29 && $0.target < 29 } && strongest.edges.count == 7)
    #expect(strongest.inEdges.count == 29 && strongest.inEdges[25].isEmpty)
  }
}

@Suite("The plane of the hidden vector")
struct HiddenPlaneTests {
  @Test(arguments: ["tnd", "lstm", "transformer"])
  func projectionsAreThePlaces(_ type: String) throws {
    let size = type == "tnd" ? Setting.Entry("neurons", .integer(60)) : Setting.Entry("hidden", .integer(16))
    let agent =
      try type == "transformer"
      ? agent(
        type,
        [
          .init("heads", .integer(2)), .init("head_features", .integer(8)),
          .init("feed_forward", .integer(16)),
          .init("layers", .integer(1)),
        ])
      : agent(type, [size])
    let plane = HiddenPlane(agent)
    #expect(plane.places.count == 500 && plane.explained[0] >= plane.explained[1])
    for (a, b) in [(0, 0), (1, 1), (0, 1)] {
      let product = zip(plane.axes[a], plane.axes[b]).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
      #expect(abs(product - (a == b ? 1 : 0)) < 1e-5)
    }
    // The same game again: what the axes make of the hidden vector is where the plane says it was.
    let policy = ModelPolicy(agent)
    let rules = Rules.preset(.reference)
    var session = Session(
      rules: rules, serves: SeededServes(generator: SeededGenerator(seed: 0).split("hidden plane")))
    for step in 0..<300 {
      session.step(policy.action(for: session.observation))
      guard step >= 100, step.isMultiple(of: 2) else { continue }
      for axis in 0..<2 {
        let product = zip(policy.hidden, plane.axes[axis]).reduce(-Double(plane.offsets[axis])) {
          $0 + Double($1.0) * Double($1.1)
        }
        #expect(abs(product - Double(plane.places[(step - 100) / 2][axis])) < 1e-4, "step \(step)")
      }
    }
  }
}
