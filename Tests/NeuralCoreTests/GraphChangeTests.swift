import Determinism
import NeuralCore
import Testing

@Suite("GraphChange")
struct GraphChangeTests {
  /// [target, source] of every edge, in order.
  static func pairs(_ graph: SparseGraph) -> [[Int]] {
    (0..<graph.neurons).flatMap { target in
      graph.edges(into: target).map { [target, Int(graph.sources[$0])] }
    }
  }

  @Test(arguments: 0..<30)
  func isTheSetWithoutThoseAndWithThese(_ seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let n = 2 + generator.uniform(below: 12)
    let graph = try randomGraph(neurons: n, density: 0.5, seed: seed)
    let known = Set(GraphChangeTests.pairs(graph))
    var absent = (0..<n * n).map { [$0 / n, $0 % n] }.filter { !known.contains($0) }
    generator.shuffle(&absent)
    var edges = Array(0..<UInt32(graph.edges))
    generator.shuffle(&edges)
    let count = generator.uniform(below: min(absent.count, edges.count) + 1)
    let (leaving, arriving) = (edges.prefix(count).sorted(), Array(absent.prefix(count)))
    let rows = (0..<n).map { target in arriving.filter { $0[0] == target }.map { UInt32($0[1]) }.sorted() }

    let change = GraphChange(graph, leaving: leaving, arriving: rows)
    let all = GraphChangeTests.pairs(graph)
    let gone = Set(leaving.map { all[Int($0)] })
    #expect(change.count == count)
    #expect(Set(GraphChangeTests.pairs(change.graph)) == known.subtracting(gone).union(arriving))
    // Values go with their edges; what is before them in the buffer stays.
    var values = [-1, -2] + all.map { Float($0[0] * n + $0[1]) } + [-3]
    change.carry(&values, from: 2, arriving: (0..<count).map { Float(1000 + $0) })
    #expect(values.prefix(2) == [-1, -2] && values.last == -3)
    var next: Float = 1000
    for (edge, pair) in GraphChangeTests.pairs(change.graph).enumerated() {
      if known.contains(pair) {
        #expect(values[2 + edge] == Float(pair[0] * n + pair[1]))
      } else {
        #expect(values[2 + edge] == next)
        next += 1
      }
    }
  }

  @Test(arguments: [0, 1, 2, 3000])
  func placesByMagnitude(_ count: Int) {
    var generator = SeededGenerator(seed: 3)
    let special: [Float] = [0, -0, 1, -1, .leastNonzeroMagnitude, -.greatestFiniteMagnitude, 1.5, -1.5]
    let values = (0..<count).map { _ in
      generator.bernoulli(0.3) ? special[generator.uniform(below: 8)] : generator.uniformFloat() - 0.5
    }
    let expected = values.indices.sorted { (abs(values[$0]), $0) < (abs(values[$1]), $1) }
    #expect(orderByMagnitude(values) == expected.map { UInt32($0) })
    for largest in Set([0, 1, 2, count / 20, count / 2, count]) where largest <= count {
      #expect(largestByMagnitude(values, count: largest) == expected.suffix(largest).map { UInt32($0) })
    }
  }
}

@Suite("EdgeProbe against central differences")
struct EdgeProbeTests {
  /// The gradients of absent edges are those of the same edges where they are there, with weights of zero; and asking
  /// for them changes nothing else. 16 lanes take blocks of steps, 32 one at a time.
  @Test(arguments: [16, 32], [false, true])
  func gradientsOfAbsentEdges(lanes: Int, readsState: Bool) throws {
    let steps = 21
    var plain = try PlainTND(
      neurons: 12, tau: 0.7, readsState: readsState, recurrent: true, isPlastic: false, seed: 4)
    plain.lanes = lanes
    let (n, graph) = (plain.graph.neurons, plain.graph)
    let known = Set(GraphChangeTests.pairs(graph))
    let absent = try SparseGraph(
      sourcesOfTargets: (0..<n).map { target in
        (target < 3 ? 0..<0 : 0..<n).filter { !known.contains([target, $0]) }.map { UInt32($0) }
      })
    var generator = SeededGenerator(seed: 5)
    let parameters = generator.floats(plain.parameterCount)
    let weights = TNDParameters(
      TNDStructure(graph: graph, inputs: 3, outputs: 2, tau: 0.7, readsState: readsState), plain.offsets)
    parameters.withUnsafeBufferPointer { weights.load($0.baseAddress!) }
    let start = generator.floats(2 * n * lanes)
    let e = Tensor(steps: steps, features: 3, lanes: lanes)
    e.copy(from: generator.floats(e.count))
    let targets = randomTargets(steps: steps, lanes: lanes, outputs: 2, lastOnly: false, seed: 6)
    func gradients(probing plan: EdgePlan?) -> (own: [Float], probe: EdgeProbe?) {
      let scan = TNDScan(weights, lanes: lanes, steps: steps, records: true)
      let probe = plan.flatMap(scan.probe)
      let tape = Tape()
      var own: [Float] = []
      // Twice: a window forgets the one before.
      for _ in 0..<2 {
        scan.state.copy(from: start)
        let output = scan.forward(e, steps: steps, tape: tape)
        own = backward(output, tape, targets: targets, steps: steps, parameters: parameters.count).gradients
      }
      return (own, probe)
    }
    let (own, probe) = gradients(probing: EdgePlan(absent))
    #expect(own == gradients(probing: nil).own)
    var found = [Float](repeating: 0, count: absent.edges)
    try #require(probe).add(to: &found)

    let all = try SparseGraph(
      sourcesOfTargets: (0..<n).map { target in
        (graph.edges(into: target).map { graph.sources[$0] })
          + absent.edges(into: target).map { absent.sources[$0] }
      })
    let whole = PlainTND(graph: all, tau: 0.7, readsState: readsState, lanes: lanes)
    let places = Dictionary(uniqueKeysWithValues: GraphChangeTests.pairs(graph).enumerated().map { ($1, $0) })
    let inputs = e.array
    func loss(_ p: [Double]) -> Double {
      let weights = GraphChangeTests.pairs(all).enumerated().map { _, pair in
        places[pair].map { Double(parameters[$0]) } ?? 0
      }
      var rest = weights
      let order = Dictionary(
        uniqueKeysWithValues: GraphChangeTests.pairs(absent).enumerated().map { ($1, $0) })
      for (edge, pair) in GraphChangeTests.pairs(all).enumerated() {
        if let place = order[pair] { rest[edge] = p[place] }
      }
      return plainLoss(
        whole.outputs(
          rest + parameters[graph.edges...].map { Double($0) }, input: inputs, start: start, traces: [],
          steps: steps),
        targets: targets, lanes: lanes)
    }
    #expect(gradientError(found, at: [Float](repeating: 0, count: absent.edges), loss: loss) < 2e-5)
  }
}
