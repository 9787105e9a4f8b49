import PongEngine

/// What one hand has done in a court. The agent's balls and the person's are counted apart: a streak is a
/// hand's own balls in a row, whatever the other did in between, and a miss is that of the hand that held the
/// paddle.
struct HandCounts: Sendable, Equatable {
  private(set) var catches = 0
  private(set) var misses = 0
  private(set) var streak = 0
  private(set) var best = 0
  private var longestEnded = 0

  /// Catches / (catches + misses); nil before the first of either.
  var catchRate: Double? {
    catches + misses == 0 ? nil : Double(catches) / Double(catches + misses)
  }

  /// Whether the streak is longer than any that ended; the first has nothing to beat.
  var isRecord: Bool { longestEnded > 0 && streak > longestEnded }

  /// Counts what a step brought; true if it made the streak a record.
  mutating func add(_ event: Event) -> Bool {
    switch event {
    case .none: return false
    case .catch:
      catches += 1
      streak += 1
      best = max(best, streak)
      return longestEnded > 0 && streak == longestEnded + 1
    case .miss:
      misses += 1
      longestEnded = max(longestEnded, streak)
      streak = 0
      return false
    }
  }
}
