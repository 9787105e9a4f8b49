import Storage

/// Keeps a run in its directory, and the directory such that a kill at any moment, or a power loss, loses nothing
/// but time: agents and metrics are written before the state that tells of them, so what is beside a state is as
/// new as it or newer, and is written again from there.
///
/// The state has two generations. A checkpoint is the state at the start, at a validated pass or at the end: where
/// those are does not depend on when a run was stopped. The one before the newest state is always the last
/// checkpoint before it: a checkpoint moves down when a newer state comes, a state of any other moment is replaced.
/// So in the end the directory of a run holds the same bytes whether it was stopped or not.
struct RunKeeper {
  let directory: RunDirectory
  /// Further metadata of the agents.
  let notes: [String: String]
  /// The checksum of the training data.
  let dataChecksum: String
  /// Where the state in the newest file stands; nil while there is none that is whole.
  private var newest: TrainingProgress?
  /// Whether this value has written what there is.
  private var isWritten = false
  /// The pass of the best agent that this value has written.
  private var bestPass: Int?

  init(_ directory: RunDirectory, notes: [String: String], dataChecksum: String) {
    self.directory = directory
    self.notes = notes
    self.dataChecksum = dataChecksum
  }

  /// Saves a run as it stands now: metrics, agents, then the state.
  mutating func save(_ trainer: Trainer, metrics: [TrainingMetrics]) throws(FileError) {
    let progress = trainer.progress
    guard !(isWritten && newest == progress) else { return }
    try AtomicFile.write(text: metrics.map { $0.line + "\n" }.joined(), to: directory.metricsPath)
    try directory.agent(trainer, trainer.model, trainer.average, notes, pass: progress.pass)
      .write(to: directory.lastPath)
    if progress.bestRate != nil, bestPass != progress.bestPass {
      try directory.agent(trainer, trainer.bestModel, trainer.best, notes, pass: progress.bestPass)
        .write(to: directory.bestPath)
      bestPass = progress.bestPass
    }
    let state = trainer.stateFile(metrics: metrics, dataChecksum: dataChecksum)
    let movesDown = newest.map { $0.updates < progress.updates && trainer.isCheckpoint($0) } ?? false
    try state.writeChecked(
      to: directory.statePath, keeping: movesDown ? directory.previousStatePath : nil)
    newest = progress
    isWritten = true
  }

  /// Puts a trainer where the saved run stands; returns the metrics so far, or nil where the run was killed before
  /// it had saved anything.
  /// - Parameter note: told where the newest generation cannot be used and the one before is; one line.
  mutating func load(_ trainer: Trainer, note: (String) -> Void) throws(FileError)
    -> [TrainingMetrics]?
  {
    let (path, previous) = (directory.statePath, directory.previousStatePath)
    let problem: FileError
    switch RunKeeper.read(path) {
    case .success(let state):
      let metrics = try trainer.restore(state, path: path, dataChecksum: dataChecksum, rounds: directory)
      newest = trainer.progress
      return metrics
    case .failure(let error): problem = error
    }
    let isMissing = problem == .notFound(path: path)
    switch RunKeeper.read(previous) {
    case .success(let state):
      let metrics = try trainer.restore(state, path: previous, dataChecksum: dataChecksum, rounds: directory)
      // A newest generation that is not there was being replaced when the run was killed.
      if !isMissing { note("\(problem); going on from \(previous), pass \(trainer.progress.pass)") }
      return metrics
    case .failure(.notFound):
      // The best agent is written after the first state.
      guard isMissing, !AtomicFile.exists(directory.bestPath) else { throw problem }
      return nil
    case .failure(let other):
      if isMissing { throw other }
      if let refusal = [problem, other].first(where: \.isRefusal) { throw refusal }
      throw .malformed(
        path: directory.path, offset: nil, found: "two generations of the state, both damaged",
        expected: "one of them whole; in a new folder the same command starts from the beginning")
    }
  }

  private static func read(_ path: String) -> Result<SafeTensors, FileError> {
    Result { () throws(FileError) in
      let file = try SafeTensors(checkedContentsOf: path)
      // An agent has a checksum, too.
      guard file.metadata["training_data_crc32"] != nil else {
        throw .malformed(
          path: path, offset: nil, found: "a file that is cut or changed: it is no state of a run",
          expected: "one")
      }
      return file
    }
  }
}

extension Trainer {
  /// Whether a run that stands there has just started, validated or ended.
  func isCheckpoint(_ progress: TrainingProgress) -> Bool {
    progress.chunk == 0 && (progress.pass == 0 || isValidated(pass: progress.pass))
  }
}
