import ArgumentParser
import Demonstrations
import Determinism
import Foundation
import Interchange
import PongEngine
import Storage
import Training

struct TrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Fit a model to a demonstration and keep the checkpoint that plays best.",
    discussion: """
      The run directory holds config.yaml, metrics.jsonl, best.safetensors, last.safetensors and, to resume \
      from, state.safetensors and the generation before it, state.previous.safetensors; of a run that a teacher corrects also \
      round-NNN.pong, the rows of its rounds. Ctrl-C and SIGTERM save \
      everything and stop; --resume goes on, after those or a kill at any moment, to the same bytes as a run \
      that was never stopped. A terminal that goes, as when a connection drops, does not end it: `pong runs` shows from \
      another how it goes on.
      """)

  @Argument(help: "The config, such as Configs/tnd.yaml.")
  var config: String

  @Option(
    help:
      "A demonstration (.pong, .txt, .npz or .minari), or the folder of a set's shards, in place of the config's."
  )
  var data: String?

  @Option(help: "The run directory. (default: runs/NAME-seedSEED)")
  var out: String?

  @Flag(help: "Go on with the run in the run directory.")
  var resume = false

  @Option(
    name: .customLong("set"),
    help: ArgumentHelp("Replace a value of the config; may be repeated.", valueName: "key=value"))
  var overrides: [String] = []

  @Option(help: "Threads; the result does not depend on them. (default: all cores)")
  var threads: Int?

  @Option(
    defaultAsFlag: "", parsing: .next,
    help: ArgumentHelp(
      "Write TensorBoard events too, into a folder, or tensorboard in the run directory; needs a build with the "
        + "trait Interchange, which ./pong makes by itself.", valueName: "dir"))
  var tensorboard: String?

  func validate() throws {
    try checkThreads(threads, "--threads")
    try checkFolder(out, "--out")
    guard data != "" else { throw ValidationError("--data: found nothing, expected a file or folder") }
  }

  func run() throws {
    if tensorboard != nil { try EventLog.requireBuilt() }
    let config = try RunConfig(contentsOf: config, overrides: overrides, demonstration: data)
    // Before there is a run.
    if let tensorboard, !tensorboard.isEmpty { try Folder.checkMaking(tensorboard) }
    let directory = out.map(RunDirectory.init) ?? RunDirectory(of: config)
    let session = try TrainingSession(config, directory, resume: resume, threads: threads)
    let events = try tensorboard.map {
      try EventLog(folder: $0.isEmpty ? "\(directory.path)/tensorboard" : $0, history: session.metrics)
    }
    let outcome = try session.train(events: events)
    if outcome == .stopped { throw Interrupt.exitCode }
  }
}

/// A training run as the command line sees it: progress, Ctrl-C and what is said at the end.
private struct TrainingSession {
  private let run: TrainingRun

  init(_ config: RunConfig, _ directory: RunDirectory, resume: Bool, threads: Int?) throws {
    Interrupt.listen(outlivesTerminal: true)
    if resume, !directory.isBarelyMade { try directory.check(config) }
    run = try TrainingRun(
      config, in: directory, try config.data.trainingData(), team: ThreadTeam(threads: threads),
      resume: resume, note: { standardError("pong: \($0)") })
  }

  /// The completed passes.
  var metrics: [TrainingMetrics] { run.metrics }

  /// Trains to the end or to Ctrl-C. Events that cannot be written end with a line, not the training.
  func train(events: EventLog? = nil) throws -> TrainingRun.Outcome {
    var events = events
    let (trainer, directory) = (run.trainer, run.directory)
    var bar = ProgressBar(total: trainer.totalUpdates, done: trainer.progress.updates)
    defer { bar.finish() }
    return try run.run(shouldStop: { Interrupt.isRequested }) { report in
      switch report {
      case .update(let progress): bar.update(progress)
      case .pass(let pass):
        bar.pass(pass, trainer.progress)
        do {
          try events?.append(pass)
        } catch {
          events = nil
          standardError("pong: \(error); the training goes on without events")
        }
      case .round: break
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
