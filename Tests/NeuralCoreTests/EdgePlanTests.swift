import CKernels
import Determinism
import Testing

@testable import NeuralCore

@Suite("EdgePlan")
struct EdgePlanTests {
  /// (row, column, edge of the graph) in the plan's order.
  static func triples(_ plan: EdgePlan) -> [[Int]] {
    let edges = plan.edges
    return (0..<Int(edges.tiles)).flatMap { tile in
      (0..<Int(edges.rows)).flatMap { place -> [[Int]] in
        let starts = edges.row_starts + tile * (Int(edges.rows) + 1)
        let row = edges.row(at: place, tile: tile)
        return (Int(starts[place])..<Int(starts[place + 1])).map {
          [row, tile * Int(edges.tile_width) + Int(edges.columns[$0]), Int(plan.graphEdges[$0])]
        }
      }
    }
  }

  static func check(_ graph: SparseGraph) {
    for transposed in [false, true] {
      let plan = EdgePlan(graph, transposed: transposed)
      let found = triples(plan)
      // Every edge of the graph once, at its own row and column.
      var expected: [[Int]] = []
      for target in 0..<graph.neurons {
        for edge in graph.edges(into: target) {
          let source = Int(graph.sources[edge])
          expected.append(transposed ? [source, target, edge] : [target, source, edge])
        }
      }
      #expect(found.sorted { $0[2] < $1[2] } == expected)
      // Tiles outermost, then blocks of rows, then rows by their number of edges in the tile, then columns.
      let width = Int(plan.edges.tile_width)
      let counts = Dictionary(grouping: found) { [$0[1] / width, $0[0]] }.mapValues(\.count)
      let keys = found.map {
        [$0[1] / width, $0[0] / 64, counts[[$0[1] / width, $0[0]], default: 0], $0[0], $0[1]]
      }
      #expect(zip(keys, keys.dropFirst()).allSatisfy { $0.lexicographicallyPrecedes($1) })
    }
  }

  @Test func everyGraphOfThreeNeurons() throws {
    for bits in 0..<512 {
      let rows = (0..<3).map { target in
        (0..<3).filter { bits >> (target * 3 + $0) & 1 == 1 }.map { UInt32($0) }
      }
      EdgePlanTests.check(try SparseGraph(sourcesOfTargets: rows))
    }
  }

  @Test(arguments: [1, 63, 64, 65, 128, 130, 257], [0.0, 0.05, 0.5, 1])
  func tiledGraphs(neurons: Int, density: Double) throws {
    EdgePlanTests.check(try randomGraph(neurons: neurons, density: density, seed: UInt64(neurons)))
  }

  @Test func noNeurons() throws {
    EdgePlanTests.check(try SparseGraph(neurons: 0, rowStarts: [0], sources: []))
  }

  @Test func denseGraphsUseSeveralTiles() throws {
    #expect(EdgePlan(try randomGraph(neurons: 200, density: 0.5, seed: 1)).edges.tiles > 1)
    #expect(EdgePlan(try randomGraph(neurons: 200, density: 0.01, seed: 1)).edges.tiles == 1)
  }

  @Test func moreThan65536NeuronsAreSplit() throws {
    // A sparse ring with a chord: columns beyond 16 bits, which only tiles can hold.
    let n = 70_000
    let rows = (0..<n).map { Set([UInt32(($0 + 1) % n), UInt32($0 * 7 % n)]).map { $0 } }
    let graph = try SparseGraph(sourcesOfTargets: rows)
    #expect(EdgePlan(graph).edges.tiles == 2)
    EdgePlanTests.check(graph)
  }

  /// The fewest tiles where rows have too few edges for narrow ones, and in a large graph alone.
  @Test(arguments: [
    (600, 144_000, 86), (16_000, 512_000, 4000), (16_000, 160_000, 16_000), (20_000, 640_000, 20_000),
    (20_000, 6_400_000, 500), (100_000, 6_400_000, 50_000), (1_000_000, 64_000_000, 62_500), (0, 0, 1),
  ])
  func widths(neurons: Int, edges: Int, width: Int) {
    #expect(EdgePlan.width(neurons: neurons, edges: edges) == width)
  }

