/// What a policy can know of the game from observations alone: they hold whole pixels, y modulo 256 and no
/// velocity, so all else is inferred from one observation to the next.
public struct BallMotion: Sendable {
  // One of the two, by the rules. Not an enum: its payload would be copied out and back every step.
  private var reference: ReferenceMotion?
  private var classic: ClassicMotion?
  private let rules: Rules

  /// Whether the last observation did not go on from the one before: the first one, or a new serve.
  public private(set) var jumped = true
  /// Catches seen so far since `reset`; tells one flight from the next.
  public private(set) var catches = 0

  /// Nothing seen yet of a game with these rules.
  public init(rules: Rules) {
    self.rules = rules
    switch rules.ruleSet {
    case .reference: reference = ReferenceMotion(rules: rules)
    case .classic: classic = ClassicMotion(rules: rules)
    }
  }

  /// Forgets everything.
  public mutating func reset() { self = BallMotion(rules: rules) }

  /// Takes in the next observation and returns the game as best known: y unwrapped, velocity inferred.
  public mutating func observe(_ observation: Observation) -> GameState {
    guard let seen = reference?.observe(observation) ?? classic?.observe(observation) else {
      preconditionFailure("BallMotion: rules \(rules.ruleSet) that nobody follows")
    }
    jumped = seen.jumped
    if seen.caught { catches += 1 }
    return seen.state
  }
}

/// What one observation told.
struct Seen {
  /// The game as best known.
  var state: GameState
  /// The ball is not where it could have moved to: the first observation, or a new serve.
  var jumped = false
  /// The ball has turned upwards at the paddle since the last observation.
  var caught = false
}
