import PongEngine

/// Who labels.
enum Teacher {
  case oracle(Oracle)
  case expert(any Policy)

  init(_ name: String, rules: Rules, seed: UInt64) {
    self =
      Expert(name: name).map { .expert($0.policy(rules: rules, seed: seed)) }
      ?? .oracle(Oracle(rules: rules))
  }

  /// What it would do in a state that shows itself as `observation`.
  mutating func label(_ state: GameState, _ observation: Observation) -> Action {
    switch self {
    case .oracle(let oracle): return oracle.action(in: state)
    case .expert(var policy):
      let action = policy.action(for: observation)
      self = .expert(policy)
      return action
    }
  }
}
