/// `GameState.lookAhead`, step after step of a flight: where the ball went the way that was foretold, the end of the
/// way is one step further on, and nothing else needs to be played.
struct Glance: Sendable {
  /// Where the ball is next if nothing touches it; nil where that tells nothing of what lies ahead of it.
  private var next: GameState?
  private var ahead = GameState(rules: .reference, serve: Serve(x: 0, y: 0, dx: 0, dy: 0))
  private var steps = 0

  /// The ball `steps` steps from `state`, or where it lands before, as `lookAhead` has it but for the paddle and
  /// the streak.
  mutating func ahead(of state: GameState, rules: Rules, steps: Int) -> GameState {
    guard steps > 0, !state.hasLanded(rules) else {
      next = nil
      return state
    }
    if let next, steps == self.steps, next.ballX == state.ballX, next.ballY == state.ballY,
      next.ballDX == state.ballDX, next.ballDY == state.ballDY
    {
      if !ahead.hasLanded(rules) { ahead.fly(rules: rules) }
    } else {
      ahead = state.lookAhead(rules: rules, steps: steps)
    }
    self.steps = steps
    var next = state
    next.fly(rules: rules)
    self.next = next
    return ahead
  }
}
