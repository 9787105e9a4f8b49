import Learning

/// Sessions of all seeds taken together.
public struct PooledPlay: Sendable, Equatable {
  /// Sessions counted.
  public let sessions: Int
  /// Sessions thrown away.
  public let discarded: Int
  /// Balls caught.
  public let catches: Int
  /// Balls missed.
  public let misses: Int
  /// The longest streak of any seed.
  public let longest: Int
  /// The rate of each seed.
  public let seedRates: [Double]

  /// Nil of no records.
  init?(_ records: [EvaluationRecord]) {
    guard !records.isEmpty else { return nil }
    sessions = records.reduce(0) { $0 + $1.sessions }
    discarded = records.reduce(0) { $0 + $1.sessionsDiscarded }
    catches = records.reduce(0) { $0 + $1.catches }
    misses = records.reduce(0) { $0 + $1.misses }
    longest = records.map(\.max).max() ?? 0
    seedRates = records.compactMap(\.rate)
  }

  /// Catches / (catches + misses).
  public var rate: Double? { catches + misses == 0 ? nil : Double(catches) / Double(catches + misses) }
  /// Catches / misses, the published mean; without a miss the catches, a lower bound.
  public var mean: Double { Double(catches) / Double(max(misses, 1)) }
  /// The mean in a table.
  var meanText: String { (misses == 0 ? "at least " : "") + Format.catches(mean) }
}
