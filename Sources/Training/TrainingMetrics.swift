import Evaluation
import Storage

/// What a pass came to: a line of metrics.jsonl. Holds nothing that differs between two runs of the same config, so
/// no times.
public struct TrainingMetrics: Sendable, Equatable {
  /// Passes completed.
  public var pass: Int
  /// Updates made.
  public var updates: Int
  /// Mean squared error over the pass.
  public var loss: Double
  /// Mean gradient norm over the pass, before clipping.
  public var gradientNorm: Double
  /// Learning rate of the last update.
  public var learningRate: Double
  /// What a teacher has labelled so far, where one does.
  public var aggregation: Aggregation?
  /// Connections that rewirings have replaced so far, where there are any.
  public var rewired: Int?
  /// Closed-loop play, where this pass was validated; the longest streak, which a line does not keep,
  /// is 0.
  public var validation: PlayTotals?

  /// What a teacher has labelled.
  public struct Aggregation: Sendable, Equatable {
    /// Labelled steps that were trained on, the demonstration's among them.
    public var frames: Int
    /// The fraction of the last round's steps in which the learner would have done what the teacher says; nil before the
    /// first.
    public var agreement: Double?
  }

  /// The rate of the validation, 0 where no ball came down.
  public var validationRate: Double? { validation.map { $0.rate ?? 0 } }

  /// The line's numbers by name, the pass first.
  public var entries: [Setting.Entry] {
    var entries: [Setting.Entry] = [
      .init("pass", .integer(pass)), .init("updates", .integer(updates)), .init("loss", .number(loss)),
      .init("gradient_norm", .number(gradientNorm)), .init("learning_rate", .number(learningRate)),
    ]
    if let aggregation {
      entries.append(.init("labelled_frames", .integer(aggregation.frames)))
      if let agreement = aggregation.agreement { entries.append(.init("agreement", .number(agreement))) }
    }
    if let rewired { entries.append(.init("rewired_connections", .integer(rewired))) }
    if let validation, let validationRate {
      entries += [
        .init("validation_catches", .integer(validation.catches)),
        .init("validation_misses", .integer(validation.misses)),
        .init("validation_rate", .number(validationRate)),
      ]
    }
    return entries
  }

  /// The line: JSON.
  public var line: String {
    "{" + entries.map { "\(jsonLiteral($0.key)):\($0.value.json)" }.joined(separator: ",") + "}"
  }
}

extension TrainingMetrics {
  /// Reads a line; `path` and the line's number, from 1, are what errors name.
  init(line: String, number: Int, path: String) throws(SettingError) {
    let setting: Setting
    do {
      setting = try Setting(json: Array(line.utf8), path: path)
    } catch {
      throw SettingError(
        source: path, key: "line \(number)", found: line.printable(limit: 80), expected: "a line of JSON")
    }
    var reader = try SettingReader(setting, source: path)
    let any = 0...Double.greatestFiniteMagnitude
    pass = try reader.integer("pass", in: 1...Int.max)
    updates = try reader.integer("updates", in: 1...Int.max)
    loss = try reader.number("loss", in: any)
    gradientNorm = try reader.number("gradient_norm", in: any)
    learningRate = try reader.number("learning_rate", in: any)
    if try reader.optionalNumber("labelled_frames") != nil {
      aggregation = .init(
        frames: try reader.integer("labelled_frames", in: 0...Int.max),
        agreement: try reader.optionalNumber("agreement", in: 0...1))
    }
    if try reader.optionalNumber("rewired_connections") != nil {
      rewired = try reader.integer("rewired_connections", in: 0...Int.max)
    }
    if try reader.optionalNumber("validation_rate") != nil {
      validation = PlayTotals(
        catches: try reader.integer("validation_catches", in: 0...Int.max / 2),
        misses: try reader.integer("validation_misses", in: 0...Int.max / 2))
    }
    try reader.finish()
  }
}
