import CKernels

/// y = W x + b at every step, as `torch.nn.Linear`: W is (outputs, inputs), row-major.
public final class Linear: WindowOperation {
  /// y, (T, outputs, L), with gradients when recording.
  public let output: Tensor

  private let parameters: Tensor
  private let weight: Int
  private let bias: Int
  private let inputs: Int
  private let lanes: Int
  private let scratch: Tensor?
  private var steps = 0
  private var input: Tensor?

  /// The layer whose weight and bias a layout has under a name (`ParameterLayout.addLinear`), in the flat buffer
  /// `parameters`.
  public init(
    _ name: String, of layout: ParameterLayout, _ parameters: Tensor, lanes: Int, steps: Int, records: Bool
  ) {
    let matrix = layout["\(name).weight"]
    self.parameters = parameters
    weight = matrix.range.lowerBound
    bias = layout.offset("\(name).bias")
    inputs = matrix.shape[1]
    self.lanes = lanes
    let outputs = matrix.shape[0]
    output = Tensor(steps: steps, features: outputs, lanes: lanes, gradients: records)
    scratch =
      records ? Tensor(steps: 1, features: ck_window_outer_scratch(outputs, inputs), lanes: 1) : nil
  }

  /// Maps the first `steps` steps of `input`, (T, inputs, L).
  public func forward(_ input: Tensor, steps: Int, tape: Tape?) -> Tensor {
    precondition(steps <= output.steps, "\(steps) steps in a layer of \(output.steps)")
    let p = parameters.values
    for t in 0..<steps {
      let y = output.step(t)
      for i in 0..<output.features { (y + i * lanes).update(repeating: p[bias + i], count: lanes) }
      ck_dense_product(output.features, inputs, lanes, p + weight, inputs, 1, input.step(t), 1, y)
    }
    self.steps = steps
    self.input = input
    tape?.append(self)
    return output
  }

  public func backward(into gradients: UnsafeMutablePointer<Float>) {
    guard let input, let dy = output.gradients, let scratch else {
      preconditionFailure("Linear.backward without a recorded forward")
    }
    let outputs = output.features
    if let dx = input.gradients {
      for t in 0..<steps {
        ck_dense_product(
          inputs, outputs, lanes, parameters.values + weight, 1, inputs, dy + t * outputs * lanes, 0,
          dx + t * inputs * lanes)
      }
    }
    ck_window_outer(
      outputs, inputs, steps, lanes, dy, outputs * lanes, input.values, inputs * lanes, gradients + weight,
      inputs, scratch.values)
    ck_row_sums(outputs, steps, lanes, dy, outputs * lanes, gradients + bias)
  }
}
