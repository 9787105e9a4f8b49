/// A game with its serve source and the counts a viewer or an evaluation wants.
public struct Session<Serves: ServeSource> {
  /// The rules of the game.
  public let rules: Rules
  /// Where serves come from.
  public var serves: Serves
  /// The game as it stands.
  public private(set) var state: GameState
  /// Steps played.
  public private(set) var steps = 0
  /// Catches so far.
  public private(set) var catches = 0
  /// Misses so far.
  public private(set) var misses = 0
  /// Consecutive catches since the last miss.
  public private(set) var streak = 0
  /// The longest streak so far.
  public private(set) var longestStreak = 0

  /// A session about to start, its first serve taken.
  public init(rules: Rules, serves: Serves) {
    self.rules = rules
    self.serves = serves
    state = GameState(rules: rules, serve: self.serves.next(rules))
  }

  /// What an agent sees now.
  @inlinable public var observation: Observation { Observation(state, rules: rules) }

  /// Catches / (catches + misses); nil before the first of either.
  public var catchRate: Double? {
    catches + misses == 0 ? nil : Double(catches) / Double(catches + misses)
  }

  /// Plays one step.
  @discardableResult
  public mutating func step(_ action: Action) -> Event {
    let event = state.step(action, rules: rules, serves: &serves)
    steps += 1
    switch event {
    case .none: break
    case .catch:
      catches += 1
      streak += 1
      longestStreak = max(longestStreak, streak)
    case .miss:
      misses += 1
      streak = 0
    }
    return event
  }
}

extension Session: Sendable where Serves: Sendable {}
