import PongEngine

/// Something that can be evaluated: a network, or a policy made anew for every session.
public enum Player: Sendable {
  /// A trained network.
  case agent(Agent)
  /// An expert, a program or an ONNX file; the number seeds what an expert varies.
  case policy(name: String, make: @Sendable (UInt64) -> any Policy)

  /// The name in results.
  public var name: String {
    switch self {
    case .agent(let agent): agent.name
    case .policy(let name, _): name
    }
  }

  /// An expert by its name, which must be one.
  init(expert name: String, rules: RuleSet) {
    guard let expert = Expert(name: name) else { preconditionFailure("\(name) is no expert") }
    let rules = Rules.preset(rules)
    self = .policy(name: name) { expert.policy(rules: rules, seed: $0) }
  }

  /// A policy at the start of a session; the seed decides the variation of experts that vary.
  public func makePolicy(seed: UInt64) -> any Policy {
    switch self {
    case .agent(let agent): ModelPolicy(agent)
    case .policy(_, let make): make(seed)
    }
  }
}
