import Determinism

extension Statistics {
  /// What a resample draws anew of scores in strata, such as rounds within training seeds.
  public enum Resampling: String, Sendable {
    /// As many scores from each stratum as it has; the strata stay. The spread if the same agents played
    /// again.
    case within
    /// First as many strata as there are, then as many scores from each drawn one as it has. The spread if
    /// other seeds were trained and then played: rounds of one agent share its luck in training, so that
    /// resampling them alone would call five agents 1,280 independent ones.
    case nested
  }

  /// A percentile bootstrap interval of a statistic of all scores.
  /// - Parameters:
  ///   - strata: scores; none may be empty.
  ///   - level: coverage, such as 0.95. Percentile intervals over few strata are too narrow: of three seeds
  ///     they can reach no further than the worst and the best.
  public static func bootstrap<Score>(
    _ strata: [[Score]], resampling: Resampling = .within, level: Double = 0.95, resamples: Int = 2000,
    generator: SeededGenerator, statistic: ([Score]) -> Double
  ) -> ClosedRange<Double> {
    var generator = generator
    var values: [Double] = []
    values.reserveCapacity(resamples)
    var sample: [Score] = []
    sample.reserveCapacity(strata.reduce(0) { $0 + $1.count })
    for _ in 0..<resamples {
      sample.removeAll(keepingCapacity: true)
      for index in strata.indices {
        let stratum = strata[drawn(index, of: strata.count, resampling, &generator)]
        for _ in stratum { sample.append(stratum[generator.uniform(below: stratum.count)]) }
      }
      values.append(statistic(sample))
    }
    return interval(&values, level: level)
  }

  /// The stratum that takes the place of stratum `index` in a resample.
  static func drawn(
    _ index: Int, of count: Int, _ resampling: Resampling, _ generator: inout SeededGenerator
  ) -> Int {
    resampling == .nested ? generator.uniform(below: count) : index
  }

  /// The percentile interval of a statistic's values over resamples, which it sorts.
  static func interval(_ values: inout [Double], level: Double) -> ClosedRange<Double> {
    values.sort()
    return quantile(values, (1 - level) / 2)...quantile(values, (1 + level) / 2)
  }
}
