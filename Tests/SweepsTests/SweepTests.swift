import Determinism
import Foundation
import Storage
import Synchronization
import TestSupport
import Testing
import TinyRuns

@testable import Agents
@testable import Evaluation
@testable import Sweeps

@Suite("Sweep")
struct SweepTests {
  @Test func aWholeSweep() throws {
    try withTemporaryFolder { folder in
      let sweep = try TinySweep.sweep(in: folder, sizes: EvaluationSizes())
      let account = try TinySweep.run(sweep)
      #expect(account.outcome.finished == 6 && account.outcome.ran == 6)
      #expect(account.outcome.errors.isEmpty && !account.outcome.wasStopped && account.notes == [])
      #expect(Set(account.finished) == Set(TinySweep.names))
      let kept = ["config.yaml", "metrics.jsonl", "best.safetensors"]
      let files = try TinySweep.files(folder)
      #expect(
        Set(files.keys).subtracting(["locks/sweep"])
          == Set(
            TinySweep.names.flatMap { name in ["cells/\(name).json"] + kept.map { "runs/\(name)/\($0)" } })
      )
      let results = try sweep.verified { Issue.record("\($0)") }.compactMap { $0 }
      try #require(results.count == 6)
      for (cell, result) in zip(sweep.plan.cells, results) {
        try SweepTests.check(result, of: cell, in: sweep.directory)
      }
      // Nothing is left to do, and nothing is touched.
      let again = try TinySweep.run(sweep)
      #expect(again.outcome.finished == 6 && again.outcome.ran == 0 && again.finished == [])
      #expect(try TinySweep.files(folder) == files)
    }
  }

  /// A result tells what the run directory beside it holds, and how its agent plays.
  static func check(_ result: CellResult, of cell: SweepCell, in directory: SweepDirectory) throws {
    let run = directory.run(cell)
    #expect(result.cell == cell.name && result.sweep == "tiny" && result.role == cell.role)
    #expect(result.seed == cell.seed && result.grid == cell.grid)
    #expect(result.config == (try run.config()).setting)
    let best = try #require(result.best)
    let agent = try Agent(contentsOf: run.bestPath)
    #expect(best.agentCRC32 == agent.checksum)
    #expect(agent.notes["pass"] == "\(best.pass)")
    #expect(agent.notes["demonstration_crc32"] == result.demonstrationCRC32)
    #expect(result.cost == agent.model.cost)
    #expect(result.curve.map(\.pass) == [1, 2, 3])
    #expect(result.curve.map { $0.validationRate != nil } == [false, true, true])
    #expect(result.curve[best.pass - 1].validationRate == best.validationRate)
    let lines = String(decoding: try AtomicFile.read(run.metricsPath), as: UTF8.self).split(separator: "\n")
    let passes = try lines.map { try Setting(json: Array($0.utf8), path: run.metricsPath) }
    #expect(result.curve.map(\.loss) == passes.map { $0["loss"]?.asNumber })
    #expect(result.curve.map(\.validationRate) == passes.map { $0["validation_rate"]?.asNumber })
    #expect(best.validationRate == result.curve.compactMap(\.validationRate).max())
    guard cell.role == .run else {
      #expect(result.play == nil)
      return
    }
    let play = try #require(result.play)
    let evaluator = Evaluator(team: ThreadTeam(threads: 1))
    for (record, evaluationProtocol) in [
      (play.paper, EvaluationProtocol.paper), (play.all, .all), (play.rounds, .rounds),
    ] {
      var expected = evaluator.evaluate(.agent(agent), EvaluationSettings(evaluationProtocol))
      expected.agent = cell.name
      // Which no file keeps.
      expected.keptCycles = 0
      #expect(record == expected)
    }
    #expect(play.rounds.rounds?.catches.count == 256)
    #expect(play.trajectory == Trajectory.record(agent, seed: 0, steps: 600))
  }

  @Test func resultsDependNeitherOnJobsNorOnThreads() throws {
    try withTemporaryFolder { folder in
      var all: [[String: Data]] = []
      for (jobs, threads) in [(1, 1), (4, 1), (2, 3)] {
        let own = "\(folder)/\(jobs)-\(threads)"
        _ = try TinySweep.run(try TinySweep.sweep(in: own), jobs: jobs, threads: threads)
        all.append(try TinySweep.files(own))
      }
      #expect(all[0].count == 25 && all[0] == all[1] && all[0] == all[2])
    }
  }

  /// Stopped again and again, after a growing number of questions whether to: in training, between cells and
  /// in evaluations. In the end all files are those of a sweep that was never stopped.
  @Test func stoppedAnywhereGivesTheSameBytes() throws {
    try withTemporaryFolder { folder in
      let run = TinyRun.yaml.replacing("passes: 3", with: "passes: 40")
      _ = try TinySweep.run(try TinySweep.sweep(in: "\(folder)/straight", run: run))
      var stops = 0
      var partly = 0
      for questions in sequence(first: 5, next: { $0 * 3 / 2 }).prefix(60) {
        let account = try TinySweep.run(
          try TinySweep.sweep(in: "\(folder)/stopped", run: run), jobs: 1 + stops % 2, stops: questions)
        #expect(account.notes == [] && account.failed == [])
        guard account.outcome.wasStopped else { break }
        stops += 1
        let files = try TinySweep.files("\(folder)/stopped")
        if files.keys.contains(where: { $0.hasSuffix("state.safetensors") }) { partly += 1 }
      }
      #expect(stops >= 10 && partly >= 5, "\(stops) stops, \(partly) in a run")
      #expect(try TinySweep.files("\(folder)/stopped") == TinySweep.files("\(folder)/straight"))
    }
  }

  @Test func aRunThatWasStoppedGoesOnWhereItWas() throws {
    try withTemporaryFolder { folder in
      let run = TinyRun.yaml.replacing("passes: 3", with: "passes: 500")
      let sweep = try TinySweep.sweep(in: folder, "sweep: {seeds: [0]}", run: run)
      let account = try TinySweep.run(sweep, stops: 300)
      #expect(account.outcome.wasStopped && account.outcome.finished == 0)
      let state = try SafeTensors(contentsOf: sweep.directory.run(sweep.plan.cells[0]).statePath)
      let updates = try #require(state.metadata["updates"].flatMap { Int($0) })
      #expect((200...300).contains(updates))
      // Asked after every update: the rest of the run and no more.
      let asked = TinySweep.Counter()
      let cell = sweep.plan.cells[0]
      let runner = CellRunner(
        directory: sweep.directory, team: ThreadTeam(threads: 1), sizes: TinySweep.sizes,
        shouldStop: { false },
        report: { if case .training = $0 { _ = asked.next() } },
        note: { Issue.record("\($0)") })
      let config = try cell.config(tuned: [])
      let result = try runner.run(cell, config, try config.data.trainingData())
      #expect(result?.curve.count == 500)
      #expect(asked.value < 500 * 3 - updates + 10)
    }
  }

  @Test func aSweepMaySayHowManyRounds() throws {
    try withTemporaryFolder { folder in
      func sweep(_ rounds: Int) throws -> Sweep {
        try TinySweep.sweep(in: folder, "sweep: {seeds: [0], rounds: \(rounds)}")
      }
      func played() throws -> [Int?] {
        try sweep(9).verified { _ in }.map { $0?.play?.rounds.rounds?.catches.count }
      }
      #expect(try TinySweep.run(try sweep(9)).outcome.ran == 1)
      #expect(try played() == [9] && TinySweep.run(try sweep(9)).outcome.ran == 0)
      let other = try TinySweep.run(try sweep(7))
      #expect(
        other.notes == [
          "\(folder)/cells/tiny/seed=0.json: found a result of 9 rounds, expected 7; it is made again"
        ])
      #expect(try other.outcome.ran == 1 && played() == [nil])
    }
  }

  @Test func tuningNeverMeetsEvaluationServes() throws {
    try withTemporaryFolder { folder in
      let sweep = try TinySweep.sweep(in: folder)
      for cell in [sweep.plan.cells[0], sweep.plan.cells[2]] {
        let played = Mutex<[EvaluationProtocol]>([])
        let runner = CellRunner(
          directory: sweep.directory, team: ThreadTeam(threads: 1), sizes: TinySweep.sizes,
          shouldStop: { false },
          report: { activity in
            if case .evaluating(let word) = activity { played.withLock { $0.append(word) } }
          }, note: { Issue.record("\($0)") })
        let config = try cell.config(tuned: [.init("training.learning_rate", .number(0.01))])
        let result = try runner.run(cell, config, try config.data.trainingData())
        #expect((result?.play != nil) == (cell.role == .run))
        #expect(played.withLock { $0 } == (cell.role == .run ? [.paper, .all, .rounds] : []))
      }
    }
  }
}
