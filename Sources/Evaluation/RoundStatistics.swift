import Determinism
import Storage

/// Catches a round of one evaluation, and their statistics.
public struct RoundStatistics: Sendable, Equatable {
  /// Catches of every round, in order of the serves.
  public let catches: [Int]
  /// Rounds that the cap ended.
  public let capped: Int
  /// Mean catches a round, capped rounds counted as the cap.
  public let mean: Double
  /// Interquartile mean of the catches a round.
  public let interquartileMean: Double
  /// Bootstrap 95 % interval of the interquartile mean, over rounds.
  public let interval: ClosedRange<Double>

  /// The statistics of rounds; the interval's generator is that of the evaluation's seed.
  public init(_ catches: [Int], seed: UInt64) {
    self.catches = catches
    let values = catches.map(Double.init)
    capped = catches.count { $0 >= EvaluationSettings.roundCap }
    mean = Statistics.mean(values)
    interquartileMean = Statistics.interquartileMean(values)
    interval = Statistics.bootstrap(
      [values], generator: SeededGenerator(seed: seed).split("bootstrap"),
      statistic: Statistics.interquartileMean)
  }

  /// Reads what `EvaluationResult.setting` says of them.
  init(_ reader: inout SettingReader) throws(SettingError) {
    let any = 0...Double.greatestFiniteMagnitude
    let count = try reader.integer("rounds", in: 0...Int.max)
    capped = try reader.integer("rounds_capped", in: 0...Int.max)
    mean = try reader.number("mean_catches", in: any)
    interquartileMean = try reader.number("iqm_catches", in: any)
    let low = try reader.number("interval_low", in: any)
    interval = low...(try reader.number("interval_high", in: low...any.upperBound))
    catches = try reader.wholeNumbers("catches_per_round")
    if let beyond = catches.first(where: { $0 > EvaluationSettings.roundCap }) {
      throw reader.error(
        "catches_per_round", found: "\(beyond)", expected: "at most \(EvaluationSettings.roundCap)")
    }
    guard catches.count == count else {
      throw reader.error("catches_per_round", found: "\(catches.count) rounds", expected: "\(count)")
    }
  }

  /// Sums of all rounds.
  var totals: PlayTotals {
    PlayTotals(
      catches: catches.reduce(0, +), misses: catches.count - capped, longest: catches.max() ?? 0)
  }
}
