import Determinism
import Foundation
import NeuralCore
import PongEngine
import SequenceModels
import Storage
import Testing

@testable import Agents

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

  /// Each measure under its own name, of hidden neurons alone.
  @Test func theMeasuresAreThoseOfTheHiddenGraph() throws {
    let whole = try #require(AgentGraph(tnd()))
    let hidden = 27..<whole.neurons
    var (rows, weights) = ([[UInt32]](repeating: [], count: hidden.count), [Float]())
    whole.forEachEdge { source, target, weight in
      guard hidden.contains(source), hidden.contains(target) else { return }
      rows[target - 27].append(UInt32(source - 27))
      weights.append(weight)
    }
    let graph = try SparseGraph(sourcesOfTargets: rows)
    let measures = GraphMeasures(graph)
    let found = whole.hiddenMeasures
    #expect(found["neurons"] == .integer(hidden.count) && found["edges"] == .integer(weights.count))
    #expect(found["communities"] == .integer(measures.communities))
    let numbers = [
      ("clustering", measures.clustering), ("mean_path", measures.meanPath),
      ("reciprocity", measures.reciprocity), ("modularity", measures.modularity),
      ("in_degree_spread", measures.inDegreeSpread), ("out_degree_spread", measures.outDegreeSpread),
      ("spectral_radius", graph.spectralRadius(weights: weights)),
      ("absolute_spectral_radius", graph.spectralRadius(weights: weights.map { abs($0) })),
    ]
    for (name, expected) in numbers {
      #expect(abs(try #require(found[name]?.asNumber) - expected) < 0.00006, "\(name)")
    }
    // No two could stand for each other.
    #expect(Set(numbers.map { ($0.1 * 1e3).rounded() }).count == numbers.count)
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

@Suite("A graph as a table")
struct EdgeListTests {
  private static let header = "source,target,weight,source_role,target_role\n"

  private func graph(_ names: [String]?) throws -> AgentGraph {
    var rows = [[UInt32]](repeating: [], count: 29)
    rows[24] = [28]
    rows[25] = [27]
    rows[26] = [27, 28]
    rows[27] = [1, 28]
    rows[28] = [0, 27]
    let graph = try SparseGraph(sourcesOfTargets: rows)
    return AgentGraph(graph: graph, weights: [1, 2, 3, 4, 5, 6, 7, 0.1], names: names)
  }

  /// Of inputs that lead nowhere: all but the first two.
  private func unused(_ name: (Int) -> String) -> String {
    (2..<24).map { "\(name($0)),,,input,\n" }.joined()
  }

  @Test func numbersGoByTarget() throws {
    #expect(
      String(decoding: EdgeList.csv(try graph(nil)), as: UTF8.self) == EdgeListTests.header
        + unused { "\($0)" } + """
          28,24,1.0,hidden,output
          27,25,2.0,hidden,output
          27,26,3.0,hidden,output
          28,26,4.0,hidden,output
          1,27,5.0,input,hidden
          28,27,6.0,hidden,hidden
          0,28,7.0,input,hidden
          27,28,0.1,hidden,hidden

          """)
  }

  /// Inputs and outputs come in their order, which names do not tell.
  @Test func namesComeInTheOrderOfInputsAndOutputs() throws {
    let names = (0..<29).map { $0 < 24 ? "s\(23 - $0)" : $0 < 27 ? "m\(29 - $0)" : "i\($0)" }
    #expect(
      String(decoding: EdgeList.csv(try graph(names)), as: UTF8.self) == EdgeListTests.header + """
        s23,i28,7.0,input,hidden
        s22,i27,5.0,input,hidden

        """ + unused { "s\(23 - $0)" } + """
          i28,m5,1.0,hidden,output
          i27,m4,2.0,hidden,output
          i27,m3,3.0,hidden,output
          i28,m3,4.0,hidden,output
          i28,i27,6.0,hidden,hidden
          i27,i28,0.1,hidden,hidden

          """)
  }

  /// Whatever a table was made of, it is that graph again, with its weights and names; where there are names, hidden neurons
  /// are numbered as they come.
  @Test func aTableReadsBackAsItsGraph() throws {
    for names in [nil, (0..<29).map { "n\(28 - $0)" }] {
      let graph = try graph(names)
      let file = try GraphFile(
        EdgeList.csv(graph), GraphFile.Source(path: "graph.csv", inputs: [], outputs: []), inputs: 24,
        outputs: 3, SettingReader(.map([]), source: "c.yaml", path: "model"))
      let called = names ?? (0..<29).map { "\($0)" }
      #expect(file.names[..<27] == called[..<27] && Set(file.names) == Set(called))
      var expected: Set<[String]> = []
      graph.forEachEdge { expected.insert([called[$0], called[$1], "\($2)"]) }
      var found: Set<[String]> = []
      for target in 0..<29 {
        for edge in file.graph.edges(into: target) {
          let weight = try #require(file.weights)[edge]
          found.insert([file.names[Int(file.graph.sources[edge])], file.names[target], "\(weight)"])
        }
      }
      #expect(found == expected && found.count == 8)
    }
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
        Edge(source: 5, target: 27, weight: -6, strength: 1, index: 4),
        Edge(source: 28, target: 27, weight: 0.5, strength: 1, index: 5),
        Edge(source: 28, target: 24, weight: -0.4, strength: 1, index: 1),
        Edge(source: 0, target: 27, weight: 3, strength: 0.5, index: 3),
        Edge(source: 27, target: 28, weight: -0.25, strength: 0.5, index: 8),
        Edge(source: 27, target: 24, weight: 0.2, strength: 0.5, index: 0),
      ])
    #expect(strongest.inEdges[27].map(\.source) == [5, 0, 28])
    #expect(strongest.inEdges[25] == [Edge(source: 29, target: 25, weight: 0.1, strength: 1, index: 2)])
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
