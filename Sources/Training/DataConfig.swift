import Demonstrations
import PongEngine
import Storage

/// Where the demonstration comes from: a file, or an expert who plays it anew.
public struct DataConfig: Sendable, Hashable {
  /// A demonstration file, or nil to generate one.
  public var file: String?
  /// The expert to generate with.
  public var expert: String
  /// Steps to generate.
  public var frames: Int
  /// Steps of an episode of the generated demonstration, each from a serve of its own; nil for a single episode. Who never
  /// misses shows little in one: under the classic rules a rally soon goes round a few thousand states.
  public var steps: Int?
  /// Seed of the generated demonstration.
  public var seed: UInt64
  /// Rules of the generated demonstration.
  public var rules: RuleSet
  /// How often the generated demonstration's paddle makes a move that is drawn instead of the expert's (DART).
  public var noise: Double

  /// The experts' names, as messages list them.
  static let experts = Expert.allCases.map(\.name).sorted()

  init(_ reader: inout SettingReader) throws(SettingError) {
    file = try reader.text("file")
    expert = try reader.choice("expert", of: DataConfig.experts, default: "humanlike")
    frames = try reader.integer("frames", in: 100...100_000_000, default: 20_000)
    seed = UInt64(try reader.integer("seed", in: 0...Int.max, default: 0))
    rules = try reader.choice("rules", among: RuleSet.allCases, named: \.name, default: .reference)
    noise = try reader.number("noise", in: 0...1, default: 0)
    steps = try reader.optionalInteger("steps", in: 10...1_000_000)
    for (key, value) in [("noise", noise > 0 ? "\(noise)" : nil), ("steps", steps.map { "\($0)" })] {
      guard let value, file != nil else { continue }
      throw reader.error(
        key, found: "\(value) for a file", expected: "it for a generated demonstration alone")
    }
    try reader.finish()
  }

  var setting: Setting {
    .map(
      (file.map { [.init("file", .string($0))] } ?? []) + [
        .init("expert", .string(expert)), .init("frames", .integer(frames)),
        .init("seed", .integer(Int(seed))), .init("rules", .string(rules.name)),
      ] + (noise > 0 ? [.init("noise", .number(noise))] : [])
        + (steps.map { [.init("steps", .integer($0))] } ?? []))
  }
}

extension DataConfig {
  /// Steps in episodes: of the given length, or a little longer, so that all are about equal.
  static func lengths(of count: Int, in steps: Int) -> [Int] {
    DatasetShard(episodes: max(1, count / steps), steps: count).lengths
  }

  /// The demonstration: the file, the set of shards in a folder, or the expert's play.
  public func stream() throws -> DatasetStream {
    guard let file else {
      guard let expert = Expert(name: expert) else {
        preconditionFailure("the config allows only known experts, not \(expert)")
      }
      return DatasetStream(
        DemonstrationGenerator(expert: expert, ruleSet: rules, seed: seed, noise: noise),
        lengths: steps.map { DataConfig.lengths(of: frames, in: $0) } ?? [frames])
    }
    // Text does not say its rules; it is taken at the config's word.
    let dataset = try DatasetStream(paths: [file], rules: rules)
    guard dataset.metadata.ruleSet == rules else {
      throw FileError.malformed(
        path: file, offset: nil, found: "a demonstration by the \(dataset.metadata.ruleSet.name) rules",
        expected: "one by the \(rules.name) rules, as data.rules says")
    }
    return dataset
  }

  /// The demonstration, ready to train on.
  public func trainingData() throws -> TrainingData { try TrainingData(try stream()) }
}
