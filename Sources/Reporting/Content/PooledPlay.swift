import Evaluation

/// Sessions of all seeds taken together.
public struct PooledPlay: Sendable, Equatable {
  /// Sessions counted.
  public let sessions: Int
  /// Sessions thrown away.
  public let discarded: Int
  /// Sums over seeds, and the longest streak of any.
  public let totals: PlayTotals
  /// The rate of each seed.
  public let seedRates: [Double]

  /// Nil of no records.
  init?(_ records: [EvaluationResult]) {
    guard !records.isEmpty else { return nil }
    sessions = records.reduce(0) { $0 + $1.sessions }
    discarded = records.reduce(0) { $0 + $1.discarded }
    totals = records.map(\.totals).reduce(PlayTotals(), +)
    seedRates = records.compactMap(\.totals.rate)
  }

  /// The mean in a table.
  var meanText: String { (totals.misses == 0 ? "at least " : "") + Format.catches(totals.meanStreak) }
}
