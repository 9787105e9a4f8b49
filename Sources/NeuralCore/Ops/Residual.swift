import CKernels

/// The sum of two tensors, as a residual connection: the gradient goes to both.
public final class Residual: TapeRecord {
  /// (T, F, L), with gradients when recording.
  public let output: Tensor
  private var steps = 0
  private var inputs: (Tensor, Tensor)?

  /// A sum of tensors of this shape.
  public init(features: Int, lanes: Int, steps: Int, records: Bool) {
    output = Tensor(steps: steps, features: features, lanes: lanes, gradients: records)
  }

  /// a + b over the first `steps` steps.
  public func forward(_ a: Tensor, _ b: Tensor, steps: Int, tape: Tape?) -> Tensor {
    let count = steps * output.stepCount
    output.values.update(from: a.values, count: count)
    ck_add(count, b.values, output.values)
    self.steps = steps
    inputs = (a, b)
    tape?.append(self)
    return output
  }

  public func backward(into gradients: UnsafeMutablePointer<Float>) {
    guard let inputs, let dy = output.gradients else {
      preconditionFailure("Residual.backward without a recorded forward")
    }
    let count = steps * output.stepCount
    inputs.0.gradients?.update(from: dy, count: count)
    inputs.1.gradients?.update(from: dy, count: count)
  }
}
