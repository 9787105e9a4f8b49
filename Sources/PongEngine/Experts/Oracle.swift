/// A teacher: sees the whole game, velocity and all, and says what to do in any state that somebody else has brought
/// about (the role of the expert in Ross et al. 2011).
///
/// It follows the ball as the tracker does wherever that still catches it, played ahead by the engine's own step: what to
/// do is then plain from what a learner sees. Elsewhere it runs to where the ball can still be met. Of a ball that can be
/// met at all, none is lost.
public struct Oracle: Sendable {
  private let rules: Rules

  /// A teacher for a game with these rules.
  public init(rules: Rules) { self.rules = rules }

  /// What to do in a state.
  public func action(in state: GameState) -> Action {
    let aim = isCaughtByFollowing(state) ? state.ballX : meetingPoint(state)
    return rules.paddleStep(from: state.paddleX, to: aim)
  }

  private func isCaughtByFollowing(_ state: GameState) -> Bool {
    var ahead = state
    var serves = ConstantServe.ignored
    for _ in 0..<GameState.longestFlight {
      let action = rules.paddleStep(from: ahead.paddleX, to: ahead.ballX)
      switch ahead.step(action, rules: rules, serves: &serves) {
      case .catch: return true
      case .miss: return false
      case .none: break
      }
    }
    return false
  }

  /// The ball's left edge in the first step in which a paddle that runs towards it from now on meets it; where none does,
  /// where it comes down.
  private func meetingPoint(_ state: GameState) -> Int32 {
    var ball = state
    var landing: Int32?
    // A paddle that runs right or left from now on.
    var (right, left) = (state, state)
    for _ in 0..<GameState.longestFlight {
      guard ball.fly(rules: rules) != .miss else { break }
      right.movePaddle(.right, rules)
      left.movePaddle(.left, rules)
      guard ball.hasLanded(rules) else { continue }
      landing = landing ?? ball.ballX
      let isReached =
        right.paddleX &+ rules.paddleWidth > ball.ballX && left.paddleX < ball.ballX &+ rules.ballSize
      if isReached, ball.ballY < rules.paddleY &+ rules.paddleHeight { return ball.ballX }
    }
    return landing ?? state.ballX
  }
}
