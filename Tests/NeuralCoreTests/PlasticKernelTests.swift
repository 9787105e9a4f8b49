import CKernels
import Determinism
import NeuralCore
import TestSupport
import Testing

@Suite("Kernels of plastic edges against their naive twins")
struct PlasticKernelTests {
  static let tolerance: Float = 1e-5
  static let neurons = 29

  /// A random graph, with empty rows and edges from neurons to themselves, and numbers for all of it.
  struct Case {
    let graph: SparseGraph
    let lanes: Int
    let strengths: [Float]
    let traces: [Float]
    /// Values of `steps` steps, (steps, n, L).
    let v: [Float]
    var shape: ck_plastic_shape

    init(lanes: Int, steps: Int) throws {
      graph = try randomGraph(neurons: PlasticKernelTests.neurons, density: 0.6, seed: 1)
      self.lanes = lanes
      var generator = SeededGenerator(seed: 2)
      strengths = generator.floats(graph.edges)
      traces = generator.floats(graph.edges * lanes)
      v = generator.floats(steps * graph.neurons * lanes)
      shape = ck_plastic_shape(neurons: graph.neurons, lanes: lanes, rate: 0.3)
    }

    /// The traces `past` steps on, in double precision.
    mutating func moved(_ past: Int) -> [Double] {
      var next = [Double](repeating: 9, count: traces.count)
      ck_plastic_traces_naive(&shape, graph.rowStarts, graph.sources, traces, past, v, &next)
      return next
    }

    /// The values of step `t` on.
    func values(from t: Int) -> [Float] { Array(v[(t * graph.neurons * lanes)...]) }
  }

  @Test(arguments: [0, 1, 5], [16, 32, 64])
  func tracesAndProduct(past: Int, lanes: Int) throws {
    var all = try Case(lanes: lanes, steps: past + 1)
    let exact = all.moved(past)
    var next = [Float](repeating: 9, count: all.traces.count)
    ck_plastic_traces(&all.shape, all.graph.rowStarts, all.graph.sources, all.traces, past, all.v, &next)
    #expect(relativeDifference(next, exact) < PlasticKernelTests.tolerance)
    // In place: the very same.
    var own = all.traces
    own.withUnsafeMutableBufferPointer {
      let p = $0.baseAddress!
      ck_plastic_traces(&all.shape, all.graph.rowStarts, all.graph.sources, p, past, all.v, p)
    }
    #expect(own == next)

    var generator = SeededGenerator(seed: 3)
    let start = generator.floats(all.graph.neurons * lanes)
    var sums = start.map { Double($0) }
    ck_plastic_product_naive(
      &all.shape, all.graph.rowStarts, all.graph.sources, all.strengths, exact.map { Float($0) },
      all.values(from: past), &sums)
    var z = start
    ck_plastic_product(
      &all.shape, all.graph.rowStarts, all.graph.sources, all.strengths, all.traces, past, all.v, &z)
    #expect(relativeDifference(z, sums) < PlasticKernelTests.tolerance)
    // Traces that were moved on beforehand give the same bytes as those that are moved on the way.
    var stored = start
    ck_plastic_product(
      &all.shape, all.graph.rowStarts, all.graph.sources, all.strengths, next, 0, all.values(from: past),
      &stored)
    #expect(stored == z)
  }

  @Test func oneLane() throws {
    var all = try Case(lanes: 1, steps: 2)
    let exact = all.moved(1)
    var next = all.traces
    ck_plastic_traces_single(
      &all.shape, all.graph.rowStarts, all.graph.sources, all.v, all.values(from: 1), &next)
    #expect(relativeDifference(next, exact) < PlasticKernelTests.tolerance)
    var z = [Float](repeating: 0.5, count: all.graph.neurons)
    var sums = z.map { Double($0) }
    ck_plastic_product_single(
      &all.shape, all.graph.rowStarts, all.graph.sources, all.strengths, all.traces, all.v, &z)
    ck_plastic_product_naive(
      &all.shape, all.graph.rowStarts, all.graph.sources, all.strengths, all.traces, all.v, &sums)
    #expect(relativeDifference(z, sums) < PlasticKernelTests.tolerance)
  }

  @Test(arguments: [0, 1, 5], [16, 32, 64])
  func backward(past: Int, lanes: Int) throws {
    // One step before the traces' own comes first.
    var all = try Case(lanes: lanes, steps: past + 3)
    let size = all.graph.neurons * lanes
    let window = all.values(from: 1)
    var moved = [Double](repeating: 0, count: all.traces.count)
    ck_plastic_traces_naive(
      &all.shape, all.graph.rowStarts, all.graph.sources, all.traces, past, window, &moved)
    var generator = SeededGenerator(seed: 4)
    let dz = generator.floats(size)
    let (dTraces, dv) = (generator.floats(all.traces.count), generator.floats(size))
    let dStrengths = generator.floats(all.graph.edges)
    for isFirst in [false, true] {
      var exact = (dTraces.map { Double($0) }, dv.map { Double($0) }, dStrengths.map { Double($0) }, 0.5)
      ck_plastic_backward_naive(
        &all.shape, all.graph.rowStarts, all.graph.sources, all.strengths, moved.map { Float($0) },
        all.values(from: past), all.values(from: past + 1), all.values(from: past + 2), dz, &exact.0,
        &exact.1, &exact.2, &exact.3)
      var found = (dTraces, dv, dStrengths, 0.5)
      all.v.withUnsafeBufferPointer {
        ck_plastic_backward(
          &all.shape, all.graph.rowStarts, all.graph.sources, all.strengths, all.traces, past,
          isFirst ? 1 : 0, $0.baseAddress! + size, dz, &found.0, &found.1, &found.2, &found.3)
      }
      #expect(relativeDifference(found.0, exact.0) < PlasticKernelTests.tolerance)
      #expect(relativeDifference(found.2, exact.2) < PlasticKernelTests.tolerance)
      #expect(abs(found.3 - exact.3) < 1e-5 * max(1, abs(exact.3)))
      if isFirst {
        #expect(found.1 == dv)
      } else {
        #expect(relativeDifference(found.1, exact.1) < PlasticKernelTests.tolerance)
      }
    }
  }
}
