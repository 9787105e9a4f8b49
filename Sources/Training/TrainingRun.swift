import Determinism
import Storage

/// A trainer at work in its run directory, which it holds the lock of until it ends: saves at every validated pass,
/// now and then between, at the end and at a stop, so that a run that is killed at any moment goes on to the same
/// bytes.
public final class TrainingRun {
  /// How a run ended for now.
  public enum Outcome: Sendable {
    /// All passes are done, or play has reached the validation's target or no longer improves.
    case finished
    /// It was asked to stop, and is saved.
    case stopped
  }

  /// The folder.
  public let directory: RunDirectory
  /// The trainer.
  public let trainer: Trainer
  /// The completed passes.
  public private(set) var metrics: [TrainingMetrics] = []
  private var keeper: RunKeeper
  private var lock: FileLock?
  var clock = SaveClock()

  /// Starts a run in a folder without one, or goes on with the one that is there.
  /// - Parameters:
  ///   - resume: goes on, from the beginning where the run was killed before it had saved anything.
  ///   - lock: the folder's, where it is held already.
  ///   - note: told what a person should know; one line.
  /// - Throws: `FileError` where there is a run and none was expected, or none, or one of another config or
  ///   demonstration, or another process trains there; `TrainingError` as `Trainer.init`.
  public init(
    _ config: RunConfig, in directory: RunDirectory, _ data: TrainingData, team: ThreadTeam,
    resume: Bool, lock: FileLock? = nil, note: (String) -> Void = { _ in }
  ) throws {
    self.directory = directory
    trainer = try Trainer(config, data: data, team: team)
    keeper = RunKeeper(
      directory,
      notes: ["demonstration_crc32": data.demonstrationCRC32, "program_version": Program.version],
      dataChecksum: data.checksum)
    if resume {
      guard Folder.exists(directory.path) else { throw FileError.notFound(path: directory.configPath) }
    } else {
      try Folder.make(directory.path)
    }
    self.lock = try lock ?? directory.lock()
    if resume, !directory.isBarelyMade {
      try directory.check(config)
      directory.removeLeftovers()
      if let saved = try keeper.load(trainer, note: note) {
        metrics = saved
        return
      }
    } else {
      directory.removeLeftovers()
      try directory.create(config)
    }
    // So that it can go on, and a divergence leaves a good state, before the first validated pass too.
    try save()
  }

  private func save() throws(FileError) {
    let start = ContinuousClock.now
    try keeper.save(trainer, metrics: metrics)
    clock.saved(from: start)
  }

  /// Trains to the end, or until `shouldStop` says so, which is asked after every update; called once.
  /// - Parameter report: called after every update and every pass, and at the end, when what it reports
  ///   has been saved.
  public func run(
    shouldStop: () -> Bool = { false }, report: (TrainingReport) -> Void = { _ in }
  ) throws -> Outcome {
    defer { lock = nil }
    var outcome = Outcome.finished
    try trainer.run(shouldStop: shouldStop) { event in
      switch event {
      case .update:
        if clock.isDue() { try save() }
      case .pass(let pass):
        metrics.append(pass)
        if pass.validation != nil || clock.isDue() { try save() }
      case .stopped:
        outcome = .stopped
        try save()
      case .round(let number, let round): try directory.write(round, number: number)
      case .finished: try save()
      }
      report(event)
    }
    return outcome
  }
}

/// When a run is saved between validated passes: every half minute, so a kill costs no more, but never so often
/// that it would take more than a fiftieth of the time. It changes nothing that a run comes to.
struct SaveClock {
  /// The least time between two saves.
  var interval = Duration.seconds(30)
  /// How many times longer than the last save took that time is at least.
  var leastRatio = 50
  private var end: ContinuousClock.Instant
  private var cost = Duration.zero

  init(at start: ContinuousClock.Instant = .now) { end = start }

  /// A save has been made.
  mutating func saved(from start: ContinuousClock.Instant, to end: ContinuousClock.Instant = .now) {
    self.end = end
    cost = end - start
  }

  /// Whether it is time for the next.
  func isDue(at now: ContinuousClock.Instant = .now) -> Bool { now - end >= max(interval, cost * leastRatio) }
}
