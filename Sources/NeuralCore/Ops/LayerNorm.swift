import CKernels

/// Layer normalisation (Ba et al. 2016, arXiv 1607.06450) over the features, as `torch.nn.LayerNorm` with
/// epsilon 1e-5.
public final class LayerNorm: WindowOperation {
  /// (T, F, L), with gradients when recording.
  public let output: Tensor

  private let parameters: Tensor
  private let weight: Int
  private let bias: Int
  private let addsToInput: Bool
  private let mean: Tensor
  private let inverse: Tensor
  private var steps = 0
  private var input: Tensor?

  /// A norm whose weight and bias lie at these offsets of the flat buffer. `addsToInput`: the input's gradient
  /// has been set by another operation that saw it later; add to it.
  public init(
    _ parameters: Tensor, weight: Int, bias: Int, features: Int, addsToInput: Bool = false, lanes: Int,
    steps: Int, records: Bool
  ) {
    self.parameters = parameters
    self.weight = weight
    self.bias = bias
    self.addsToInput = addsToInput
    output = Tensor(steps: steps, features: features, lanes: lanes, gradients: records)
    mean = Tensor(steps: steps, features: 1, lanes: lanes)
    inverse = Tensor(steps: steps, features: 1, lanes: lanes)
  }

  public func forward(_ input: Tensor, steps: Int, tape: Tape?) -> Tensor {
    let p = parameters.values
    for t in 0..<steps {
      ck_layer_norm(
        output.features, output.lanes, 1e-5, input.step(t), p + weight, p + bias, mean.step(t),
        inverse.step(t), output.step(t))
    }
    self.steps = steps
    self.input = input
    tape?.append(self)
    return output
  }

  public func backward(into gradients: UnsafeMutablePointer<Float>) {
    guard let input, let dy = output.gradients, let dx = input.gradients else {
      preconditionFailure("LayerNorm.backward without a recorded forward")
    }
    let size = output.stepCount
    for t in 0..<steps {
      ck_layer_norm_backward(
        output.features, output.lanes, input.step(t), parameters.values + weight, mean.step(t),
        inverse.step(t), dy + t * size, addsToInput ? 1 : 0, dx + t * size, gradients + weight,
        gradients + bias)
    }
  }
}
