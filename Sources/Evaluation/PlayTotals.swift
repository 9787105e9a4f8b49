/// Sums of play.
public struct PlayTotals: Sendable, Equatable {
  /// Catches.
  public var catches = 0
  /// Misses.
  public var misses = 0
  /// The longest streak of catches.
  public var longest = 0

  /// Nothing played.
  public init(catches: Int = 0, misses: Int = 0, longest: Int = 0) {
    self.catches = catches
    self.misses = misses
    self.longest = longest
  }

  /// Catches / (catches + misses); nil before the first of either.
  public var rate: Double? {
    catches + misses == 0 ? nil : Double(catches) / Double(catches + misses)
  }

  /// Consecutive catches a miss: catches / misses. Without a miss, the catches: a lower bound.
  public var meanStreak: Double { Double(catches) / Double(max(misses, 1)) }

  /// The sums of two.
  public static func + (a: PlayTotals, b: PlayTotals) -> PlayTotals {
    PlayTotals(
      catches: a.catches + b.catches, misses: a.misses + b.misses, longest: max(a.longest, b.longest))
  }
}
