import Demonstrations
import PongEngine
import Storage

extension DataConfig {
  /// The demonstration: the file, or the expert's play.
  public func dataset() throws -> Dataset {
    guard let file else {
      guard let expert = Expert(name: expert) else {
        preconditionFailure("the config allows only known experts, not \(expert)")
      }
      return DemonstrationGenerator(expert: expert, ruleSet: rules, seed: seed, noise: noise)
        .dataset(frames: frames)
    }
    // Text does not say its rules; it is taken at the config's word.
    let dataset = try Dataset(path: file, rules: rules)
    guard dataset.metadata.ruleSet == rules else {
      throw FileError.malformed(
        path: file, offset: nil, found: "a demonstration by the \(dataset.metadata.ruleSet.name) rules",
        expected: "one by the \(rules.name) rules, as data.rules says")
    }
    return dataset
  }

  /// The demonstration, ready to train on.
  public func trainingData() throws -> TrainingData { TrainingData(try dataset()) }
}
