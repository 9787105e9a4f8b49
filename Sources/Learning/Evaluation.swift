import Determinism
import NeuralCore
import PongEngine
import SequenceModels

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
}

/// What an evaluation came to.
public struct EvaluationResult: Sendable, Equatable {
  /// What was played.
  public var settings: EvaluationSettings
  /// Sessions counted.
  public var sessions: Int
  /// Sessions thrown away (`paper`).
  public var discarded: Int
  /// Sessions whose last try was kept although it ends in a limit cycle too (`paper`).
  public var keptCycles: Int
  /// Steps of the sessions counted.
  public var steps: Int
  /// Catches, misses and the longest streak of the sessions counted.
  public var totals: PlayTotals
  /// Catches of every round (`rounds`).
  public var rounds: [Int]
}

/// Something that can be evaluated: a network, or a policy made anew for every session.
public enum Player: Sendable {
  /// A trained network.
  case agent(Agent)
  /// An expert; the number seeds its own variation.
  case policy(name: String, make: @Sendable (UInt64) -> any Policy)

  /// The name in results.
  public var name: String {
    switch self {
    case .agent(let agent): agent.name
    case .policy(let name, _): name
    }
  }
}

extension Player {
  /// A policy at the start of a session; the seed decides the variation of experts that vary.
  public func makePolicy(seed: UInt64) -> any Policy {
    switch self {
    case .agent(let agent): ModelPolicy(agent)
    case .policy(_, let make): make(seed)
    }
  }
}

/// Plays evaluations, sessions in parallel. The serves of session i, try k are a function of the seed, i and k
/// alone and come from a stream that training never draws from.
public struct Evaluator: Sendable {
  private let team: ThreadTeam

  /// An evaluator on a team of threads.
  public init(team: ThreadTeam) { self.team = team }

  /// Plays an evaluation.
  public func evaluate(_ player: Player, _ settings: EvaluationSettings) -> EvaluationResult {
    play(Arena(player, settings, team), settings)
  }

  /// Plays an evaluation, or gives up and returns nil soon after `shouldStop` says so. Once it has said yes it
  /// must not take that back.
  public func evaluate(
    _ player: Player, _ settings: EvaluationSettings, shouldStop: @escaping @Sendable () -> Bool
  ) -> EvaluationResult? {
    let result = play(Arena(player, settings, team, shouldStop: shouldStop), settings)
    return shouldStop() ? nil : result
  }

  private func play(_ arena: Arena, _ settings: EvaluationSettings) -> EvaluationResult {
    switch settings.evaluationProtocol {
    case .rounds: rounds(arena, settings)
    case .all, .paper: sessions(arena, settings)
    }
  }

  private func sessions(_ arena: Arena, _ settings: EvaluationSettings) -> EvaluationResult {
    let discards = settings.evaluationProtocol == .paper
    var accepted = [SessionRecord?](repeating: nil, count: settings.sessions)
    var tries = [Int](repeating: 0, count: settings.sessions)
    var discarded = 0
    var keptCycles = 0
    while true {
      let pending = accepted.indices.filter { accepted[$0] == nil }
      if pending.isEmpty { break }
      // First everyone once; then, where limit cycles are thrown away, several tries of a session at a time,
      // so that the machine is full. They count in order, so how many are played at once changes nothing.
      let isFirst = tries.allSatisfy { $0 == 0 }
      let ahead = isFirst ? 1 : max(1, arena.batch / pending.count)
      let jobs = pending.flatMap { session in
        (tries[session]..<min(tries[session] + ahead, EvaluationSettings.maximumTries)).map {
          SessionKey(session: session, attempt: $0)
        }
      }
      let records = arena.play(jobs, paddles: discards)
      for (job, record) in zip(jobs, records) where accepted[job.session] == nil {
        tries[job.session] = job.attempt + 1
        let isLast = job.attempt + 1 == EvaluationSettings.maximumTries
        let cycles = discards && LimitCycle.ends(record.paddlePath)
        if cycles && !isLast {
          discarded += 1
          continue
        }
        if cycles { keptCycles += 1 }
        accepted[job.session] = record
      }
    }
    let totals = accepted.compactMap { $0?.totals }.reduce(PlayTotals(), +)
    return EvaluationResult(
      settings: settings, sessions: settings.sessions, discarded: discarded, keptCycles: keptCycles,
      steps: settings.sessions * settings.steps, totals: totals, rounds: [])
  }

  private func rounds(_ arena: Arena, _ settings: EvaluationSettings) -> EvaluationResult {
    let rounds = arena.playRounds(settings.sessions)
    let catches = rounds.map(\.catches)
    let capped = catches.count { $0 >= EvaluationSettings.roundCap }
    let totals = PlayTotals(
      catches: catches.reduce(0, +), misses: rounds.count - capped, longest: catches.max() ?? 0)
    return EvaluationResult(
      settings: settings, sessions: rounds.count, discarded: 0, keptCycles: 0,
      steps: rounds.reduce(0) { $0 + $1.steps }, totals: totals, rounds: catches)
  }
}

/// Which serves a session gets.
struct SessionKey: Sendable {
  var session: Int
  var attempt: Int
}
