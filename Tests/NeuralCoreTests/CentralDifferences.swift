import NeuralCore

/// Where a fast gradient differs most from the central differences of a plain forward pass in double
/// precision, as a fraction of the largest derivative.
func gradientError(
  _ gradients: [Float], at parameters: [Float], loss: ([Double]) -> Double
) -> Double {
  var point = parameters.map { Double($0) }
  let step = 1e-5
  var error = 0.0
  var magnitude = 0.0
  for i in point.indices {
    let center = point[i]
    point[i] = center + step
    let above = loss(point)
    point[i] = center - step
    let below = loss(point)
    point[i] = center
    let derivative = (above - below) / (2 * step)
    guard gradients[i].isFinite, derivative.isFinite else { return .infinity }
    error = max(error, abs(Double(gradients[i]) - derivative))
    magnitude = max(magnitude, abs(derivative))
  }
  return magnitude == 0 ? .infinity : error / magnitude
}

/// The mean squared error against one-hot targets over supervised steps, written plainly: outputs
/// [step][output][lane] and targets [step * lanes].
func plainLoss(_ outputs: [[[Double]]], targets: [UInt8], lanes: Int) -> Double {
  var sum = 0.0
  var count = 0
  for (t, step) in outputs.enumerated() {
    for lane in 0..<lanes where targets[t * lanes + lane] != SquaredError.unsupervised {
      for k in step.indices {
        let error = step[k][lane] - (Int(targets[t * lanes + lane]) == k ? 1 : 0)
        sum += error * error
        count += 1
      }
    }
  }
  return sum / Double(count)
}

/// Random targets; of the last step only where `lastOnly`.
func randomTargets(steps: Int, lanes: Int, outputs: Int, lastOnly: Bool, seed: UInt64) -> [UInt8] {
  var state = seed
  return (0..<steps * lanes).map { index in
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    let isSupervised = !lastOnly || index / lanes == steps - 1
    return isSupervised ? UInt8((state >> 33) % UInt64(outputs)) : SquaredError.unsupervised
  }
}

/// Runs the loss and the tape backward; returns the mean loss and the gradients.
func backward(
  _ output: Tensor, _ tape: Tape, targets: [UInt8], steps: Int, parameters: Int
) -> (loss: Double, gradients: [Float]) {
  let supervised = targets.count { $0 != SquaredError.unsupervised } * output.features
  let sum = SquaredError.evaluate(output, targets: targets, steps: steps, scale: 1 / Float(supervised))
  var gradients = [Float](repeating: 0, count: parameters)
  tape.backward(into: &gradients)
  return (sum / Double(supervised), gradients)
}
