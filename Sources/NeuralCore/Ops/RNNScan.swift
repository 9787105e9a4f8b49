import CKernels

/// Where the parameters of one recurrent layer lie in the flat buffer, in floats.
public struct LayerOffsets: Sendable {
  let inputWeight: Int
  let hiddenWeight: Int
  let inputBias: Int
  let hiddenBias: Int

  /// Offsets of the four parameters of a recurrent layer, named as in PyTorch.
  public init(inputWeight: Int, hiddenWeight: Int, inputBias: Int, hiddenBias: Int) {
    self.inputWeight = inputWeight
    self.hiddenWeight = hiddenWeight
    self.inputBias = inputBias
    self.hiddenBias = hiddenBias
  }
}

/// A window of one layer of a vanilla RNN, as `torch.nn.RNN` with tanh:
/// h(t) = tanh(W_ih x(t) + b_ih + W_hh h(t-1) + b_hh).
public final class RNNScan: WindowOperation {
  /// h after every step, (T, hidden, L), with gradients when recording.
  public let output: Tensor
  /// The state carried from window to window, (1, hidden, L).
  public let state: Tensor

  private let parameters: Tensor
  private let offsets: LayerOffsets
  private let inputs: Int
  private let hidden: Int
  private let lanes: Int
  private var steps = 0
  private var input: Tensor?
  /// The state at the window's start.
  private let initial: Tensor
  /// Gradient of the sum inside tanh, every step.
  private let dz: Tensor?
  private let scratch: Tensor?

  /// A layer whose parameters are read from `parameters`, the flat buffer.
  public init(
    _ parameters: Tensor, offsets: LayerOffsets, inputs: Int, hidden: Int, lanes: Int, steps: Int,
    records: Bool
  ) {
    self.parameters = parameters
    self.offsets = offsets
    self.inputs = inputs
    self.hidden = hidden
    self.lanes = lanes
    output = Tensor(steps: steps, features: hidden, lanes: lanes, gradients: records)
    state = Tensor(steps: 1, features: hidden, lanes: lanes)
    initial = Tensor(steps: 1, features: hidden, lanes: lanes)
    dz = records ? Tensor(steps: steps, features: hidden, lanes: lanes) : nil
    let needed = ck_window_outer_scratch(hidden, max(inputs, hidden))
    scratch = records ? Tensor(steps: 1, features: needed, lanes: 1) : nil
  }

  /// Runs the first `steps` steps of `input`, (T, inputs, L), from `state` and leaves the new state there.
  public func forward(_ input: Tensor, steps: Int, tape: Tape?) -> Tensor {
    precondition(steps <= output.steps, "\(steps) steps in a scan of \(output.steps)")
    let p = parameters.values
    initial.values.update(from: state.values, count: state.count)
    for t in 0..<steps {
      let h = output.step(t)
      for i in 0..<hidden {
        let bias = p[offsets.inputBias + i] + p[offsets.hiddenBias + i]
        (h + i * lanes).update(repeating: bias, count: lanes)
      }
      ck_dense_product(hidden, inputs, lanes, p + offsets.inputWeight, inputs, 1, input.step(t), 1, h)
      let previous = t == 0 ? initial.values : output.step(t - 1)
      ck_dense_product(hidden, hidden, lanes, p + offsets.hiddenWeight, hidden, 1, previous, 1, h)
      ck_tanh(hidden * lanes, h, h)
    }
    state.values.update(from: output.step(steps - 1), count: state.count)
    self.steps = steps
    self.input = input
    tape?.append(self)
    return output
  }

  public func backward(into gradients: UnsafeMutablePointer<Float>) {
    guard let dz, let scratch, let input, let dh = output.gradients else {
      preconditionFailure("RNNScan.backward without a recorded forward")
    }
    let size = hidden * lanes
    let p = parameters.values
    for t in stride(from: steps - 1, through: 0, by: -1) {
      let dzt = dz.step(t)
      let dht = dh + t * size
      ck_tanh_backward(size, output.step(t), dht, dzt)
      if t > 0 {
        ck_dense_product(hidden, hidden, lanes, p + offsets.hiddenWeight, 1, hidden, dzt, 1, dht - size)
      }
      if let dx = input.gradients {
        let dxt = dx + t * inputs * lanes
        ck_dense_product(inputs, hidden, lanes, p + offsets.inputWeight, 1, inputs, dzt, 0, dxt)
      }
    }
    /// Adds the products of `steps` steps of dz from `first` on with x to the gradients at `offset`.
    func add(_ x: UnsafePointer<Float>, features: Int, first: Int, steps: Int, at offset: Int) {
      ck_window_outer(
        hidden, features, steps, lanes, dz.step(first), size, x, features * lanes, gradients + offset,
        features, scratch.values)
    }
    add(input.values, features: inputs, first: 0, steps: steps, at: offsets.inputWeight)
    add(initial.values, features: hidden, first: 0, steps: 1, at: offsets.hiddenWeight)
    add(output.values, features: hidden, first: 1, steps: steps - 1, at: offsets.hiddenWeight)
    for bias in [offsets.inputBias, offsets.hiddenBias] {
      ck_row_sums(hidden, steps, lanes, dz.values, size, gradients + bias)
    }
  }
}
