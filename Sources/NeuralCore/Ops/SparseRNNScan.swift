import CKernels

/// A window of a vanilla RNN whose recurrent matrix is sparse:
/// h(t) = tanh(W_ih x(t) + b_ih + (M * W_hh) h(t-1) + b_hh), M fixed; its cost is by edges.
public final class SparseRNNScan: WindowOperation {
  /// h after every step, (T, units, L), with gradients when recording.
  public let output: Tensor
  /// The state carried from window to window, (1, units, L).
  public let state: Tensor

  private let parameters: Tensor
  private let inputWeight: PackedMatrix
  private let recurrent: SparseMatrix
  private let recurrentWeight: Int
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

  /// A scan whose recurrent weights, of the graph's edges, and biases lie at these offsets of the flat buffer
  /// `parameters`.
  public init(
    _ parameters: Tensor, inputWeight: PackedMatrix, recurrent: SparseMatrix, recurrentWeight: Int,
    inputBias: Int, hiddenBias: Int, lanes: Int, steps: Int, records: Bool
  ) {
    self.parameters = parameters
    self.inputWeight = inputWeight
    self.recurrent = recurrent
    self.recurrentWeight = recurrentWeight
    self.inputBias = inputBias
    self.hiddenBias = hiddenBias
    self.lanes = lanes
    let units = recurrent.neurons
    recurrent.prepare(lanes: lanes, records: records)
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
        edges: SparseBackward(recurrent, lanes: lanes))
      : nil
  }

  /// Runs the first `steps` steps of `input`, (T, inputs, L), from `state` and leaves the new state there.
  public func forward(_ input: Tensor, steps: Int, tape: Tape?) -> Tensor {
    precondition(steps <= output.steps, "\(steps) steps in a scan of \(output.steps)")
    let units = recurrent.neurons
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
    for t in 0..<steps {
      let h = output.step(t)
      let previous = t == 0 ? initial.values : output.step(t - 1)
      recurrent.multiply(previous, lanes: lanes, into: z.values)
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
    reverse.edges.start()
    for t in stride(from: steps - 1, through: 0, by: -1) {
      ck_tanh_backward(size, output.step(t), dh + t * size, dz.step(t))
      reverse.edges.step(t, of: steps, dz: dz.step(t), v: reverse.read.step(t), dv: z.values)
      if t > 0 { ck_add(size, z.values, dh + (t - 1) * size) }
    }
    reverse.edges.add(to: gradients + recurrentWeight)
    if let dx = input.gradients {
      inputWeight.multiplyTransposed(
        dz.values, stride: size, adding: false, into: dx, stride: input.stepCount, steps: steps,
        lanes: lanes)
    }
    inputWeight.addGradient(
      dy: dz.values, stride: size, x: input.values, stride: input.stepCount, steps: steps, lanes: lanes,
      scratch: reverse.scratch, to: gradients)
    ck_row_sums(recurrent.neurons, steps, lanes, dz.values, size, gradients + inputBias)
    ck_row_sums(recurrent.neurons, steps, lanes, dz.values, size, gradients + hiddenBias)
  }
}
