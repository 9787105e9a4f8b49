import Evaluation

/// Sessions of all seeds taken together.
struct PooledPlay: Sendable, Equatable {
  /// Sessions counted.
  let sessions: Int
  /// Sessions thrown away.
  let discarded: Int
  /// Sums over seeds, and the longest streak of any.
  let totals: PlayTotals
  /// The rate of each seed.
  let seedRates: [Double]

  /// Nil of no records.
  init?(_ records: [EvaluationResult]) {
    guard !records.isEmpty else { return nil }
    sessions = records.reduce(0) { $0 + $1.sessions }
    discarded = records.reduce(0) { $0 + $1.discarded }
    totals = records.map(\.totals).reduce(PlayTotals(), +)
    seedRates = records.compactMap(\.totals.rate)
  }

  /// Whether no session had another end than a limit cycle, so that those counted are each session's last try, whatever
  /// became of it.
  var isAllLastTries: Bool { discarded == (EvaluationSettings.maximumTries - 1) * sessions }

  /// The mean in a table.
  var meanText: String { (totals.misses == 0 ? "at least " : "") + Format.catches(totals.meanStreak) }
}
