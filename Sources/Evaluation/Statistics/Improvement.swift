import Determinism

extension Statistics {
  /// The probability that a score of X is above one of Y, both drawn at random, ties counted one half: the
  /// Mann-Whitney U statistic over the number of pairs, as rliable's probability of improvement. 1/2 where
  /// either is empty.
  public static func probabilityOfImprovement(of x: [Double], over y: [Double]) -> Double {
    guard !x.isEmpty, !y.isEmpty else { return 0.5 }
    var halves = 0
    for a in x {
      for b in y { halves += a > b ? 2 : a == b ? 1 : 0 }
    }
    return Double(halves) / Double(2 * x.count * y.count)
  }

  /// The percentile bootstrap interval of the probability of improvement; X and Y are resampled on their own.
  public static func improvementInterval(
    of x: [Double], over y: [Double], level: Double = 0.95, resamples: Int = 2000, generator: SeededGenerator
  ) -> ClosedRange<Double> {
    var generator = generator
    var values: [Double] = []
    values.reserveCapacity(resamples)
    for _ in 0..<resamples {
      let sampleX = x.map { _ in x[generator.uniform(below: x.count)] }
      let sampleY = y.map { _ in y[generator.uniform(below: y.count)] }
      values.append(probabilityOfImprovement(of: sampleX, over: sampleY))
    }
    return interval(&values, level: level)
  }
}
