import Determinism
import Foundation
import PongEngine
import Storage
import TestSupport
import Testing
import TinyRuns

@testable import Agents
@testable import Training

@Suite("Training in the background")
struct BackgroundTrainingTests {
  /// Waits until it does not train any more, or for what else is given.
  @discardableResult
  static func wait(
    for training: BackgroundTraining,
    until isEnough: (BackgroundTraining.Progress) -> Bool = { $0.phase != .training }
  ) throws -> BackgroundTraining.Progress {
    for _ in 0..<30_000 {
      let progress = training.progress
      if isEnough(progress) { return progress }
      Thread.sleep(forTimeInterval: 0.01)
    }
    throw CancellationError()
  }

  @Test func comesToTheBytesOfARunInTheForeground() throws {
    try withTemporaryFolder { folder in
      let config = try TinyRun.config("training.passes=6")
      let training = try BackgroundTraining(config, in: RunDirectory("\(folder)/back"), threads: 1)
      let progress = try BackgroundTrainingTests.wait(for: training)
      #expect(progress.phase == .finished)
      #expect(progress.fraction == 1)
      #expect(progress.passes.map(\.pass) == Array(1...6))
      #expect(progress.passes.map { $0.validationRate != nil } == [false, true, false, true, false, true])
      let front = try TrainingRun(
        config, in: RunDirectory("\(folder)/front"), config.data.trainingData(),
        team: ThreadTeam(threads: 2), resume: false)
      _ = try front.run()
      #expect(try TinyRun.files("\(folder)/back") == TinyRun.files("\(folder)/front"))
      // What plays at the end is the best.
      #expect(training.newest.agent.parameters == front.trainer.best)
      #expect(training.newest.version == 1 + 6 + 1)
      // Opened again it is where it was.
      let again = try BackgroundTraining(config, in: RunDirectory("\(folder)/back"), threads: 1)
      #expect(try BackgroundTrainingTests.wait(for: again).passes == progress.passes)
      #expect(again.newest.agent.parameters == front.trainer.best)
    }
  }

  @Test func stopsSavedAndGoesOn() throws {
    try withTemporaryFolder { folder in
      let config = try TinyRun.config("training.passes=100000", "validation.every=50")
      let directory = RunDirectory("\(folder)/run")
      let training = try BackgroundTraining(config, in: directory, threads: 1)
      try BackgroundTrainingTests.wait(for: training) { $0.passes.count >= 2 }
      training.stop()
      training.stop()
      let stopped = training.progress
      #expect(stopped.phase == .stopped && stopped.passes.count >= 2)
      let again = try BackgroundTraining(config, in: directory, threads: 1)
      try BackgroundTrainingTests.wait(for: again) { $0.passes.count > stopped.passes.count }
      again.stop()
      #expect(Array(again.progress.passes.prefix(stopped.passes.count)) == stopped.passes)
      #expect(again.progress.passes.map(\.pass) == Array(1...again.progress.passes.count))
    }
  }

  @Test func anErrorBeforeTheStartIsThrownAndLaterOnesAreTold() throws {
    try withTemporaryFolder { folder in
      let other = RunDirectory("\(folder)/other")
      try other.create(try TinyRun.config("seed=9"))
      #expect(throws: FileError.self) {
        try BackgroundTraining(try TinyRun.config(), in: other, threads: 1)
      }
      let diverging = try TinyRun.config(
        "training.learning_rate=10", "training.weight_decay=100", "training.passes=40", "training.average=0")
      let training = try BackgroundTraining(diverging, in: RunDirectory("\(folder)/run"), threads: 1)
      guard case .failed(let line, let exitCode) = try BackgroundTrainingTests.wait(for: training).phase
      else {
        Issue.record("\(training.progress.phase)")
        return
      }
      #expect(line.hasPrefix("training diverged in pass ") && exitCode == 65)
    }
  }
}
