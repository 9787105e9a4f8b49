import CKernels

/// A square matrix on the edges of a graph (rows are targets), packed in the orders of its products: W v, W' dz
/// and, once a scan of one lane asks for it, W v for a lane alone.
///
/// `load` after every change, never while a scan runs; any number of scans may read at once.
public final class SparseMatrix: @unchecked Sendable {
  /// Rows and columns, n.
  public let neurons: Int
  /// Edges by target.
  let forward: EdgePlan
  /// Edges by source.
  let transposed: EdgePlan
  let transposedWeights: Tensor

  private let graph: SparseGraph
  private let weights: Tensor
  private var singleLane: SingleLaneMatrix?

  /// Weights of zero.
  public init(_ graph: SparseGraph) {
    neurons = graph.neurons
    forward = EdgePlan(graph)
    transposed = EdgePlan(graph, transposed: true)
    weights = Tensor(steps: 1, features: graph.edges, lanes: 1)
    transposedWeights = Tensor(steps: 1, features: graph.edges, lanes: 1)
    self.graph = graph
  }

  /// Takes the weights of the edges, in the graph's order.
  public func load(_ weights: UnsafePointer<Float>) {
    forward.pack(weights, into: self.weights.values)
    transposed.pack(weights, into: transposedWeights.values)
    singleLane?.load(weights)
  }

  /// Makes ready for `multiply` with so many lanes. Not while others load, multiply or make ready.
  func prepare(lanes: Int) {
    guard lanes == 1, singleLane == nil else { return }
    let graphOrder = Tensor(steps: 1, features: forward.count, lanes: 1)
    forward.unpackAdding(weights.values, to: graphOrder.values)
    let matrix = SingleLaneMatrix(graph, plan: forward)
    matrix.load(graphOrder.values)
    singleLane = matrix
  }

  /// z = W v; both (n, L), L prepared for.
  func multiply(_ v: UnsafePointer<Float>, lanes: Int, into z: UnsafeMutablePointer<Float>) {
    guard lanes > 1 else {
      guard let singleLane else { preconditionFailure("a product for one lane that was not prepared for") }
      return singleLane.multiply(v, into: z)
    }
    var edges = forward.edges
    ck_sparse_product(&edges, weights.values, v, lanes, z)
  }
}
