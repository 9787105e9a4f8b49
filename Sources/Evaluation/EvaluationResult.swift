import PongEngine
import Storage

/// What an evaluation came to.
public struct EvaluationResult: Sendable, Equatable {
  /// What was evaluated, as the user or the sweep names it.
  public var agent: String
  /// The rules played by.
  public var rules: RuleSet
  /// The protocol.
  public var evaluationProtocol: EvaluationProtocol
  /// Determines the serves.
  public var seed: UInt64
  /// Sessions, or rounds, counted.
  public var sessions: Int
  /// Sessions thrown away (`paper`).
  public var discarded = 0
  /// Sessions whose last try was kept although it ends in a limit cycle too (`paper`); no file keeps it.
  public var keptCycles = 0
  /// Steps of the sessions counted.
  public var steps = 0
  /// Catches, misses and the longest streak of the sessions counted.
  public var totals = PlayTotals()
  /// What went wrong.
  public var perturbation = Perturbation()
  /// The rounds one by one; `rounds` only.
  public var rounds: RoundStatistics?

  /// A result without play yet.
  public init(_ agent: String, _ settings: EvaluationSettings) {
    self.agent = agent
    rules = settings.rules
    evaluationProtocol = settings.evaluationProtocol
    seed = settings.seed
    sessions = settings.sessions
    perturbation = settings.perturbation
  }

  /// Takes in the rounds of an evaluation by `rounds`.
  mutating func play(_ rounds: [RoundRecord]) {
    guard !rounds.isEmpty else { return }
    let statistics = RoundStatistics(rounds.map(\.catches), seed: seed)
    steps = rounds.reduce(0) { $0 + $1.steps }
    totals = statistics.totals
    self.rounds = statistics
  }
}

extension EvaluationResult {
  /// The object of `pong evaluate --json`.
  /// - Parameter keepsRounds: whether it has `catches_per_round` too, as the result of a sweep's cell.
  public func setting(keepsRounds: Bool) -> Setting {
    var fields: [Setting.Entry] = [
      .init("agent", .string(agent)), .init("rules", .string(rules.name)),
      .init("protocol", .string(evaluationProtocol.rawValue)), .init("seed", .integer(Int(seed))),
      .init("sessions", .integer(sessions)), .init("sessions_discarded", .integer(discarded)),
      .init("steps", .integer(steps)), .init("catches", .integer(totals.catches)),
      .init("misses", .integer(totals.misses)), .init("rate", totals.rate.map { .number($0) } ?? .null),
      .init("mean", .number(totals.meanStreak)), .init("max", .integer(totals.longest)),
    ]
    if perturbation != Perturbation() { fields.append(.init("perturb", .string(perturbation.text))) }
    if let rounds {
      fields += [
        .init("rounds", .integer(rounds.catches.count)), .init("rounds_capped", .integer(rounds.capped)),
        .init("mean_catches", .number(rounds.mean)),
        .init("iqm_catches", .number(rounds.interquartileMean)),
        .init("interval_low", .number(rounds.interval.lowerBound)),
        .init("interval_high", .number(rounds.interval.upperBound)),
      ]
      if keepsRounds {
        fields.append(.init("catches_per_round", .list(rounds.catches.map { .integer($0) })))
      }
    }
    return .map(fields)
  }

  /// What a number of sessions, steps or balls may be: sums over any number of results that fit into memory are whole
  /// numbers too.
  private static let counts = 0...1 << 40

  /// Reads the object of `setting` that keeps its rounds. Rate and mean follow from the counts; the statistics of rounds
  /// are read, as the interval is dear.
  public init(_ reader: inout SettingReader) throws(SettingError) {
    agent = try reader.text("agent") ?? ""
    rules = try reader.choice("rules", among: RuleSet.allCases, named: \.name)
    evaluationProtocol = try reader.choice("protocol")
    seed = UInt64(try reader.integer("seed", in: 0...Int.max))
    sessions = try reader.integer("sessions", in: EvaluationResult.counts)
    discarded = try reader.integer("sessions_discarded", in: EvaluationResult.counts)
    steps = try reader.integer("steps", in: EvaluationResult.counts)
    totals.catches = try reader.integer("catches", in: EvaluationResult.counts)
    totals.misses = try reader.integer("misses", in: EvaluationResult.counts)
    totals.longest = try reader.integer("max", in: EvaluationResult.counts)
    if let text = try reader.text("perturb") {
      do {
        perturbation = try Perturbation(text)
      } catch {
        throw reader.error("perturb", found: error.found, expected: error.expected)
      }
    }
    _ = try reader.optionalNumber("rate")
    _ = try reader.number("mean", in: 0...Double.greatestFiniteMagnitude)
    if evaluationProtocol == .rounds { rounds = try RoundStatistics(&reader) }
    try reader.finish()
  }
}
