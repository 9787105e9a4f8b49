import CKernels

/// The recurrent matrix of a sparse RNN as its scans read it: the edges in the order of both products, the
/// weights packed alike.
public final class SparseMatrix: @unchecked Sendable {
  /// Units: rows and columns.
  public let units: Int
  /// Where the weights of the edges, in the graph's order, lie in the flat buffers.
  let offset: Int
  let forward: EdgePlan
  let transposed: EdgePlan
  let weights: Tensor
  let transposedWeights: Tensor

  private let graph: SparseGraph
  /// The weights for a lane alone; there once a scan of one lane asks for them.
  private(set) var singleLane: SingleLaneMatrix?

  /// Zero weights on the edges of `graph` (rows are targets).
  public init(_ graph: SparseGraph, offset: Int) {
    units = graph.neurons
    self.offset = offset
    forward = EdgePlan(graph)
    transposed = EdgePlan(graph, transposed: true)
    weights = Tensor(steps: 1, features: graph.edges, lanes: 1)
    transposedWeights = Tensor(steps: 1, features: graph.edges, lanes: 1)
    self.graph = graph
  }

  /// Takes its values from the flat buffer.
  public func load(_ flat: UnsafePointer<Float>) {
    forward.pack(flat + offset, into: weights.values)
    transposed.pack(flat + offset, into: transposedWeights.values)
    singleLane?.load(flat + offset)
  }

  /// Keeps the weights for a lane alone as well, from now on. Not while others load or make scans.
  func keepSingleLane(_ flat: UnsafePointer<Float>) {
    guard singleLane == nil else { return }
    singleLane = SingleLaneMatrix(graph, plan: forward)
    singleLane?.load(flat + offset)
  }
}

/// A window of a vanilla RNN whose recurrent matrix is sparse:
/// h(t) = tanh(W_ih x(t) + b_ih + (M * W_hh) h(t-1) + b_hh), M fixed; its cost is by edges.
public final class SparseRNNScan: WindowOperation {
  public let name = "SparseRNNScan"
  /// h after every step, (T, units, L), with gradients when recording.
  public let output: Tensor
  /// The state carried from window to window, (1, units, L).
  public let state: Tensor

  private let parameters: Tensor
  private let inputWeight: PackedMatrix
  private let recurrent: SparseMatrix
  private let inputBias: Int
  private let hiddenBias: Int
  private let lanes: Int
  private var steps = 0
  private var input: Tensor?
  /// The state at the window's start.
  private let initial: Tensor
  /// W_hh h of the step at hand.
  private let z: Tensor
  private let reverse: ReverseBuffers?

  private struct ReverseBuffers {
    let dz: Tensor
    /// The h that every step read, (T, units, L).
    let read: Tensor
    let scratch: Tensor
    let edges: SparseBackward
  }

  /// A scan whose biases lie at these offsets of the flat buffer `parameters`.
  public init(
    _ parameters: Tensor, inputWeight: PackedMatrix, recurrent: SparseMatrix, inputBias: Int,
    hiddenBias: Int, lanes: Int, steps: Int, records: Bool
  ) {
    self.parameters = parameters
    self.inputWeight = inputWeight
    self.recurrent = recurrent
    self.inputBias = inputBias
    self.hiddenBias = hiddenBias
    self.lanes = lanes
    let units = recurrent.units
    if lanes == 1 { recurrent.keepSingleLane(parameters.values) }
    output = Tensor(steps: steps, features: units, lanes: lanes, gradients: records)
    state = Tensor(steps: 1, features: units, lanes: lanes)
    initial = Tensor(steps: 1, features: units, lanes: lanes)
    z = Tensor(steps: 1, features: units, lanes: lanes)
    reverse =
      records
      ? ReverseBuffers(
        dz: Tensor(steps: steps, features: units, lanes: lanes),
        read: Tensor(steps: steps, features: units, lanes: lanes),
        scratch: Tensor(steps: 1, features: inputWeight.scratchFloats, lanes: 1),
        edges: SparseBackward(forward: recurrent.forward, transposed: recurrent.transposed, lanes: lanes))
      : nil
  }

  /// Runs the first `steps` steps of `input`, (T, inputs, L), from `state` and leaves the new state there.
  public func forward(_ input: Tensor, steps: Int, tape: Tape?) -> Tensor {
    precondition(steps <= output.steps, "\(steps) steps in a scan of \(output.steps)")
    let units = recurrent.units
    let size = units * lanes
    let p = parameters.values
    initial.values.update(from: state.values, count: size)
    for t in 0..<steps {
      let h = output.step(t)
      for i in 0..<units {
        (h + i * lanes).update(repeating: p[inputBias + i] + p[hiddenBias + i], count: lanes)
      }
    }
    inputWeight.multiply(
      input.values, stride: input.stepCount, adding: true, into: output.values, stride: size, steps: steps,
      lanes: lanes)
    var edges = recurrent.forward.edges
    for t in 0..<steps {
      let h = output.step(t)
      let previous = t == 0 ? initial.values : output.step(t - 1)
      if lanes == 1 {
        recurrent.singleLane?.multiply(previous, into: z.values)
      } else {
        ck_sparse_product(&edges, recurrent.weights.values, previous, lanes, z.values)
      }
      ck_add(size, z.values, h)
      ck_tanh(size, h, h)
    }
    state.values.update(from: output.step(steps - 1), count: size)
    self.steps = steps
    self.input = input
    tape?.append(self)
    return output
  }

  public func backward(into gradients: UnsafeMutablePointer<Float>) {
    guard let reverse, let input, let dh = output.gradients else {
      preconditionFailure("SparseRNNScan.backward without a recorded forward")
    }
    let size = output.stepCount
    let dz = reverse.dz
    reverse.read.values.update(from: initial.values, count: size)
    (reverse.read.values + size).update(from: output.values, count: (steps - 1) * size)
    reverse.edges.start(steps: steps)
    for t in stride(from: steps - 1, through: 0, by: -1) {
      ck_tanh_backward(size, output.step(t), dh + t * size, dz.step(t))
      reverse.edges.step(
        t, dz: dz.step(t), v: reverse.read.step(t), weights: recurrent.transposedWeights.values, dv: z.values)
      if t > 0 { ck_add(size, z.values, dh + (t - 1) * size) }
    }
    reverse.edges.add(to: gradients + recurrent.offset)
    if let dx = input.gradients {
      inputWeight.multiplyTransposed(
        dz.values, stride: size, adding: false, into: dx, stride: input.stepCount, steps: steps,
        lanes: lanes)
    }
    inputWeight.addGradient(
      dy: dz.values, stride: size, x: input.values, stride: input.stepCount, steps: steps, lanes: lanes,
      scratch: reverse.scratch, to: gradients)
    ck_row_sums(recurrent.units, steps, lanes, dz.values, size, gradients + inputBias)
    ck_row_sums(recurrent.units, steps, lanes, dz.values, size, gradients + hiddenBias)
  }
}
