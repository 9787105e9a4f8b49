/// The published loss: mean squared error between the outputs and the one-hot target action.
public enum SquaredError {
  /// A target that is not supervised: no loss, no gradient.
  public static let unsupervised: UInt8 = 255

  /// The sum of squared errors over supervised steps, lanes and outputs; sets `outputs.gradients` to
  /// `scale` times its derivative for the first `steps` steps.
  ///
  /// - Parameters:
  ///   - outputs: (T, outputs, L), with gradients.
  ///   - targets: [steps * L] class indices, or `unsupervised`; step-major.
  ///   - scale: 1 / number of supervised values in the whole batch, for the gradient of the mean.
  ///   - group: the lanes that count; nil for all.
  public static func evaluate(
    _ outputs: Tensor, targets: UnsafePointer<UInt8>, steps: Int, scale: Float, lanes group: Range<Int>? = nil
  ) -> Double {
    guard let gradients = outputs.gradients else {
      preconditionFailure("SquaredError needs outputs with gradients")
    }
    let lanes = outputs.lanes
    var total = 0.0
    for t in 0..<steps {
      for k in 0..<outputs.features {
        let row = (t * outputs.features + k) * lanes
        for l in group ?? 0..<lanes {
          let target = targets[t * lanes + l]
          guard target != unsupervised else {
            gradients[row + l] = 0
            continue
          }
          let error = outputs.values[row + l] - (Int(target) == k ? 1 : 0)
          total += Double(error * error)
          gradients[row + l] = 2 * scale * error
        }
      }
    }
    return total
  }
}
