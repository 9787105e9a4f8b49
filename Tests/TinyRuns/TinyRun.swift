import Agents
import Demonstrations
import Determinism
import Foundation
import PongEngine
import Testing
import Training

/// A run that trains in milliseconds: a TND of 40 neurons on a few hundred steps of the interceptor.
public enum TinyRun {
  /// Its config.
  public static let yaml = """
    name: tiny
    model: {type: tnd, neurons: 40, density: 0.3}
    data: {expert: interceptor, frames: 400}
    training: {streams: 40, chunk: 4, passes: 3, learning_rate: 0.01}
    validation: {every: 2, sessions: 3, steps: 200}
    """

  /// Overrides for a run as short as can be: two validated passes of two updates.
  public static let shortest = [
    "model={type: rnn, hidden: 4}", "data.frames=200", "training.streams=25", "training.passes=2",
    "validation.every=1", "validation.sessions=1",
  ]

  /// The config with overrides.
  public static func config(_ overrides: String...) throws -> RunConfig {
    try RunConfig(yaml: yaml, source: "tiny.yaml", overrides: overrides)
  }

  /// A trainer of a config, about to start.
  public static func trainer(_ config: RunConfig, threads: Int = 1) throws -> Trainer {
    try Trainer(config, data: config.data.trainingData(), team: ThreadTeam(threads: threads))
  }

  /// An agent with fresh parameters.
  public static func agent(_ overrides: String...) throws -> Agent {
    let config = try RunConfig(yaml: yaml, source: "tiny.yaml", overrides: overrides)
    return Agent(
      model: config.model, parameters: config.model.initialParameters(.init(seed: 1)), rules: .reference,
      name: "tiny")
  }

  /// Trains on in a run directory, to the end or for `updates` more, as `pong train` does.
  public static func train(
    _ config: RunConfig, in path: String, threads: Int = 1, resume: Bool, updates: Int = .max,
    note: (String) -> Void = { Issue.record("\($0)") }
  ) throws {
    let run = try TrainingRun(
      config, in: RunDirectory(path), config.data.trainingData(), team: ThreadTeam(threads: threads),
      resume: resume, note: note)
    let first = run.trainer.progress.updates
    _ = try run.run(shouldStop: { run.trainer.progress.updates - first >= updates })
  }

  /// The bytes of all files of a run directory.
  public static func files(_ path: String) throws -> [String: Data] {
    var files: [String: Data] = [:]
    for name in try FileManager.default.contentsOfDirectory(atPath: path) {
      files[name] = try Data(contentsOf: URL(filePath: "\(path)/\(name)"))
    }
    return files
  }
}

extension DataConfig {
  /// The demonstration, in memory as it is.
  public func dataset() throws -> Dataset { try stream().dataset(path: file ?? expert) }
}
