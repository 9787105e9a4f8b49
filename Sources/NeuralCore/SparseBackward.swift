import CKernels

/// The way back through a sparse product z = W v, step by step from the last: dv = W' dz, and dW summed over
/// steps and lanes, for each group of lanes apart.
///
/// From 32 lanes of one group on both come from one pass over the edges. At 16 lanes a group dW is taken for several steps at
/// once, so that fewer sums across lanes are needed; unless the state is larger than a cache, where reading it once
/// counts for more.
final class SparseBackward {
  /// Steps whose dz the caller keeps: slot t % blockSteps of (blockSteps, n, L).
  let blockSteps: Int

  /// Further edges whose gradients are asked for.
  private var probe: EdgeProbe?

  private let matrix: SparseMatrix
  private let lanes: Int
  private let groups: Int
  /// Whether dW is taken with dv.
  private let isFused: Bool
  /// Of each group; in the order of the transposed plan where fused, else of the forward plan.
  private let dWeights: [Tensor]
  /// Of each worker that may take weights' gradients.
  private let scratch: [Tensor]

  /// - Parameters:
  ///   - groups: of lanes, with a gradient each; more than one where `canGroup`.
  ///   - workers: how many may work on it at once.
  init(_ matrix: SparseMatrix, lanes: Int, groups: Int = 1, workers: Int = 1) {
    self.matrix = matrix
    self.lanes = lanes
    self.groups = groups
    var edges = matrix.forward.edges
    let groupLanes = lanes / groups
    isFused = groupLanes >= 32 || Int(edges.rows) * groupLanes > EdgePlan.mostNeuronsInCache * 16
    precondition(groups == 1 || !isFused, "\(groups) groups of \(groupLanes) lanes, \(edges.rows) neurons")
    blockSteps = isFused ? 1 : ck_sampled_product_block(groupLanes)
    dWeights = (0..<groups).map { _ in Tensor(steps: 1, features: matrix.forward.count, lanes: 1) }
    let floats = isFused ? 0 : ck_sampled_product_scratch(&edges)
    scratch = (0..<workers).map { _ in Tensor(steps: 1, features: floats, lanes: 1) }
  }

  /// Whether groups of 16 lanes can go side by side through a matrix of so many neurons.
  static func canGroup(neurons: Int) -> Bool { neurons <= EdgePlan.mostNeuronsInCache }

  /// Asks for the gradients of further edges too, from the next window on; of a way back with one group.
  func probe(_ plan: EdgePlan) -> EdgeProbe {
    let probe = EdgeProbe(plan, lanes: lanes)
    self.probe = probe
    return probe
  }

  /// Starts a window.
  func start() {
    dWeights.forEach { $0.clear() }
    probe?.start()
  }

  /// The rest of a block that a step begins, where its dW is due before dz of the step before is known, of a window of so many
  /// steps; nil where it is not, or comes with dv.
  func block(from t: Int, steps: Int) -> Range<Int>? {
    isFused || t % blockSteps != 0 ? nil : t..<min(t + blockSteps, steps)
  }

  /// Pieces of a block's dW, to be taken in any order.
  var blockPieces: Int { groups * matrix.forward.tiles + (probe == nil ? 0 : 1) }

  /// A piece of a block's dW.
  /// - Parameters:
  ///   - steps: of the block.
  ///   - dz: the gradients of the first step's sums, (n, L), those of the others behind it.
  ///   - v: what the first step read, (n, L), that of the others behind it.
  func takeBlock(
    _ steps: Int, piece: Int, dz: UnsafePointer<Float>, v: UnsafePointer<Float>, worker: Int = 0
  ) {
    let (group, tile) = piece.quotientAndRemainder(dividingBy: matrix.forward.tiles)
    guard group < groups else { return probe!.take(steps: steps, dz: dz, v: v) }
    var edges = matrix.forward.edges
    let size = Int(edges.rows) * lanes
    let first = group * lanes / groups
    ck_sampled_product(
      &edges, UInt32(tile), UInt32(tile + 1), steps, lanes / groups, lanes, dz + first, size, v + first, size,
      dWeights[group].values, scratch[worker].values)
  }

  /// dv = W' dz of some rows, whole blocks of `EdgePlan.rowBlock` but for the last; dW of their edges too where that is not taken
  /// by blocks.
  /// - Parameters:
  ///   - dz: the gradients of a step's sums, (n, L).
  ///   - v: what the step read, (n, L).
  ///   - dv: overwritten; at t = 0, which ends the window, with anything.
  func step(
    _ t: Int, rows: Range<Int>, dz: UnsafePointer<Float>, v: UnsafePointer<Float>,
    dv: UnsafeMutablePointer<Float>
  ) {
    var edges = matrix.transposed.plan.edges
    let weights = matrix.transposed.weights.values
    let (from, to) = (UInt32(rows.lowerBound), UInt32(rows.upperBound))
    if isFused {
      ck_sparse_backward(&edges, from, to, weights, dz, v, lanes, dv, dWeights[0].values)
      probe?.take(steps: 1, dz: dz, v: v)
    } else if t > 0 {
      ck_sparse_product(&edges, from, to, weights, dz, lanes, dv)
    }
  }

  /// A step whole, in descending order of steps: `step`, and before it the block that it begins.
  /// - Parameter steps: those of the window.
  func step(
    _ t: Int, of steps: Int, dz: UnsafePointer<Float>, v: UnsafePointer<Float>,
    dv: UnsafeMutablePointer<Float>
  ) {
    if let block = block(from: t, steps: steps) {
      for piece in 0..<blockPieces { takeBlock(block.count, piece: piece, dz: dz, v: v) }
    }
    step(t, rows: 0..<matrix.neurons, dz: dz, v: v, dv: dv)
  }

  /// Adds dW of a group to gradients in the graph's order.
  func add(_ group: Int = 0, to gradients: UnsafeMutablePointer<Float>) {
    (isFused ? matrix.transposed.plan : matrix.forward).unpackAdding(dWeights[group].values, to: gradients)
  }
}
