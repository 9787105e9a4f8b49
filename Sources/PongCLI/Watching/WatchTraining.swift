import Determinism
import PongEngine
import PongViewer
import Storage
import Training

/// A training run to be watched: its newest weights play, its curves grow beside them.
final class WatchTraining {
  private let config: RunConfig
  private let directory: RunDirectory
  private var training: BackgroundTraining?
  private var shown = (version: -1, fraction: -1.0)

  /// The run of a config in its run directory, not started yet.
  init(config path: String, out: String?) throws {
    config = try RunConfig(contentsOf: path)
    directory = out.map(RunDirectory.init) ?? RunDirectory(of: config)
  }

  /// The rules it trains for.
  var rules: RuleSet { config.data.rules }

  /// Starts the run, or goes on with the one that is there; returns the player with the newest weights.
  func start() throws -> (name: String, policy: any Policy) {
    // One core is the viewer's.
    let training = try BackgroundTraining(config, in: directory, threads: max(1, ThreadTeam.cores - 1)) {
      standardError("pong: \($0)")
    }
    self.training = training
    return (config.name, LearningNetwork(training))
  }

  /// Tells the model how the run stands, where that has changed to the eye.
  func refresh(_ model: inout WatchModel) {
    guard let training else { return }
    let progress = training.progress
    guard progress.version != shown.version || progress.fraction - shown.fraction > 0.002 else { return }
    shown = (progress.version, progress.fraction)
    model.training = TrainingView(
      name: training.name,
      passes: progress.passes.map { .init(number: $0.pass, loss: $0.loss, rate: $0.validationRate) },
      total: training.totalPasses, fraction: progress.fraction, state: WatchTraining.word(progress))
  }

  /// Saves the run and says where.
  func stop() throws {
    guard let training else { return }
    training.stop()
    let progress = training.progress
    let passes = "\(progress.passes.last?.pass ?? 0) of \(training.totalPasses) passes"
    switch progress.phase {
    case .failed(let line, let exitCode): throw WatchTrainingError(line: line, exitCode: exitCode)
    case .finished: standardError("finished with \(passes); the run is in \(training.path)")
    case .training, .stopped:
      standardError("stopped with \(passes); the run is saved in \(training.path), the same command goes on")
    }
  }

  /// What the window says of it.
  static func word(_ progress: BackgroundTraining.Progress) -> String {
    switch progress.phase {
    case .training:
      "training" + (progress.passes.last?.aggregation.map { " on \($0.frames) labels" } ?? "")
        + (progress.passes.last?.rewired.map { ", \($0) rewired" } ?? "")
    case .finished: "finished; the best plays"
    case .stopped: "stopped"
    case .failed: "failed"
    }
  }
}

/// A run that failed while it was watched.
private struct WatchTrainingError: UserFacingError {
  let line: String
  let exitCode: Int32
  var description: String { line }
}
