import Storage

/// Aggregation (DAgger, Ross et al. 2011; reference.md, section 7): the learner plays, a teacher labels every state that
/// it comes to, the rounds are added to the demonstration, training goes on.
public struct AggregationConfig: Sendable, Equatable {
  /// Who labels: `oracle`, or an expert.
  public var teacher: String
  /// Rounds of play, at most.
  public var rounds: Int
  /// Labelled steps of a round.
  public var frames: Int
  /// Steps of an episode.
  public var steps: Int
  /// Passes before the first round, and from round to round.
  public var every: Int
  /// The probability that the teacher moves in a step of the first round; in the r-th it is the r-th power.
  public var beta: Double
  /// Labelled steps in all, the demonstration's among them; the last round may be shorter.
  public var budget: Int

  init(_ reader: inout SettingReader) throws(SettingError) {
    teacher = try reader.choice("teacher", of: ["oracle"] + DataConfig.experts, default: "oracle")
    rounds = try reader.integer("rounds", in: 1...100_000, default: 20)
    frames = try reader.integer("frames", in: 100...10_000_000, default: 20_000)
    steps = try reader.integer("steps", in: 10...1_000_000, default: 2000)
    every = try reader.integer("every", in: 1...1_000_000, default: 5)
    beta = try reader.number("beta", in: 0...1, default: 0)
    budget = try reader.integer("budget", in: 100...1_000_000_000, default: 10_000_000)
    try reader.finish()
  }

  var setting: Setting {
    .map([
      .init("teacher", .string(teacher)), .init("rounds", .integer(rounds)),
      .init("frames", .integer(frames)),
      .init("steps", .integer(steps)), .init("every", .integer(every)), .init("beta", .number(beta)),
      .init("budget", .integer(budget)),
    ])
  }

  /// Refuses rounds of which none would be played.
  func check(
    _ training: TrainingConfig, _ data: DataConfig, _ reader: SettingReader
  ) throws(SettingError) {
    guard every < training.passes else {
      throw reader.error(
        "aggregation.every", found: "\(every)",
        expected: "fewer than the \(training.passes) passes of training.passes")
    }
    guard data.file != nil || budget > data.frames else {
      throw reader.error(
        "aggregation.budget", found: "\(budget)", expected: "more than the \(data.frames) of data.frames")
    }
  }

  /// The probability that the teacher moves in a step of a round, counted from 1. By products, not by `pow`: the same on
  /// every machine.
  func beta(round: Int) -> Double { (0..<round).reduce(1) { power, _ in power * beta } }

  /// How many rounds the budget allows.
  /// - Parameter demonstrated: labelled steps before the first.
  func roundCount(after demonstrated: Int) -> Int {
    let left = max(0, budget - demonstrated)
    return min(rounds, left / frames + (left.isMultiple(of: frames) ? 0 : 1))
  }

  /// The passes that come before the last of so many rounds. Rounds that would come after the last pass do not.
  func lastRoundPass(of count: Int, passes: Int) -> Int { min(count, (passes - 1) / every) * every }

  /// The lengths of the episodes of each round, in order.
  /// - Parameter demonstrated: labelled steps before the first.
  func episodes(after demonstrated: Int) -> [[Int]] {
    (0..<roundCount(after: demonstrated)).map { round in
      DataConfig.lengths(of: min(frames, budget - demonstrated - round * frames), in: steps)
    }
  }
}
