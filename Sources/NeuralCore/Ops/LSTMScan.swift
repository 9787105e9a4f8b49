import CKernels

/// The parameters of one layer: packed matrices, and where its biases lie in the flat buffer.
public struct LSTMLayer: Sendable {
  let inputWeight: PackedMatrix
  let hiddenWeight: PackedMatrix
  let inputBias: Int
  let hiddenBias: Int

  /// W_ih (4H, inputs) and W_hh (4H, H), gates in the order i, f, g, o.
  public init(inputWeight: PackedMatrix, hiddenWeight: PackedMatrix, inputBias: Int, hiddenBias: Int) {
    precondition(inputWeight.rows == 4 * hiddenWeight.columns && hiddenWeight.rows == inputWeight.rows)
    self.inputWeight = inputWeight
    self.hiddenWeight = hiddenWeight
    self.inputBias = inputBias
    self.hiddenBias = hiddenBias
  }

  var hidden: Int { hiddenWeight.columns }
}

/// A window of one LSTM layer, as `torch.nn.LSTM` (Hochreiter & Schmidhuber 1997, with forget gate):
///
///     i, f, g, o = W_ih x(t) + b_ih + W_hh h(t-1) + b_hh
///     c(t) = sigmoid(f) c(t-1) + sigmoid(i) tanh(g)
///     h(t) = sigmoid(o) tanh(c(t))
///
/// The input's product is one for the whole window. Backward is truncated at the window's start.
public final class LSTMScan: WindowOperation {
  /// h after every step, (T, H, L), with gradients when recording.
  public let output: Tensor
  /// h carried from window to window, (1, H, L).
  public let hiddenState: Tensor
  /// c carried from window to window, (1, H, L).
  public let cellState: Tensor

  private let parameters: Tensor
  private let layer: LSTMLayer
  private let lanes: Int
  private var steps = 0
  private var input: Tensor?
  /// The gates' sums, then the activated gates, then (backward) the gradients of the sums: (T, 4H, L).
  private let gates: Tensor
  /// c at the window's start and after every step, (T + 1, H, L).
  private let cells: Tensor
  /// h at the window's start.
  private let initial: Tensor
  private let bias: Tensor
  private let dc: Tensor
  private let scratch: Tensor?

  /// A layer whose biases are read from `parameters`, the flat buffer.
  public init(_ parameters: Tensor, layer: LSTMLayer, lanes: Int, steps: Int, records: Bool) {
    self.parameters = parameters
    self.layer = layer
    self.lanes = lanes
    let hidden = layer.hidden
    output = Tensor(steps: steps, features: hidden, lanes: lanes, gradients: records)
    hiddenState = Tensor(steps: 1, features: hidden, lanes: lanes)
    cellState = Tensor(steps: 1, features: hidden, lanes: lanes)
    gates = Tensor(steps: steps, features: 4 * hidden, lanes: lanes)
    cells = Tensor(steps: steps + 1, features: hidden, lanes: lanes)
    initial = Tensor(steps: 1, features: hidden, lanes: lanes)
    bias = Tensor(steps: 1, features: 4 * hidden, lanes: 1)
    dc = Tensor(steps: 1, features: hidden, lanes: lanes)
    let needed = max(layer.inputWeight.scratchFloats, layer.hiddenWeight.scratchFloats)
    scratch = records ? Tensor(steps: 1, features: needed, lanes: 1) : nil
  }

  /// Runs the first `steps` steps of `input`, (T, inputs, L), from the states and leaves the new ones there.
  public func forward(_ input: Tensor, steps: Int, tape: Tape?) -> Tensor {
    precondition(steps <= output.steps, "\(steps) steps in a scan of \(output.steps)")
    let size = output.stepCount
    initial.values.update(from: hiddenState.values, count: size)
    cells.values.update(from: cellState.values, count: size)
    for i in 0..<bias.count {
      bias.values[i] = parameters.values[layer.inputBias + i] + parameters.values[layer.hiddenBias + i]
    }
    ck_fill_rows(bias.count, steps, lanes, bias.values, gates.values, gates.stepCount)
    layer.inputWeight.multiply(
      input.values, stride: input.stepCount, adding: true, into: gates.values, stride: gates.stepCount,
      steps: steps, lanes: lanes)
    for t in 0..<steps {
      let previous = t == 0 ? initial.values : output.step(t - 1)
      layer.hiddenWeight.multiply(
        previous, stride: size, adding: true, into: gates.step(t), stride: 0, steps: 1, lanes: lanes)
      ck_lstm_forward(size, gates.step(t), cells.step(t), cells.step(t + 1), output.step(t))
    }
    hiddenState.values.update(from: output.step(steps - 1), count: size)
    cellState.values.update(from: cells.step(steps), count: size)
    self.steps = steps
    self.input = input
    tape?.append(self)
    return output
  }

  public func backward(into gradients: UnsafeMutablePointer<Float>) {
    guard let scratch, let input, let dh = output.gradients else {
      preconditionFailure("LSTMScan.backward without a recorded forward")
    }
    let size = output.stepCount
    dc.clear()
    for t in stride(from: steps - 1, through: 0, by: -1) {
      ck_lstm_backward(size, gates.step(t), cells.step(t), cells.step(t + 1), dh + t * size, dc.values)
      guard t > 0 else { break }
      layer.hiddenWeight.multiplyTransposed(
        gates.step(t), stride: 0, adding: true, into: dh + (t - 1) * size, stride: 0, steps: 1, lanes: lanes)
    }
    if let dx = input.gradients {
      layer.inputWeight.multiplyTransposed(
        gates.values, stride: gates.stepCount, adding: false, into: dx, stride: input.stepCount,
        steps: steps, lanes: lanes)
    }
    layer.inputWeight.addGradient(
      dy: gates.values, stride: gates.stepCount, x: input.values, stride: input.stepCount, steps: steps,
      lanes: lanes, scratch: scratch, to: gradients)
    layer.hiddenWeight.addGradient(
      dy: gates.values, stride: 0, x: initial.values, stride: 0, steps: 1, lanes: lanes, scratch: scratch,
      to: gradients)
    layer.hiddenWeight.addGradient(
      dy: gates.values + gates.stepCount, stride: gates.stepCount, x: output.values, stride: size,
      steps: steps - 1, lanes: lanes, scratch: scratch, to: gradients)
    for offset in [layer.inputBias, layer.hiddenBias] {
      ck_row_sums(
        gates.features, steps, lanes, gates.values, gates.stepCount, gradients + offset)
    }
  }
}
