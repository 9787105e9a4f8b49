// Looking ahead with the engine's own step function, so that an expert's idea of the game cannot differ from
// the game.

extension GameState {
  /// The ball `steps` steps from now if nothing touches it but the walls.
  ///
  /// The paddle is set aside, and the look-ahead ends where the ball lands.
  public func lookAhead(rules: Rules, steps: Int) -> GameState {
    var ahead = self
    for _ in 0..<steps {
      if ahead.hasLanded(rules) { break }
      ahead.fly(rules: rules)
    }
    ahead.paddleX = paddleX
    return ahead
  }

  /// One step in which nothing touches the ball but the walls.
  @inline(__always) @discardableResult
  mutating func fly(rules: Rules) -> Event {
    // Far to the left and told to stay: it cannot meet the ball.
    paddleX = -4 &* rules.fieldWidth
    var serves = ConstantServe.ignored
    return step(.stay, rules: rules, serves: &serves)
  }

  /// Where the ball comes down if the paddle does not touch it before: its left edge in the step in which its lower edge
  /// first passes the paddle's upper edge on the way down, units.
  public func landingX(rules: Rules) -> Int32 {
    // A ball that does not move along y would never land; no rule set serves one, an estimate might.
    lookAhead(rules: rules, steps: GameState.longestFlight).ballX
  }

  /// Whether the ball is on its way down with its lower edge below the paddle's upper edge.
  @inlinable
  public func hasLanded(_ rules: Rules) -> Bool {
    ballDY > 0 && ballY &+ rules.ballSize > rules.paddleY
  }

  /// More steps than any flight has: the slowest ball of any rule set takes 250 for up and down.
  static let longestFlight = 400
}

extension Rules {
  /// Pixels along x between the centre of a paddle at `paddleX` and the centre of a ball at `ballX`, both
  /// in units.
  public func distance(paddleX: Int32, ballX: Int32) -> Double {
    Double(abs(doubledOffset(paddleX: paddleX, ballX: ballX))) / Double(2 * unitsPerPixel)
  }
}
