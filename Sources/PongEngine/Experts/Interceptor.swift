/// Moves to where the ball will land, found by playing the engine's own step function ahead, and waits there.
///
/// Under the reference rules it knows the ball exactly and never misses. Under the classic rules the landing
/// point becomes exact as the estimate of the ball's velocity does.
public struct Interceptor: Policy, Sendable {
  private let rules: Rules
  private var motion: BallMotion
  private var plan: (dx: Int32, dy: Int32, landingX: Int32)?

  /// An interceptor for a game with these rules.
  public init(rules: Rules) {
    self.rules = rules
    motion = BallMotion(rules: rules)
  }

  /// Forgets the ball.
  public mutating func reset() {
    motion.reset()
    plan = nil
  }

  /// The move towards the landing point.
  public mutating func action(for observation: Observation) -> Action {
    let state = motion.observe(observation)
    return rules.paddleStep(from: state.paddleX, to: landingX(of: state))
  }

  /// The landing point; looked for anew when the velocity is no longer the one it was found with, or when
  /// the ball is past it and still in reach.
  private mutating func landingX(of state: GameState) -> Int32 {
    if let plan, plan.dx == state.ballDX, plan.dy == state.ballDY, !motion.jumped, !state.hasLanded(rules) {
      return plan.landingX
    }
    let landingX = state.landingX(rules: rules)
    plan = (state.ballDX, state.ballDY, landingX)
    return landingX
  }
}
