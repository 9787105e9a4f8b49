/// The reference game followed exactly: all its speeds are known, so the first observation after a serve is
/// enough, and every later one is foretold by the engine's own step function.
struct ReferenceMotion: Sendable {
  private let rules: Rules
  private var known: GameState?

  init(rules: Rules) { self.rules = rules }

  mutating func observe(_ observation: Observation) -> Seen {
    var seen = Seen(state: served(observation), jumped: true)
    if let known {
      if let next = foretold(known, observation) {
        seen = Seen(state: next.state, caught: next.event == .catch)
      } else if let moved = moved(known, observation) {
        seen = Seen(state: moved)
      }
    }
    known = seen.state
    return seen
  }

  /// The known game one step on, if that is what is seen. The paddle moves before the ball, so its new
  /// position, which the observation tells, is the one that the ball meets.
  private func foretold(_ known: GameState, _ observation: Observation) -> (state: GameState, event: Event)? {
    var next = known
    next.paddleX = Int32(observation.paddleX)
    // A miss asks for a serve that is not known here; what is seen then is the serve itself.
    var serves = ConstantServe(Serve(referenceX: 0, y: 0))
    let event = next.step(.stay, rules: rules, serves: &serves)
    guard event != .miss, Observation(next, rules: rules) == observation else { return nil }
    return (next, event)
  }

  /// The state after one plain move from the last position, if the known velocity was wrong: a policy may
  /// be put to work in the middle of a flight.
  private func moved(_ known: GameState, _ observation: Observation) -> GameState? {
    let dx = Int32(observation.ballX) &- known.ballX
    // y is known modulo 256; of the differences that gives, a single step can only be the smallest.
    let dy = Int32(Int8(truncatingIfNeeded: Int32(observation.ballY) &- known.ballY))
    guard abs(dx) == rules.serveSpeed, abs(dy) == rules.serveSpeed else { return nil }
    var state = known
    state.paddleX = Int32(observation.paddleX)
    (state.ballX, state.ballY) = (known.ballX &+ dx, known.ballY &+ dy)
    (state.ballDX, state.ballDY) = (dx, dy)
    state.bounceOffWalls(rules)
    if dy > 0, state.overlapsPaddle(rules) { state.bounceOffPaddle(rules) }
    return state
  }

  /// The state if the ball has just been served.
  private func served(_ observation: Observation) -> GameState {
    var state = GameState(
      rules: rules, serve: Serve(referenceX: Int32(observation.ballX), y: Int32(observation.ballY)))
    state.paddleX = Int32(observation.paddleX)
    return state
  }
}
