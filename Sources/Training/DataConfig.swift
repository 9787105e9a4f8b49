import Demonstrations
import PongEngine
import Storage

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
