import Storage

/// A trainer at work in its run directory: saves at every validated pass, at the end and at a stop, so that
/// a run that is killed at any moment goes on to the same bytes.
public final class TrainingRun {
  /// How a run ended for now.
  public enum Outcome: Sendable {
    /// All passes are done.
    case finished
    /// It was asked to stop, and is saved.
    case stopped
  }

  /// The folder.
  public let directory: RunDirectory
  /// The trainer.
  public let trainer: Trainer
  /// The lines of metrics.jsonl so far.
  public private(set) var metrics: [String]
  private let notes: [String: String]

  /// Starts a run in a folder without one, or goes on with the one that is there.
  /// - Throws: `FileError` where there is a run and none was expected, or none, or one of another config;
  ///   `TrainingError.tooShort`.
  public init(
    _ config: RunConfig, in directory: RunDirectory, _ demonstration: Demonstration, team: ThreadTeam,
    resume: Bool
  ) throws {
    self.directory = directory
    notes = ["demonstration_crc32": demonstration.crc32, "program_version": Program.version]
    trainer = try Trainer(config, data: demonstration.data, team: team)
    if resume {
      try directory.check(config)
      metrics = try directory.resume(trainer)
    } else {
      try directory.create(config)
      metrics = []
      // So that it can go on, and a divergence leaves a good state, before the first validated pass too.
      try save()
    }
  }

  private func save() throws(FileError) { try directory.save(trainer, metrics: metrics, notes: notes) }

  /// Trains to the end, or until `shouldStop` says so, which is asked after every update.
  /// - Parameter report: called after every update and every pass, and at the end, when what it reports
  ///   has been saved.
  public func run(
    shouldStop: () -> Bool = { false }, report: (TrainingReport) -> Void = { _ in }
  ) throws -> Outcome {
    var outcome = Outcome.finished
    try trainer.run(shouldStop: shouldStop) { event in
      switch event {
      case .update: break
      case .pass(let line):
        metrics.append(line.json)
        if line.validation != nil { try save() }
      case .stopped:
        outcome = .stopped
        try save()
      case .finished: try save()
      }
      report(event)
    }
    return outcome
  }
}

extension RunDirectory {
  /// Makes sure that the run that is here is one of `config`.
  public func check(_ config: RunConfig) throws {
    guard hasRun else { throw FileError.notFound(path: configPath) }
    guard try self.config().setting == config.setting else {
      throw FileError.malformed(
        path: configPath, offset: nil, found: "another config than the one given",
        expected: "the config that the run was started with")
    }
  }
}
