import CKernels
import Determinism
import NeuralCore
import TestSupport
import Testing

@Suite("Sparse kernels against their naive twins")
struct SparseKernelTests {
  static let tolerance: Float = 1e-5

  /// Rows, sources, tile width, edges a row: one tile and many, a last tile of one source, wide tiles.
  static let shapes: [(rows: Int, sources: Int, width: Int, degree: Int)] = [
    (1, 1, 1, 1), (5, 3, 8, 2), (30, 30, 64, 12), (67, 130, 64, 40), (40, 129, 64, 1), (90, 90, 7, 30),
    (20, 70_001, 65_536, 60), (9, 140_000, 65_536, 200),
  ]

  @Test(arguments: shapes, [16, 32, 64])
  func product(_ shape: (rows: Int, sources: Int, width: Int, degree: Int), lanes: Int) {
    let edges = HandEdges(
      rows: shape.rows, sources: shape.sources, width: shape.width, degree: shape.degree, seed: 1)
    var generator = SeededGenerator(seed: 2)
    let weights = generator.floats(edges.columns.count)
    let x = generator.floats(shape.sources * lanes)
    // Poison: the kernel must overwrite, empty rows too.
    var z = [Float](repeating: 9, count: shape.rows * lanes)
    var exact = [Double](repeating: 9, count: shape.rows * lanes)
    edges.with {
      ck_sparse_product($0, 0, $0.pointee.rows, weights, x, lanes, &z)
      ck_sparse_product_naive($0, weights, x, lanes, &exact)
    }
    #expect(relativeDifference(z, exact) < SparseKernelTests.tolerance)
    if shape.rows > 2 { #expect(z[2 * lanes..<3 * lanes].allSatisfy { $0 == 0 }) }
  }

  @Test(arguments: shapes)
  func productOfOneLane(_ shape: (rows: Int, sources: Int, width: Int, degree: Int)) {
    let edges = HandEdges(
      rows: shape.rows, sources: shape.sources, width: shape.width, degree: shape.degree, seed: 3)
    var generator = SeededGenerator(seed: 4)
    let weights = generator.floats(edges.columns.count)
    let x = generator.floats(shape.sources)
    var z = [Float](repeating: 9, count: shape.rows)
    var exact = [Double](repeating: 9, count: shape.rows)
    edges.with {
      ck_sparse_product_single($0, weights, x, &z)
      ck_sparse_product_naive($0, weights, x, 1, &exact)
    }
    #expect(relativeDifference(z, exact) < SparseKernelTests.tolerance)
  }

  /// Steps below, at and beyond the kernel's block of 256 floats a neuron; strides wider than a step.
  @Test(arguments: shapes[..<6], [16, 32, 64])
  func sampledProduct(_ shape: (rows: Int, sources: Int, width: Int, degree: Int), lanes: Int) {
    let edges = HandEdges(
      rows: shape.rows, sources: shape.sources, width: shape.width, degree: shape.degree, seed: 5)
    var generator = SeededGenerator(seed: 6)
    for steps in [0, 1, 3, 256 / lanes, 256 / lanes + 1, 37] {
      let (dzStride, xStride) = (shape.rows * lanes + 16, shape.sources * lanes + 48)
      let dz = generator.floats(max(1, steps) * dzStride)
      let x = generator.floats(max(1, steps) * xStride)
      var g = generator.floats(edges.columns.count)
      var exact = g.map { Double($0) }
      edges.with { edges in
        var scratch = [Float](repeating: .nan, count: ck_sampled_product_scratch(edges))
        ck_sampled_product(
          edges, 0, edges.pointee.tiles, steps, lanes, lanes, dz, dzStride, x, xStride, &g, &scratch)
        ck_sampled_product_naive(edges, steps, lanes, dz, dzStride, x, xStride, &exact)
      }
      #expect(relativeDifference(g, exact) < SparseKernelTests.tolerance, "\(steps) steps")
    }
  }

  @Test(arguments: shapes, [16, 32, 64])
  func backward(_ shape: (rows: Int, sources: Int, width: Int, degree: Int), lanes: Int) {
    let edges = HandEdges(
      rows: shape.rows, sources: shape.sources, width: shape.width, degree: shape.degree, seed: 9)
    var generator = SeededGenerator(seed: 10)
    let weights = generator.floats(edges.columns.count)
    let x = generator.floats(shape.sources * lanes)
    let y = generator.floats(shape.rows * lanes)
    var z = [Float](repeating: 9, count: shape.rows * lanes)
    var product = z
    var exact = [Double](repeating: 9, count: shape.rows * lanes)
    var g = generator.floats(edges.columns.count)
    var exactGradient = g.map { Double($0) }
    edges.with {
      ck_sparse_backward($0, 0, $0.pointee.rows, weights, x, y, lanes, &z, &g)
      ck_sparse_backward_naive($0, weights, x, y, lanes, &exact, &exactGradient)
      ck_sparse_product($0, 0, $0.pointee.rows, weights, x, lanes, &product)
    }
    #expect(relativeDifference(z, exact) < SparseKernelTests.tolerance)
    #expect(relativeDifference(g, exactGradient) < SparseKernelTests.tolerance)
    #expect(z == product)
  }

  /// Rows in parts, and edges in tiles and groups of lanes, to the bytes of the whole.
  @Test(arguments: [16, 32, 64])
  func partsAreTheWhole(_ lanes: Int) throws {
    let n = 200
    let plan = EdgePlan(try randomGraph(neurons: n, density: 0.5, seed: 11))
    var edges = plan.edges
    let (rows, tiles) = (edges.rows, edges.tiles)
    try #require(tiles > 1)
    var generator = SeededGenerator(seed: 12)
    let weights = generator.floats(plan.count)
    let (x, y) = (generator.floats(n * lanes), generator.floats(n * lanes))
    var z = [[Float]](repeating: [Float](repeating: 9, count: n * lanes), count: 4)
    var g = [[Float]](repeating: generator.floats(plan.count), count: 2)
    ck_sparse_product(&edges, 0, rows, weights, x, lanes, &z[0])
    ck_sparse_backward(&edges, 0, rows, weights, x, y, lanes, &z[2], &g[0])
    for from in stride(from: UInt32(0), to: rows, by: 128).reversed() {
      let to = min(from + 128, rows)
      ck_sparse_product(&edges, from, to, weights, x, lanes, &z[1])
      ck_sparse_backward(&edges, from, to, weights, x, y, lanes, &z[3], &g[1])
    }
    #expect(z[1] == z[0] && z[2] == z[0] && z[3] == z[0] && g[1] == g[0])

    // A group of 16 lanes in the middle of others, and the same by itself.
    let (steps, first) = (11, lanes - 16)
    let (dz, v) = (generator.floats(steps * n * lanes), generator.floats(steps * n * lanes))
    func group(_ values: [Float]) -> [Float] {
      (0..<steps * n).flatMap { values[$0 * lanes + first..<$0 * lanes + first + 16] }
    }
    let (ownDz, ownV) = (group(dz), group(v))
    var scratch = [Float](repeating: .nan, count: ck_sampled_product_scratch(&edges))
    g[1] = g[0]
    ck_sampled_product(&edges, 0, tiles, steps, 16, 16, ownDz, n * 16, ownV, n * 16, &g[0], &scratch)
    dz.withUnsafeBufferPointer { dz in
      v.withUnsafeBufferPointer { v in
        for tile in (0..<tiles).reversed() {
          ck_sampled_product(
            &edges, tile, tile + 1, steps, 16, lanes, dz.baseAddress! + first, n * lanes,
            v.baseAddress! + first, n * lanes, &g[1], &scratch)
        }
      }
    }
    #expect(g[1] == g[0])
  }

  @Test(arguments: [0.0, 0.03, 0.4, 1.0], [5, 64, 65, 200])
  func plansOfGraphsAndTheirTransposes(density: Double, neurons: Int) throws {
    let graph = try randomGraph(neurons: neurons, density: density, seed: 7)
    var generator = SeededGenerator(seed: 8)
    let weights = generator.floats(graph.edges)
    let x = generator.floats(neurons * 16)
    for transposed in [false, true] {
      // The matrix product written out from the graph itself.
      var exact = [Double](repeating: 0, count: neurons * 16)
      for target in 0..<neurons {
        for edge in graph.edges(into: target) {
          let source = Int(graph.sources[edge])
          let (row, column) = transposed ? (source, target) : (target, source)
          for lane in 0..<16 {
            exact[row * 16 + lane] += Double(weights[edge]) * Double(x[column * 16 + lane])
          }
        }
      }
      let plan = EdgePlan(graph, transposed: transposed)
      var packed = [Float](repeating: 0, count: graph.edges)
      packed.withUnsafeMutableBufferPointer { packed in
        guard let address = packed.baseAddress else { return }
        plan.pack(weights, into: address)
      }
      var edges = plan.edges
      var z = [Float](repeating: 9, count: neurons * 16)
      let rows = edges.rows
      ck_sparse_product(&edges, 0, rows, packed, x, 16, &z)
      #expect(relativeDifference(z, exact) < SparseKernelTests.tolerance)
    }
  }
}
