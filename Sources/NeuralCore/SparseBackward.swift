import CKernels

/// The way back through a sparse product z = W v, step by step from the last: dv = W' dz, and dW summed over
/// steps and lanes.
///
/// From 32 lanes on both come from one pass over the edges. At 16 lanes dW is taken for several steps at once,
/// so that fewer sums across lanes are needed; unless the state is larger than a cache, where reading it once
/// counts for more.
final class SparseBackward {
  /// Steps whose dz the caller keeps: slot t % blockSteps of (blockSteps, n, L).
  let blockSteps: Int

  /// Further edges whose gradients are asked for.
  private var probe: EdgeProbe?

  private let matrix: SparseMatrix
  private let lanes: Int
  private let isFused: Bool
  /// In the order of the transposed plan where fused, else of the forward plan.
  private let dWeights: Tensor
  private let scratch: Tensor
  /// The first step after the block at hand.
  private var blockEnd = 0

  init(_ matrix: SparseMatrix, lanes: Int) {
    self.matrix = matrix
    self.lanes = lanes
    var edges = matrix.forward.edges
    isFused = lanes >= 32 || Int(edges.rows) * lanes > EdgePlan.mostNeuronsInCache * 16
    blockSteps = isFused ? 1 : ck_sampled_product_block(lanes)
    dWeights = Tensor(steps: 1, features: matrix.forward.count, lanes: 1)
    scratch = Tensor(steps: 1, features: isFused ? 0 : ck_sampled_product_scratch(&edges), lanes: 1)
  }

  /// Asks for the gradients of further edges too, from the next window on.
  func probe(_ plan: EdgePlan) -> EdgeProbe {
    let probe = EdgeProbe(plan, lanes: lanes)
    self.probe = probe
    return probe
  }

  /// Starts a window of `steps` steps.
  func start(steps: Int) {
    dWeights.clear()
    probe?.start()
    blockEnd = steps
  }

  /// Step `t`, in descending order.
  /// - Parameters:
  ///   - dz: the gradients of the step's sums, (n, L); those of the steps up to `blockSteps` - 1 later in the same
  ///     block follow, n L floats each.
  ///   - v: what the step read, (n, L), with that of the following steps likewise behind it.
  ///   - dv: overwritten by W' dz; at t = 0, which ends the window, with anything.
  func step(
    _ t: Int, dz: UnsafePointer<Float>, v: UnsafePointer<Float>, dv: UnsafeMutablePointer<Float>
  ) {
    var edges = matrix.transposed.plan.edges
    let weights = matrix.transposed.weights.values
    if isFused {
      probe?.take(steps: 1, dz: dz, v: v)
      return ck_sparse_backward(&edges, weights, dz, v, lanes, dv, dWeights.values)
    }
    if t % blockSteps == 0 {
      var forwardEdges = matrix.forward.edges
      let size = Int(edges.rows) * lanes
      ck_sampled_product(
        &forwardEdges, blockEnd - t, lanes, dz, size, v, size, dWeights.values, scratch.values)
      probe?.take(steps: blockEnd - t, dz: dz, v: v)
      blockEnd = t
    }
    if t > 0 { ck_sparse_product(&edges, weights, dz, lanes, dv) }
  }

  /// Adds dW to gradients in the graph's order.
  func add(to gradients: UnsafeMutablePointer<Float>) {
    (isFused ? matrix.transposed.plan : matrix.forward).unpackAdding(dWeights.values, to: gradients)
  }
}
