import Foundation
import Interchange
import Learning
import PongEngine

/// A training run as the command line sees it: progress, Ctrl-C and what is said at the end.
struct TrainingSession {
  private let run: TrainingRun
  private let interrupt = Interrupt()

  init(_ config: RunConfig, _ directory: RunDirectory, resume: Bool, threads: Int?) throws {
    if resume, !directory.isBarelyMade { try directory.check(config) }
    run = try TrainingRun(
      config, in: directory, try Demonstration(config.data), team: ThreadTeam(threads: threads),
      resume: resume, note: { standardError("pong: \($0)") })
  }

  /// The lines of metrics.jsonl so far.
  var metrics: [String] { run.metrics }

  /// Trains to the end or to Ctrl-C. Events that cannot be written end with a line, not the training.
  func train(events: EventLog? = nil) throws -> TrainingRun.Outcome {
    var events = events
    let (trainer, directory) = (run.trainer, run.directory)
    var bar = ProgressBar(total: trainer.totalUpdates, done: trainer.progress.updates)
    defer { bar.finish() }
    return try run.run(shouldStop: { interrupt.isRequested }) { report in
      switch report {
      case .update(let progress): bar.update(progress)
      case .pass(let line):
        bar.pass(line, trainer.progress)
        do {
          try events?.append(line.json)
        } catch {
          events = nil
          standardError("pong: \(error); the training goes on without events")
        }
      case .stopped(let progress):
        bar.finish()
        standardError(
          "stopped in pass \(progress.pass + 1) of \(trainer.config.training.passes); all is saved in "
            + "\(directory.path), --resume goes on")
      case .finished(let progress):
        bar.finish()
        standardError(
          "\(directory.bestPath): pass \(progress.bestPass), validation rate "
            + ShareText.fraction(progress.bestRate ?? 0))
      }
    }
  }
}
