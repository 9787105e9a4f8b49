import Storage

/// How a training run stands, told by the files of its folder. No model is made, so any number can be looked at, and
/// who trains is not disturbed.
public struct RunSummary: Sendable, Equatable {
  /// What a run is at.
  public enum State: String, Sendable, CaseIterable {
    /// A process trains it.
    case training
    /// It was stopped or killed, or diverged; `--resume` goes on.
    case stopped
    /// All passes are done, or play was good enough.
    case finished
  }

  /// The folder.
  public var path: String
  /// The model's type.
  public var model: String
  /// What it is at.
  public var state: State
  /// Completed passes that are saved.
  public var pass = 0
  /// Passes at most.
  public var passes: Int
  /// The loss of the last of them.
  public var loss: Double?
  /// The best validation rate.
  public var bestRate: Double?
  /// The pass it was reached in.
  public var bestPass: Int?
  /// Seconds since 1970 at which a pass was saved last, or the run was begun.
  public var changed: Double

  /// Looks at a run.
  /// - Throws: `FileError`, `SettingError`: no run, or a file that is not what a run writes.
  public init(_ directory: RunDirectory) throws {
    let source = directory.configPath
    let setting = try Setting(yaml: try AtomicFile.readText(source), source: source)
    var reader = try SettingReader(setting, source: source)
    var nested = try reader.map("model")
    let model = try nested.text("type") ?? ""
    nested = try reader.map("training")
    let training = try TrainingConfig(&nested)
    nested = try reader.map("validation")
    let validation = try ValidationConfig(&nested)
    var aggregation: AggregationConfig?
    if var nested = try reader.optionalMap("aggregation") {
      aggregation = try AggregationConfig(&nested)
    }
    // Without passes there are no metrics yet.
    let path = directory.metricsPath
    let metrics =
      AtomicFile.exists(path)
      ? try AtomicFile.readText(path).split(separator: "\n").enumerated()
        .map { try TrainingMetrics(line: String($1), number: $0 + 1, path: path) } : []
    self.init(
      directory.path, model, training, validation, aggregation, metrics,
      isHeld: try directory.isHeld, changed: AtomicFile.modified(path) ?? AtomicFile.modified(source) ?? 0)
  }

  init(
    _ path: String, _ model: String, _ training: TrainingConfig, _ validation: ValidationConfig,
    _ aggregation: AggregationConfig?, _ metrics: [TrainingMetrics], isHeld: Bool, changed: Double
  ) {
    self.path = path
    self.model = model
    self.changed = changed
    passes = training.passes
    for line in metrics {
      guard let rate = line.validationRate, rate >= bestRate ?? 0 else { continue }
      (bestRate, bestPass) = (rate, line.pass)
    }
    pass = metrics.last?.pass ?? 0
    loss = metrics.last?.loss
    let demonstrated = metrics.first?.aggregation?.frames ?? 0
    let lastRound =
      aggregation.map { $0.lastRoundPass(of: $0.roundCount(after: demonstrated), passes: training.passes) }
      ?? 0
    let isFinished =
      pass >= passes
      || validation.isSatisfied(after: pass, best: bestRate, in: max(bestPass ?? 0, lastRound))
    state = isHeld ? .training : isFinished ? .finished : .stopped
  }

  /// The folders of all runs in folders, these among them, and in those within them, each once, of each folder in the
  /// order of their names.
  public static func directories(under paths: [String]) -> [RunDirectory] {
    // Links may lead in circles.
    var seen: Set<Folder.Identity> = []
    func runs(_ folder: String, _ depth: Int) -> [String] {
      guard let identity = Folder.identity(folder), seen.insert(identity).inserted else { return [] }
      if RunDirectory(folder).hasRun { return [folder] }
      return depth == 16 ? [] : Folder.names(folder).flatMap { runs("\(folder)/\($0)", depth + 1) }
    }
    return paths.flatMap { path in
      runs(path, 0).map(NaturalName.init).sorted().map { RunDirectory($0.text) }
    }
  }
}
