import Determinism
import Evaluation

/// Sessions of all seeds taken together.
struct PooledPlay: Sendable, Equatable {
  /// Sessions counted.
  let sessions: Int
  /// Sessions thrown away.
  let discarded: Int
  /// Sums over seeds, and the longest streak of any.
  let totals: PlayTotals
  /// Consecutive catches a miss, its interval over seeds. Seeds without a miss count their catches, so where few miss its
  /// upper end is a lower bound.
  let mean: Estimate
  /// The rate of each seed.
  let seedRates: [Double]

  /// Nil of no records.
  init?(_ records: [EvaluationResult], generator: SeededGenerator) {
    guard !records.isEmpty else { return nil }
    let seeds = records.map(\.totals)
    sessions = records.reduce(0) { $0 + $1.sessions }
    discarded = records.reduce(0) { $0 + $1.discarded }
    totals = seeds.reduce(PlayTotals(), +)
    mean = Estimate(
      value: totals.meanStreak,
      interval: Statistics.bootstrap([seeds], generator: generator) { $0.reduce(PlayTotals(), +).meanStreak })
    seedRates = seeds.compactMap(\.rate)
  }

  /// Whether no session had another end than a limit cycle, so that those counted are each session's last try, whatever
  /// became of it.
  var isAllLastTries: Bool { discarded == (EvaluationSettings.maximumTries - 1) * sessions }

  /// The mean in a table: of one seed, or where nothing was missed, without an interval.
  var meanText: String {
    guard totals.misses > 0 else { return "at least " + Format.catches(mean.value) }
    return mean.interval.lowerBound < mean.interval.upperBound
      ? Format.catches(mean) : Format.catches(mean.value)
  }
}
