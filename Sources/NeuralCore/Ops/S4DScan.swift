import CKernels

/// A window of one S4D layer's recurrence, followed by GELU (tanh form): (T, H, L) in and out.
/// Backward is truncated at the window's start.
public final class S4DScan: WindowOperation {
  /// GELU(y) after every step, (T, H, L), with gradients when recording.
  public let output: Tensor
  /// The complex states carried from window to window, (1, H x N/2 x 2, L).
  public let state: Tensor

  private let kernel: S4DKernel
  private let addsToInput: Bool
  private var steps = 0
  private var input: Tensor?
  /// y before GELU; in backward its gradient.
  private let sums: Tensor
  private let reverse: ReverseBuffers?

  private struct ReverseBuffers {
    /// The state at the window's start.
    let initial: Tensor
    let dy: Tensor
    let dDecay: Tensor
    let dOutput: Tensor
    let scratch: Tensor
  }

  /// A scan with a layer's kernel. `addsToInput`: the input's gradient has been set by another operation that
  /// saw it later; add to it.
  public init(_ kernel: S4DKernel, addsToInput: Bool = false, lanes: Int, steps: Int, records: Bool) {
    self.kernel = kernel
    self.addsToInput = addsToInput
    let features = kernel.channels * kernel.pairs * 2
    output = Tensor(steps: steps, features: kernel.channels, lanes: lanes, gradients: records)
    state = Tensor(steps: 1, features: features, lanes: lanes)
    sums = Tensor(steps: steps, features: kernel.channels, lanes: lanes)
    reverse =
      records
      ? ReverseBuffers(
        initial: Tensor(steps: 1, features: features, lanes: lanes),
        dy: Tensor(steps: steps, features: kernel.channels, lanes: lanes),
        dDecay: Tensor(steps: 1, features: features, lanes: 1),
        dOutput: Tensor(steps: 1, features: features, lanes: 1),
        scratch: Tensor(steps: 1, features: ck_s4d_scratch(steps), lanes: 1)) : nil
  }

  public func forward(_ input: Tensor, steps: Int, tape: Tape?) -> Tensor {
    precondition(steps <= output.steps, "\(steps) steps in a scan of \(output.steps)")
    if let reverse, tape != nil { reverse.initial.values.update(from: state.values, count: state.count) }
    var layer = kernel.layer(lanes: output.lanes)
    ck_s4d_forward(&layer, steps, input.values, state.values, sums.values)
    ck_gelu(steps * output.stepCount, sums.values, output.values)
    self.steps = steps
    self.input = input
    tape?.append(self)
    return output
  }

  public func backward(into gradients: UnsafeMutablePointer<Float>) {
    guard let reverse, let input, let dOut = output.gradients, let dx = input.gradients else {
      preconditionFailure("S4DScan.backward without a recorded forward")
    }
    let count = steps * output.stepCount
    ck_gelu_backward(count, sums.values, dOut, reverse.dy.values)
    if !addsToInput { dx.update(repeating: 0, count: count) }
    reverse.dDecay.clear()
    reverse.dOutput.clear()
    var layer = kernel.layer(lanes: output.lanes)
    ck_s4d_backward(
      &layer, steps, input.values, reverse.initial.values, reverse.dy.values, dx, reverse.dDecay.values,
      reverse.dOutput.values, gradients + kernel.offsets.skip, reverse.scratch.values)
    kernel.addGradients(decay: reverse.dDecay.values, output: reverse.dOutput.values, to: gradients)
  }
}
