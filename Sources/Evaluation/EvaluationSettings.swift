import Agents
import Determinism
import PongEngine

/// The three ways to give a result (reference.md, section 4).
public enum EvaluationProtocol: String, CaseIterable, Sendable {
  /// As published: sessions that end in a limit cycle are thrown away and played anew.
  case paper
  /// Nothing is thrown away.
  case all
  /// Independent serves, each played to its miss or to the cap.
  case rounds
}

/// What is played in an evaluation.
public struct EvaluationSettings: Sendable, Equatable {
  /// The protocol.
  public var evaluationProtocol: EvaluationProtocol
  /// Sessions, or rounds.
  public var sessions: Int
  /// Steps of a session.
  public var steps: Int
  /// Determines the serves.
  public var seed: UInt64
  /// Rules.
  public var rules: RuleSet
  /// What goes wrong.
  public var perturbation = Perturbation()

  /// The published sizes unless said otherwise: ten sessions of 20,000 steps; 256 rounds.
  public init(
    _ evaluationProtocol: EvaluationProtocol, sessions: Int? = nil, steps: Int = 20_000, seed: UInt64 = 0,
    rules: RuleSet = .reference
  ) {
    self.evaluationProtocol = evaluationProtocol
    self.sessions = sessions ?? (evaluationProtocol == .rounds ? EvaluationSettings.standardRounds : 10)
    self.steps = steps
    self.seed = seed
    self.rules = rules
  }

  /// Rounds, unless said otherwise.
  public static let standardRounds = 256
  /// Tries a session has before a limit cycle is kept after all.
  public static let maximumTries = 50
  /// Catches at which a round ends.
  public static let roundCap = 1000

  /// The player with what a lesion silences, drawn from the seed and the network.
  public func lesioned(_ player: Player) -> Player {
    guard perturbation.isLesion else { return player }
    guard case .agent(let agent) = player else {
      preconditionFailure("\(player.name) is no network to be lesioned")
    }
    let generator = SeededGenerator(seed: seed).split("lesion").split(agent.checksum)
    return .agent(agent.lesioned(perturbation, generator))
  }

  /// The serves of one try of a session: a function of the seed, the session and the try alone, from a stream that
  /// training never draws from.
  public func serves(session: Int, attempt: Int = 0) -> SeededGenerator {
    SeededGenerator(seed: seed).split("evaluation").split(UInt64(session)).split(UInt64(attempt))
  }
}
