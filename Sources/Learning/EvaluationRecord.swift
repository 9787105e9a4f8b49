import PongEngine
import Storage

/// An evaluation as `pong evaluate --json` prints it and the result of a sweep's cell keeps it.
public struct EvaluationRecord: Sendable, Equatable {
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
  public var sessionsDiscarded: Int
  /// Steps counted.
  public var steps: Int
  /// Catches counted.
  public var catches: Int
  /// Misses counted.
  public var misses: Int
  /// Catches / (catches + misses); nil where there was neither.
  public var rate: Double?
  /// Catches / misses; without a miss, the catches.
  public var mean: Double
  /// The longest streak of catches.
  public var max: Int
  /// What only `rounds` has.
  public var rounds: Rounds?

  /// Statistics of rounds.
  public struct Rounds: Sendable, Equatable {
    /// Rounds played.
    public var count: Int
    /// Rounds that the cap ended.
    public var capped: Int
    /// Mean catches a round.
    public var meanCatches: Double
    /// Interquartile mean of the catches a round.
    public var interquartileMean: Double
    /// Bootstrap 95 % interval of the interquartile mean, over rounds.
    public var interval: ClosedRange<Double>
    /// Catches of every round, in order of the serves; nil where they were not asked for.
    public var catches: [Int]?
  }

  /// The record of a result.
  /// - Parameter keepsRounds: whether the catches of every round are kept.
  public init(_ agent: String, _ result: EvaluationResult, keepsRounds: Bool = false) {
    self.agent = agent
    rules = result.settings.rules
    evaluationProtocol = result.settings.evaluationProtocol
    seed = result.settings.seed
    sessions = result.sessions
    sessionsDiscarded = result.discarded
    steps = result.steps
    catches = result.totals.catches
    misses = result.totals.misses
    rate = result.totals.rate
    mean = result.totals.meanStreak
    max = result.totals.longest
    rounds = RoundStatistics(result).map {
      Rounds(
        count: result.rounds.count, capped: $0.capped, meanCatches: $0.mean,
        interquartileMean: $0.interquartileMean, interval: $0.interval,
        catches: keepsRounds ? result.rounds : nil)
    }
  }
}

extension EvaluationRecord {
  /// The object of `--json`; `catches_per_round` is there where the rounds are kept.
  public var setting: Setting {
    var fields: [Setting.Entry] = [
      .init("agent", .string(agent)), .init("rules", .string(rules.name)),
      .init("protocol", .string(evaluationProtocol.rawValue)), .init("seed", .integer(Int(seed))),
      .init("sessions", .integer(sessions)), .init("sessions_discarded", .integer(sessionsDiscarded)),
      .init("steps", .integer(steps)), .init("catches", .integer(catches)),
      .init("misses", .integer(misses)), .init("rate", rate.map { .number($0) } ?? .null),
      .init("mean", .number(mean)), .init("max", .integer(max)),
    ]
    if let rounds {
      fields += [
        .init("rounds", .integer(rounds.count)), .init("rounds_capped", .integer(rounds.capped)),
        .init("mean_catches", .number(rounds.meanCatches)),
        .init("iqm_catches", .number(rounds.interquartileMean)),
        .init("interval_low", .number(rounds.interval.lowerBound)),
        .init("interval_high", .number(rounds.interval.upperBound)),
      ]
      if let catches = rounds.catches {
        fields.append(.init("catches_per_round", .list(catches.map { .integer($0) })))
      }
    }
    return .map(fields)
  }

  /// Reads the object of `setting`.
  init(_ reader: inout SettingReader) throws(SettingError) {
    agent = try reader.text("agent") ?? ""
    let rulesName = try reader.choice("rules", of: RuleSet.allCases.map(\.name))
    rules = RuleSet(name: rulesName) ?? .reference
    let word = try reader.choice("protocol", of: EvaluationProtocol.allCases.map(\.rawValue))
    evaluationProtocol = EvaluationProtocol(rawValue: word) ?? .paper
    seed = UInt64(try reader.integer("seed", in: 0...Int.max))
    sessions = try reader.integer("sessions", in: 0...Int.max)
    sessionsDiscarded = try reader.integer("sessions_discarded", in: 0...Int.max)
    steps = try reader.integer("steps", in: 0...Int.max)
    catches = try reader.integer("catches", in: 0...Int.max)
    misses = try reader.integer("misses", in: 0...Int.max)
    rate = try reader.optionalNumber("rate")
    mean = try reader.number("mean", in: 0...Double.greatestFiniteMagnitude)
    max = try reader.integer("max", in: 0...Int.max)
    if evaluationProtocol == .rounds { rounds = try Rounds(&reader) }
    try reader.finish()
  }
}

extension EvaluationRecord.Rounds {
  fileprivate init(_ reader: inout SettingReader) throws(SettingError) {
    let any = 0...Double.greatestFiniteMagnitude
    count = try reader.integer("rounds", in: 0...Int.max)
    capped = try reader.integer("rounds_capped", in: 0...Int.max)
    meanCatches = try reader.number("mean_catches", in: any)
    interquartileMean = try reader.number("iqm_catches", in: any)
    let low = try reader.number("interval_low", in: any)
    interval = low...(try reader.number("interval_high", in: low...any.upperBound))
    catches = try reader.wholeNumbers("catches_per_round")
  }
}
