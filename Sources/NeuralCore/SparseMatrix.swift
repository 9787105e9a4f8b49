import CKernels

/// A square matrix on the edges of a graph (rows are targets), packed in the orders of its products: W v and, once a scan asks
/// for them, W' dz and W v for a lane alone.
///
/// `load` after every change, never while a scan runs; any number of scans may read at once.
public final class SparseMatrix: @unchecked Sendable {
  /// Rows and columns, n.
  public let neurons: Int
  /// Edges by target.
  let forward: EdgePlan

  private let plans: EdgePlans
  private let weights: Tensor
  private var reverse: (plan: EdgePlan, weights: Tensor)?
  private var singleLane: SingleLaneMatrix?

  /// Weights of zero.
  public init(_ plans: EdgePlans) {
    self.plans = plans
    neurons = plans.graph.neurons
    forward = plans.forward
    weights = Tensor(steps: 1, features: forward.count, lanes: 1)
  }

  /// Takes the weights of the edges, in the graph's order.
  public func load(_ weights: UnsafePointer<Float>) {
    forward.pack(weights, into: self.weights.values)
    if let reverse { reverse.plan.pack(weights, into: reverse.weights.values) }
    singleLane?.load(weights)
  }

  /// Makes ready for `multiply` with so many lanes and, where it `records`, for the way back. Not while others load, multiply
  /// or make ready for one lane or the way back.
  func prepare(lanes: Int, records: Bool) {
    let needsReverse = records && reverse == nil
    let needsSingleLane = lanes == 1 && singleLane == nil
    guard needsReverse || needsSingleLane else { return }
    let graphOrder = Tensor(steps: 1, features: forward.count, lanes: 1)
    forward.unpackAdding(weights.values, to: graphOrder.values)
    if needsReverse {
      let own = (plan: plans.transposed, weights: Tensor(steps: 1, features: forward.count, lanes: 1))
      own.plan.pack(graphOrder.values, into: own.weights.values)
      reverse = own
    }
    if needsSingleLane {
      let matrix = SingleLaneMatrix(plans.graph, plan: forward)
      matrix.load(graphOrder.values)
      singleLane = matrix
    }
  }

  /// Edges by source and their weights, prepared for.
  var transposed: (plan: EdgePlan, weights: Tensor) {
    guard let reverse else { preconditionFailure("a way back that was not prepared for") }
    return reverse
  }

  /// z = W v; both (n, L), L prepared for.
  func multiply(_ v: UnsafePointer<Float>, lanes: Int, into z: UnsafeMutablePointer<Float>) {
    guard lanes == 1 else { return multiply(v, lanes: lanes, rows: 0..<neurons, into: z) }
    guard let singleLane else { preconditionFailure("a product for one lane that was not prepared for") }
    singleLane.multiply(v, into: z)
  }

  /// The same of some rows, whole blocks of `EdgePlan.rowBlock` but for the last; of 16 lanes or more.
  func multiply(
    _ v: UnsafePointer<Float>, lanes: Int, rows: Range<Int>, into z: UnsafeMutablePointer<Float>
  ) {
    var edges = forward.edges
    ck_sparse_product(
      &edges, UInt32(rows.lowerBound), UInt32(rows.upperBound), weights.values, v, lanes, z)
  }
}
