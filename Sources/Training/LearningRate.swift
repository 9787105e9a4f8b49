extension Trainer {
  /// Linear warm-up, then the schedule.
  func learningRate(update: Int) -> Double {
    let training = config.training
    if update < training.warmup {
      return training.learningRate * Double(update + 1) / Double(training.warmup)
    }
    guard training.schedule == .cosine else { return training.learningRate }
    let span = max(1, totalUpdates - training.warmup)
    let phase = Double(update - training.warmup) / Double(span)
    let fraction = training.finalRate + (1 - training.finalRate) * (1 + cosineOfHalfTurn(phase)) / 2
    return training.learningRate * fraction
  }
}

/// cos(pi x) for x in 0...1, as a polynomial: the same bits on every machine, unlike `cos`.
func cosineOfHalfTurn(_ x: Double) -> Double {
  // cos(pi x) = -sin(pi (x - 1/2)); Taylor in y = pi (x - 1/2), |y| <= pi/2, error below 1e-11.
  let y = Double.pi * (x - 0.5)
  let square = y * y
  var sum = 0.0
  for k in stride(from: 17, through: 3, by: -2) { sum = (1 + sum) * -square / Double(k * (k - 1)) }
  return -y * (1 + sum)
}
