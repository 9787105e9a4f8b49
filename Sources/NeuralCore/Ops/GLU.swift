import CKernels

/// The gated linear unit of `torch.nn.GLU` over the features: (T, 2 H, L) in, a sigmoid(b) out.
public final class GLU: WindowOperation {
  /// (T, H, L), with gradients when recording.
  public let output: Tensor
  private var steps = 0
  private var input: Tensor?

  /// A unit with H outputs.
  public init(features: Int, lanes: Int, steps: Int, records: Bool) {
    output = Tensor(steps: steps, features: features, lanes: lanes, gradients: records)
  }

  public func forward(_ input: Tensor, steps: Int, tape: Tape?) -> Tensor {
    let size = output.stepCount
    for t in 0..<steps { ck_glu(size, input.step(t), input.step(t) + size, output.step(t)) }
    self.steps = steps
    self.input = input
    tape?.append(self)
    return output
  }

  public func backward(into gradients: UnsafeMutablePointer<Float>) {
    guard let input, let dy = output.gradients, let dx = input.gradients else {
      preconditionFailure("GLU.backward without a recorded forward")
    }
    let size = output.stepCount
    for t in 0..<steps {
      let d = dx + t * input.stepCount
      ck_glu_backward(size, input.step(t), input.step(t) + size, dy + t * size, d, d + size)
    }
  }
}
