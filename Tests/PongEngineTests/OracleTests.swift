import Determinism
import TestSupport
import Testing

@testable import PongEngine

@Suite("Oracle")
struct OracleTests {
  /// Whether any sequence of moves meets the ball before it is lost: every paddle position that can be reached in a step,
  /// tried.
  private func canBeCaught(_ state: GameState, _ rules: Rules) -> Bool {
    var ball = state
    var positions: Set<Int32> = [state.paddleX]
    var serves = ScriptedServes([Serve(x: 0, y: 0, dx: 0, dy: 0)])
    while true {
      positions = Set(
        positions.flatMap { position in
          Action.allCases.map { action in
            var paddle = state
            paddle.paddleX = position
            paddle.movePaddle(action, rules)
            return paddle.paddleX
          }
        })
      ball.paddleX = -4 * rules.fieldWidth
      guard ball.step(.stay, rules: rules, serves: &serves) != .miss else { return false }
      let isMet = positions.contains { position in
        var met = ball
        met.paddleX = position
        return met.ballDY > 0 && met.overlapsPaddle(rules)
      }
      if isMet { return true }
    }
  }

  private func catches(_ state: GameState, _ rules: Rules) -> Bool {
    let oracle = Oracle(rules: rules)
    var game = state
    var serves = ScriptedServes([Serve(x: 0, y: 0, dx: 0, dy: 0)])
    while true {
      switch game.step(oracle.action(in: game), rules: rules, serves: &serves) {
      case .catch: return true
      case .miss: return false
      case .none: break
      }
    }
  }

  /// States late in a flight, with the paddle anywhere: whatever can be caught is.
  @Test(arguments: RuleSet.allCases)
  func whateverCanBeCaughtIs(_ ruleSet: RuleSet) {
    let rules = Rules.preset(ruleSet)
    var generator = SeededGenerator(seed: 11)
    var (possible, impossible) = (0, 0)
    for seed in 0..<120 as Range<UInt64> {
      var session = Session(rules: rules, serves: SeededServes(seed: seed))
      var tracker = Tracker(rules: rules)
      for _ in 0..<generator.uniform(below: 600) { session.step(tracker.action(for: session.observation)) }
      var state = session.state
      state.paddleX = rules.paddleStartX &+ Int32(generator.uniform(below: 23) - 11) &* rules.paddleSpeed
      guard canBeCaught(state, rules) else {
        #expect(!catches(state, rules))
        impossible += 1
        continue
      }
      #expect(catches(state, rules), "seed \(seed): \(state)")
      possible += 1
    }
    #expect(possible > 80 && impossible > 0, "\(possible), \(impossible)")
  }

  /// Where following the ball is enough, it says what the tracker does, so that a learner can see why.
  @Test(arguments: RuleSet.allCases)
  func atTheTrackersOwnPlayItSaysTheSame(_ ruleSet: RuleSet) {
    let rules = Rules.preset(ruleSet)
    let oracle = Oracle(rules: rules)
    var session = CountedSession(rules: rules, serves: SeededServes(seed: 3))
    for _ in 0..<20_000 {
      let action = oracle.action(in: session.state)
      #expect(action == rules.paddleStep(from: session.state.paddleX, to: session.state.ballX))
      session.step(action)
    }
    #expect(session.misses == 0 && session.catches > 100)
  }
}
