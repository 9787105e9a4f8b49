import CKernels

/// The gradients that edges would have which a graph does not have, at a weight of zero: dz v' of each, summed over steps
/// and lanes of one backward pass beside those of the graph's own edges (Evci et al. 2020).
public final class EdgeProbe {
  private let plan: EdgePlan
  private let lanes: Int
  private let sums: Tensor
  private let scratch: Tensor

  /// - Parameters:
  ///   - plan: the edges, a plan that is not transposed; of as many neurons as the graph has.
  ///   - lanes: those of the scan.
  init(_ plan: EdgePlan, lanes: Int) {
    var edges = plan.edges
    self.plan = plan
    self.lanes = lanes
    sums = Tensor(steps: 1, features: plan.count, lanes: 1)
    scratch = Tensor(steps: 1, features: ck_sampled_product_scratch(&edges), lanes: 1)
  }

  /// Starts a window.
  func start() { sums.clear() }

  /// Takes steps of a window: dz and v as `SparseBackward.step` has them.
  func take(steps: Int, dz: UnsafePointer<Float>, v: UnsafePointer<Float>) {
    var edges = plan.edges
    let size = Int(edges.rows) * lanes
    let tiles = edges.tiles
    ck_sampled_product(
      &edges, 0, tiles, steps, lanes, lanes, dz, size, v, size, sums.values, scratch.values)
  }

  /// Adds the gradients of the last backward pass to others, in the order of the graph that the plan was made of.
  public func add(to gradients: UnsafeMutablePointer<Float>) {
    plan.unpackAdding(sums.values, to: gradients)
  }
}
