import CKernels

/// The matrix of a graph as a lane alone reads it: rows are targets.
///
/// A lane alone has nothing to do at once but sources, and those of an edge list are scattered. So a graph that is
/// not very sparse, and small enough for the result to stay in a cache, is kept with its zeros: 600 neurons at
/// p = 0.4 take 11 us that way and 39 by edges. Any other is multiplied by edges.
/// `load` after every change, never while it multiplies; any number of threads may multiply at once.
final class SingleLaneMatrix: @unchecked Sendable {
  /// Most neurons of a matrix with zeros: 4 MB.
  private static let mostNeurons = 1024
  /// Such a matrix has at most so many zeros and weights for one weight.
  private static let mostPlaces = 8

  private let graph: SparseGraph
  private let plan: EdgePlan
  /// Weights in the order of the plan; or panels of 16 rows, [row / 16][source][row % 16].
  private let values: Tensor
  private let isDense: Bool

  /// Weights of zero.
  init(_ graph: SparseGraph, plan: EdgePlan) {
    self.graph = graph
    self.plan = plan
    let n = graph.neurons
    isDense =
      n <= SingleLaneMatrix.mostNeurons && n * n <= SingleLaneMatrix.mostPlaces * max(graph.edges, 1)
    values = Tensor(steps: 1, features: isDense ? ck_panel_floats(n, n) : graph.edges, lanes: 1)
  }

  /// Takes the weights of the edges, in the graph's order.
  func load(_ weights: UnsafePointer<Float>) {
    guard isDense else { return plan.pack(weights, into: values.values) }
    let n = graph.neurons
    for target in 0..<n {
      let row = values.values + target / 16 * 16 * n + target % 16
      for edge in graph.edges(into: target) { row[Int(graph.sources[edge]) * 16] = weights[edge] }
    }
  }

  /// z = W v; both have a float a neuron.
  func multiply(_ v: UnsafePointer<Float>, into z: UnsafeMutablePointer<Float>) {
    if isDense {
      ck_window_product(graph.neurons, graph.neurons, 1, 1, values.values, v, 0, 0, z, 0)
    } else {
      var edges = plan.edges
      ck_sparse_product_single(&edges, values.values, v, z)
    }
  }
}
