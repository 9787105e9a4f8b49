import CKernels

/// y = W x + b for a whole window, as `torch.nn.Linear`, from a packed matrix; optionally followed by ReLU.
public final class WindowLinear: WindowOperation {
  /// y, (T, outputs, L), with gradients when recording.
  public let output: Tensor

  private let parameters: Tensor
  private let weight: PackedMatrix
  private let bias: Int
  private let rectified: Bool
  private let addsToInput: Bool
  private var steps = 0
  private var input: Tensor?
  private let scratch: Tensor?

  /// A layer whose bias lies at `bias` of the flat buffer `parameters`.
  /// - Parameters:
  ///   - rectified: apply ReLU to y.
  ///   - addsToInput: the input's gradient has been set by another operation that saw it later; add to it.
  public init(
    _ parameters: Tensor, weight: PackedMatrix, bias: Int, rectified: Bool = false, addsToInput: Bool = false,
    lanes: Int, steps: Int, records: Bool
  ) {
    self.parameters = parameters
    self.weight = weight
    self.bias = bias
    self.rectified = rectified
    self.addsToInput = addsToInput
    output = Tensor(steps: steps, features: weight.rows, lanes: lanes, gradients: records)
    scratch = records ? Tensor(steps: 1, features: weight.scratchFloats, lanes: 1) : nil
  }

  public func forward(_ input: Tensor, steps: Int, tape: Tape?) -> Tensor {
    precondition(steps <= output.steps, "\(steps) steps in a layer of \(output.steps)")
    let (lanes, size) = (output.lanes, output.stepCount)
    ck_fill_rows(weight.rows, steps, lanes, parameters.values + bias, output.values, size)
    weight.multiply(
      input.values, stride: input.stepCount, adding: true, into: output.values, stride: size, steps: steps,
      lanes: lanes)
    if rectified { ck_relu(steps * size, output.values) }
    self.steps = steps
    self.input = input
    tape?.append(self)
    return output
  }

  public func backward(into gradients: UnsafeMutablePointer<Float>) {
    guard let input, let dy = output.gradients, let scratch else {
      preconditionFailure("WindowLinear.backward without a recorded forward")
    }
    let (lanes, size) = (output.lanes, output.stepCount)
    if rectified { ck_relu_backward(steps * size, output.values, dy) }
    if let dx = input.gradients {
      weight.multiplyTransposed(
        dy, stride: size, adding: addsToInput, into: dx, stride: input.stepCount, steps: steps, lanes: lanes)
    }
    weight.addGradient(
      dy: dy, stride: size, x: input.values, stride: input.stepCount, steps: steps, lanes: lanes,
      scratch: scratch, to: gradients)
    ck_row_sums(weight.rows, steps, lanes, dy, size, gradients + bias)
  }
}
