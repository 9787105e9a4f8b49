import Agents
import Determinism

/// Plays evaluations, sessions in parallel.
public struct Evaluator: Sendable {
  private let team: ThreadTeam

  /// An evaluator on a team of threads.
  public init(team: ThreadTeam) { self.team = team }

  /// Plays an evaluation.
  public func evaluate(_ player: Player, _ settings: EvaluationSettings) -> EvaluationResult {
    play(player, settings, PlayWatch())
  }

  /// Plays an evaluation, or gives up and returns nil soon after `shouldStop` says so. Once it has said yes it
  /// must not take that back. `played` is told now and then, by any thread, how much more has been played, in sessions or rounds.
  public func evaluate(
    _ player: Player, _ settings: EvaluationSettings, shouldStop: @escaping @Sendable () -> Bool,
    played: @escaping @Sendable (Double) -> Void = { _ in }
  ) -> EvaluationResult? {
    let result = play(player, settings, PlayWatch(shouldStop: shouldStop, played: played))
    return shouldStop() ? nil : result
  }

  private func play(
    _ player: Player, _ settings: EvaluationSettings, _ watch: PlayWatch
  ) -> EvaluationResult {
    let player = settings.lesioned(player)
    let arena = Arena(player, rules: settings.rules, settings.perturbation, team, watch)
    var result = EvaluationResult(player.name, settings)
    switch settings.evaluationProtocol {
    case .rounds: result.play(arena.rounds((0..<settings.sessions).map { settings.serves(session: $0) }))
    case .all, .paper: sessions(arena, settings, &result)
    }
    return result
  }

  private func sessions(_ arena: Arena, _ settings: EvaluationSettings, _ result: inout EvaluationResult) {
    let discards = settings.evaluationProtocol == .paper
    var accepted = [SessionRecord?](repeating: nil, count: settings.sessions)
    var tries = [Int](repeating: 0, count: settings.sessions)
    while true {
      let pending = accepted.indices.filter { accepted[$0] == nil }
      if pending.isEmpty { break }
      // First everyone once; then, where limit cycles are thrown away, several tries of a session at a time,
      // so that the machine is full. They count in order, so how many are played at once changes nothing.
      let isFirst = tries.allSatisfy { $0 == 0 }
      let ahead = isFirst ? 1 : max(1, arena.batch / pending.count)
      let jobs = pending.flatMap { session in
        (tries[session]..<min(tries[session] + ahead, EvaluationSettings.maximumTries)).map {
          (session: session, attempt: $0)
        }
      }
      let records = arena.sessions(
        jobs.map { settings.serves(session: $0.session, attempt: $0.attempt) }, steps: settings.steps,
        looksForCycle: discards)
      for (job, record) in zip(jobs, records) where accepted[job.session] == nil {
        tries[job.session] = job.attempt + 1
        let isLast = job.attempt + 1 == EvaluationSettings.maximumTries
        if record.endsInCycle && !isLast {
          result.discarded += 1
          continue
        }
        if record.endsInCycle { result.keptCycles += 1 }
        accepted[job.session] = record
      }
    }
    result.steps = settings.sessions * settings.steps
    result.totals = accepted.compactMap { $0?.totals }.reduce(PlayTotals(), +)
  }
}