  /// Of a large ring with a chord a row what is far is listed, row by row, and the kernels sum the same bits as without the
  /// list; a graph whose edges are all far, all near or in a cache has no list.
  @Test(arguments: [false, true])
  func farSourcesAreThoseThatNoRowNearbyReads(transposed: Bool) throws {
    let n = 70_000
    func graph(_ neurons: Int, near: Int, chords: Int) throws -> SparseGraph {
      try SparseGraph(
        sourcesOfTargets: (0..<neurons).map { row in
          let sources =
            (1..<(near + 1)).map { row + $0 }.filter { $0 < neurons }
            + (0..<chords).map { (row * 7 + neurons / 2 + $0) % neurons }
          return Set(sources).map { UInt32($0) }
        })
    }
    let plan = EdgePlan(try graph(n, near: 6, chords: 1), transposed: transposed)
    let edges = plan.edges
    let starts = try #require(edges.far_starts)
    let columns = try #require(edges.far_columns)
    var found: [[Int]] = []
    for tile in 0..<Int(edges.tiles) {
      for place in 0..<n {
        let slot = tile * (n + 1) + place
        found += (Int(starts[slot])..<Int(starts[slot + 1])).map {
          [edges.row(at: place, tile: tile), tile * Int(edges.tile_width) + Int(columns[$0])]
        }
      }
    }
    let expected = EdgePlanTests.triples(plan).map { Array($0[..<2]) }.filter { abs($0[0] - $0[1]) > 1024 }
    #expect(found == expected && found.count > n / 2)
    // Half as many again as the average, and the last row may ask for as many behind them.
    let average = Double(found.count) / Double(n * Int(edges.tiles))
    #expect(edges.far_each == UInt32((1.5 * average).rounded(.up)))
    #expect((0..<Int(edges.far_each)).allSatisfy { columns[found.count + $0] == 0 })

    var without = edges
    without.far_starts = nil
    without.far_columns = nil
    without.far_each = 0
    var generator = SeededGenerator(seed: 8)
    let weights = generator.floats(plan.count)
    let x = generator.floats(n * 16)
    let y = generator.floats(n * 16)
    var z = [[Float]](repeating: [Float](repeating: 9, count: n * 16), count: 4)
    var g = [[Float]](repeating: [Float](repeating: 0, count: plan.count), count: 2)
    for (index, var edges) in [edges, without].enumerated() {
      let rows = edges.rows
      ck_sparse_product(&edges, 0, rows, weights, x, 16, &z[index])
      ck_sparse_backward(&edges, 0, rows, weights, x, y, 16, &z[2 + index], &g[index])
    }
    #expect(z[0] == z[1] && z[2] == z[3] && g[0] == g[1] && z[0] == z[2])

    for (neurons, near, chords) in [(n, 6, 0), (n, 0, 6), (n, 2, 1), (16_000, 6, 1)] {
      let plan = EdgePlan(try graph(neurons, near: near, chords: chords), transposed: transposed)
      #expect(plan.edges.far_starts == nil, "\(neurons), \(near), \(chords)")
    }
  }

  @Test(arguments: [false, true])
  func packingAndUnpackingArePermutations(transposed: Bool) throws {
    let graph = try randomGraph(neurons: 150, density: 0.4, seed: 2)
    let plan = EdgePlan(graph, transposed: transposed)
    #expect(plan.count == graph.edges)
    let values = (0..<graph.edges).map { Float($0) }
    var packed = [Float](repeating: -1, count: graph.edges)
    plan.pack(values, into: &packed)
    #expect(packed.sorted() == values)
    #expect(packed != values)
    var back = [Float](repeating: 0.5, count: graph.edges)
    plan.unpackAdding(packed, to: &back)
    #expect(back == values.map { $0 + 0.5 })
  }
}
