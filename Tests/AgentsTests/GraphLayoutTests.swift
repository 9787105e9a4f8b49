import NeuralCore
import SequenceModels
import Storage
import Testing

@testable import Agents

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

@Suite("Places of neurons in families")
struct ArrangedLayoutTests {
  private static let families: [(String, [Setting.Entry])] = [
    ("lattice", []), ("small_world", []), ("scale_free", []), ("modular", [.init("modules", .integer(5))]),
    ("layered", [.init("layers", .integer(4))]),
  ]

  private func graph(_ family: String, _ keys: [Setting.Entry] = [], neurons: Int = 227) throws -> AgentGraph
  {
    let shape = Setting.map([.init("family", .string(family))] + keys)
    return try #require(
      AgentGraph(
        try agent(
          "tnd",
          [.init("neurons", .integer(neurons)), .init("density", .number(0.1)), .init("graph", shape)])))
  }

  private func distance(_ a: GraphLayout.Place, _ b: GraphLayout.Place) -> Double {
    ((a.x - b.x) * (a.x - b.x) + (a.y - b.y) * (a.y - b.y)).squareRoot()
  }

  /// Between inputs and outputs, no two closer than half of what an even spread over a quarter of the area would leave them.
  @Test(arguments: [40, 227, 627])
  func neuronsLieApart(_ neurons: Int) throws {
    for (family, keys) in ArrangedLayoutTests.families + [("stream", [])] {
      let made =
        family == "stream"
        ? AgentGraph(
          graph: try graph("lattice", neurons: neurons).graph,
          weights: try graph("lattice", neurons: neurons).weights, arrangement: .stream)
        : try graph(family, keys, neurons: neurons)
      let places = GraphLayout(made).places
      #expect(places == GraphLayout(made).places && places.count == neurons)
      let hidden = places[27...]
      #expect(hidden.allSatisfy { (0.14...0.86).contains($0.x) && (0...1).contains($0.y) }, "\(family)")
      let least = (0.72 / 4 / Double(hidden.count)).squareRoot() / 2
      for (index, place) in hidden.enumerated() {
        for other in hidden.prefix(index) {
          #expect(distance(place, other) > least, "\(family), \(neurons): \(index)")
        }
      }
    }
  }

  /// Neighbours on the ring are neighbours in the picture, all the way round.
  @Test func aRingIsARing() throws {
    for family in ["lattice", "small_world"] {
      let made = try graph(family)
      #expect(made.arrangement == .ring)
      let places = GraphLayout(made).places[27...].map { SIMD2(($0.x - 0.5) / 0.36, ($0.y - 0.5) / 0.5) }
      for (index, place) in places.enumerated() {
        let next = places[(index + 1) % places.count]
        // From the middle they are seen at one angle and the same sense of turning.
        #expect(place.x * next.y - place.y * next.x > 0 && (place * next).sum() > 0)
        #expect((0.71...1).contains((place * place).sum().squareRoot()))
      }
    }
  }

  @Test func hubsAreInTheMiddle() throws {
    let made = try graph("scale_free")
    var degrees = [Int](repeating: 0, count: made.neurons)
    made.forEachEdge { source, target, _ in
      degrees[source] += 1
      degrees[target] += 1
    }
    let places = GraphLayout(made).places
    func radius(_ neuron: Int) -> Double {
      let place = SIMD2((places[neuron].x - 0.5) / 0.72, places[neuron].y - 0.5)
      return (place * place).sum().squareRoot()
    }
    let order = (27..<made.neurons).sorted { radius($0) < radius($1) }
    for (inner, outer) in zip(order, order.dropFirst()) { #expect(degrees[inner] >= degrees[outer]) }
    #expect(degrees[order[0]] > 2 * degrees[order[100]], "a hub")
  }

  /// Every module a cluster of its own: its neurons are nearer to its middle than to that of any other.
  @Test func modulesAreClusters() throws {
    let made = try graph("modular", [.init("modules", .integer(5))])
    guard case .modules(let modules) = made.arrangement else { return #expect(Bool(false), "no modules") }
    #expect(modules.count == 5 && modules.flatMap { Array($0) } == Array(27..<227))
    let places = GraphLayout(made).places
    let middles = modules.map { module in
      let own = places[module]
      return GraphLayout.Place(
        x: own.reduce(0) { $0 + $1.x } / Double(own.count), y: own.reduce(0) { $0 + $1.y } / Double(own.count)
      )
    }
    for (index, module) in modules.enumerated() {
      for neuron in module {
        let distances = middles.map { distance(places[neuron], $0) }
        #expect(distances.indices.allSatisfy { $0 == index || distances[$0] > distances[index] })
      }
    }
  }

  @Test func layersAreColumns() throws {
    let made = try graph("layered", [.init("layers", .integer(4))])
    guard case .layers(let layers) = made.arrangement else { return #expect(Bool(false), "no layers") }
    let places = GraphLayout(made).places
    for (layer, next) in zip(layers, layers.dropFirst()) {
      let end = places[layer].map(\.x).max() ?? 1
      #expect(end + 0.03 < places[next].map(\.x).min() ?? 0)
    }
    // Where not all are placed, those that are fill the same columns.
    let some = GraphLayout(made, placed: [30, 31, 90, 91, 226]).places
    #expect(some[30].x < some[90].x && some[90].x < some[226].x && some[30].y != some[31].y)
  }

  /// A chain from the inputs to the outputs lies in its order, and what the potential says is the chain's share.
  @Test func aStreamLeadsFromInputsToOutputs() throws {
    var rows = [[UInt32]](repeating: [], count: 27 + 5)
    rows[27] = Array(0..<24)
    for neuron in 28..<32 { rows[neuron] = [UInt32(neuron - 1)] }
    for output in 24..<27 { rows[output] = [31] }
    let graph = try SparseGraph(sourcesOfTargets: rows)
    // Every stretch of the chain conducts alike, whatever the sign.
    let weights = graph.sources.indices.map { edge -> Float in
      let source = graph.sources[edge]
      return source < 24 ? 1.0 / 24 : source == 31 ? -1.0 / 3 : 1
    }
    let made = AgentGraph(graph: graph, weights: weights, arrangement: .stream)
    let potential = GraphLayout.potential(made)
    for step in 1...5 { #expect(abs(potential[26 + step] - Double(step) / 6) < 0.01) }
    let places = GraphLayout(made).places
    // Two of them share a column.
    for neuron in 28..<32 { #expect(places[neuron - 1].x <= places[neuron].x) }
    #expect(Set(places[27...].map(\.x)).count == 4)
  }
}
