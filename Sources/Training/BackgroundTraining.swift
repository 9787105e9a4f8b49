import Agents
import Determinism
import Foundation
import PongEngine
import SequenceModels
import Storage
import Synchronization

/// A training run on a thread of its own, for someone to watch: what it has come to so far can be read at any
/// time, and the newest weights can be played with.
public final class BackgroundTraining: Sendable {
  /// How it stands.
  public enum Phase: Sendable, Equatable {
    /// It trains.
    case training
    /// All passes are done, or play has reached the validation's target or no longer improves.
    case finished
    /// It was asked to stop, and is saved.
    case stopped
    /// It came to an error: a line for a person, and what a program ends with at it.
    case failed(String, exitCode: Int32)
  }

  /// What it has come to.
  public struct Progress: Sendable, Equatable {
    /// How it stands.
    public var phase = Phase.training
    /// The passes completed, oldest first.
    public var passes: [TrainingMetrics] = []
    /// Fraction of all updates made.
    public var fraction = 0.0
    /// Grows with every change of `passes` and `phase`.
    public var version = 0
  }

  private struct State {
    var progress = Progress()
    var newest: (agent: Agent, version: Int)
    var shouldStop = false
  }

  /// Passes of the whole run.
  public let totalPasses: Int
  /// The run's name.
  public let name: String
  /// The rules it trains for.
  public let rules: RuleSet
  /// The run directory.
  public let path: String
  private let state: Mutex<State>
  private let done = DispatchSemaphore(value: 0)

  /// Starts the run of a config in a directory, or goes on with the run of that config that is there.
  /// - Parameters:
  ///   - threads: leaves the rest of the cores to whoever watches.
  ///   - note: told what a person should know before it starts; one line.
  /// - Throws: what reading the config's demonstration and the run directory throw, before anything starts.
  public init(
    _ config: RunConfig, in directory: RunDirectory, threads: Int, note: (String) -> Void = { _ in }
  ) throws {
    name = config.name
    rules = config.data.rules
    path = directory.path
    totalPasses = config.training.passes
    let run = try TrainingRun(
      config, in: directory, config.data.trainingData(), team: ThreadTeam(threads: threads),
      resume: directory.hasRun, note: note)
    let first = run.trainer.isFinished ? BackgroundTraining.best(run) : BackgroundTraining.newest(run)
    state = Mutex(State(progress: Progress(passes: run.metrics), newest: (first, 1)))
    // The run is made here and used there, never by both.
    nonisolated(unsafe) let handedOver = run
    let thread = Thread { self.train(handedOver) }
    thread.stackSize = 8 << 20
    thread.qualityOfService = .utility
    thread.start()
  }

  /// What it has come to so far.
  public var progress: Progress { state.withLock { $0.progress } }

  /// The newest weights, as they would play: the moving average after a pass, at the end the best; the version grows
  /// with every new set.
  public var newest: (agent: Agent, version: Int) { state.withLock { $0.newest } }

  /// Asks it to stop, and waits until it has saved.
  public func stop() {
    state.withLock { $0.shouldStop = true }
    done.wait()
    done.signal()
  }

  private func train(_ run: TrainingRun) {
    let total = Double(max(run.trainer.totalUpdates, 1))
    var phase = Phase.stopped
    do {
      let outcome = try run.run(shouldStop: { self.state.withLock { $0.shouldStop } }) { event in
        let fraction = Double(run.trainer.progress.updates) / total
        if case .pass(let metrics) = event {
          self.take(BackgroundTraining.newest(run))
          self.state.withLock {
            $0.progress.passes.append(metrics)
            $0.progress.version += 1
          }
        }
        self.state.withLock { $0.progress.fraction = fraction }
      }
      if outcome == .finished { take(BackgroundTraining.best(run)) }
      phase = outcome == .finished ? .finished : .stopped
    } catch {
      phase = .failed("\(error)", exitCode: (error as? any UserFacingError)?.exitCode ?? 74)
    }
    state.withLock {
      $0.progress.phase = phase
      $0.progress.version += 1
    }
    done.signal()
  }

  /// Hands out an agent.
  private func take(_ agent: Agent) {
    state.withLock { $0.newest = (agent, $0.newest.version + 1) }
  }

  /// The newest weights of a run on their graph.
  private static func newest(_ run: TrainingRun) -> Agent {
    agent(run.trainer.model, run.trainer.average, run.trainer.config)
  }

  /// Those that played best.
  private static func best(_ run: TrainingRun) -> Agent {
    agent(run.trainer.bestModel, run.trainer.best, run.trainer.config)
  }

  private static func agent(
    _ model: any SequenceModel, _ parameters: [Float], _ config: RunConfig
  ) -> Agent {
    Agent(model: model, parameters: parameters, rules: config.data.rules, name: config.name)
  }
}
