import Determinism

/// The catches a round of one configuration over its training seeds, with bootstrap 95 % intervals.
///
/// A resample draws seeds, then rounds within each drawn seed (`Statistics.Resampling.nested`), so that the
/// intervals speak of the configuration, other seeds and other serves, rather than of these agents; of a single
/// seed they can speak of its rounds only. Every statistic is computed from the same resamples, each kept as a
/// histogram of catches, so that a resample costs its draws and no sorting.
public struct RoundsOverSeeds: Sendable {
  /// A point of the survival curve.
  public struct Survival: Sendable, Equatable {
    /// Catches, k.
    public let catches: Int
    /// The fraction of rounds with at least k catches.
    public let fraction: Estimate
  }

  /// Seeds.
  public let seeds: Int
  /// The mean of each seed, in the order given.
  public let seedMeans: [Double]
  /// Mean catches a round.
  public let mean: Estimate
  /// The median over seeds of a seed's mean catches a round: rliable's `aggregate_median`.
  public let median: Estimate
  /// Interquartile mean of the catches a round, over all rounds of all seeds.
  public let interquartileMean: Estimate
  /// The survival curve at the catches asked for.
  public let survival: [Survival]

  /// - Parameters:
  ///   - catches: of every round, seed by seed; no seed without a round.
  ///   - survivalAt: where to compute the survival curve, ascending.
  public init(
    _ catches: [[Int]], survivalAt: [Int] = [], resamples: Int = 2000, generator: SeededGenerator
  ) {
    precondition(!catches.isEmpty && !catches.contains([]), "found a seed without rounds")
    seeds = catches.count
    seedMeans = catches.map { Statistics.mean($0.map(Double.init)) }
    var histogram = Histogram(bins: (catches.joined().max() ?? 0) + 1)
    for count in catches.joined() { histogram.add(count) }
    var means: [Double] = []
    var medians: [Double] = []
    var interquartileMeans: [Double] = []
    var fractions = survivalAt.map { _ in [Double]() }
    var generator = generator
    var resample = Histogram(bins: histogram.counts.count)
    for _ in 0..<resamples {
      resample.clear()
      var ofSeeds: [Double] = []
      for index in catches.indices {
        let rounds = catches[Statistics.drawn(index, of: catches.count, .nested, &generator)]
        var sum = 0
        for _ in rounds {
          let count = rounds[generator.uniform(below: rounds.count)]
          resample.add(count)
          sum += count
        }
        ofSeeds.append(Double(sum) / Double(rounds.count))
      }
      means.append(resample.mean)
      medians.append(Statistics.median(ofSeeds))
      interquartileMeans.append(resample.interquartileMean)
      for (index, fraction) in resample.fractions(atLeast: survivalAt).enumerated() {
        fractions[index].append(fraction)
      }
    }
    func estimate(_ value: Double, _ values: inout [Double]) -> Estimate {
      Estimate(value: value, interval: Statistics.interval(&values, level: 0.95))
    }
    mean = estimate(histogram.mean, &means)
    median = estimate(Statistics.median(seedMeans), &medians)
    interquartileMean = estimate(histogram.interquartileMean, &interquartileMeans)
    let observed = histogram.fractions(atLeast: survivalAt)
    survival = survivalAt.indices.map { index in
      Survival(catches: survivalAt[index], fraction: estimate(observed[index], &fractions[index]))
    }
  }
}

/// How often each whole number occurs.
private struct Histogram {
  var counts: [Int]
  var total = 0

  init(bins: Int) { counts = [Int](repeating: 0, count: bins) }

  mutating func clear() {
    for index in counts.indices { counts[index] = 0 }
    total = 0
  }

  mutating func add(_ value: Int) {
    counts[value] += 1
    total += 1
  }

  var mean: Double { Double(counts.indices.reduce(0) { $0 + $1 * counts[$1] }) / Double(total) }

  /// A quarter, rounded down, is cut off at each end.
  var interquartileMean: Double {
    let cut = total / 4
    let kept = cut..<total - cut
    var sum = 0
    var below = 0
    for (value, count) in counts.enumerated() where count > 0 {
      sum += value * (below..<below + count).clamped(to: kept).count
      below += count
    }
    return Double(sum) / Double(kept.count)
  }

  /// The fraction of the numbers that are at least each threshold; ascending thresholds, one pass.
  func fractions(atLeast thresholds: [Int]) -> [Double] {
    var result: [Double] = []
    result.reserveCapacity(thresholds.count)
    var below = 0
    var value = 0
    for threshold in thresholds {
      while value < min(threshold, counts.count) {
        below += counts[value]
        value += 1
      }
      result.append(Double(total - below) / Double(total))
    }
    return result
  }
}
