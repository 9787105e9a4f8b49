import Determinism
import PongEngine

/// Someone at an episode: what they see and do, row by row.
struct EpisodePlayer {
  private let rules: Rules
  private var policy: any Policy
  private var state: GameState
  private var serves: SeededServes
  private let noise: Double
  private var coins: SeededGenerator

  /// A player about to begin.
  init(_ policy: any Policy, rules: Rules, serves: SeededServes, noise: Double, coins: SeededGenerator) {
    self.rules = rules
    self.policy = policy
    self.serves = serves
    self.noise = noise
    self.coins = coins
    state = GameState(rules: rules, serve: self.serves.next(rules))
    self.policy.reset()
  }

  /// Plays on for some steps; returns their rows (`rowWord`).
  mutating func rows(_ count: Int) -> [UInt32] {
    [UInt32](unsafeUninitializedCapacity: count) { rows, written in
      for row in 0..<count {
        let observation = Observation(state, rules: rules)
        let action = policy.action(for: observation)
        rows[row] = rowWord(observation, action)
        _ = state.step(noise > 0 ? disturbed(action) : action, rules: rules, serves: &serves)
      }
      written = count
    }
  }

  private mutating func disturbed(_ action: Action) -> Action {
    guard coins.bernoulli(noise) else { return action }
    return Action.allCases[coins.uniform(below: Action.allCases.count)]
  }
}
