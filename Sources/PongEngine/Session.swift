/// A game with its serve source.
public struct Session<Serves: ServeSource> {
  /// The rules of the game.
  public let rules: Rules
  /// Where serves come from.
  public var serves: Serves
  /// The game as it stands.
  public private(set) var state: GameState
  /// Steps played.
  public private(set) var steps = 0

  /// A session about to start, its first serve taken.
  public init(rules: Rules, serves: Serves) {
    self.rules = rules
    self.serves = serves
    state = GameState(rules: rules, serve: self.serves.next(rules))
  }

  /// What an agent sees now.
  @inlinable public var observation: Observation { Observation(state, rules: rules) }

  /// Plays one step.
  @discardableResult
  public mutating func step(_ action: Action) -> Event {
    steps += 1
    return state.step(action, rules: rules, serves: &serves)
  }
}

extension Session: Sendable where Serves: Sendable {}
