import Agents
import Determinism
import Evaluation
import Storage
import TestSupport
import Testing
import TinyRuns

@testable import Sweeps

@Suite("Sweep: tuning")
struct SweepTuningTests {
  /// Results of tuning cells with these rates; nil for one that diverged.
  static func results(_ plan: SweepPlan, _ rates: [Double?]) throws -> [CellResult?] {
    try plan.cells.map { cell in
      guard cell.role == .tune, cell.index < rates.count else { return nil }
      var result = rates[cell.index] == nil ? try SampleCell.diverged() : try SampleCell.tune()
      result.grid = cell.grid
      if let rate = rates[cell.index] { result.best?.validationRate = rate }
      return result
    }
  }

  @Test(
    arguments: [
      ([0.5, 0.9, 0.8], 0.01), ([0.9, 0.9, 0.8], 0.001), ([0.1, 0.2, 0.2], 0.01), ([nil, 0.0, 0.1], 0.1),
      ([nil, nil, nil], 0.001), ([nil, 0.0, nil], 0.001),
    ] as [([Double?], Double)])
  func theBestRateWinsAndOfEqualsTheFirst(_ rates: [Double?], _ expected: Double) throws {
    let plan = try SweepPlan([
      try TinySweep.config(
        "sweep: {seeds: [0], tune: {key: training.learning_rate, values: [0.001, 0.01, 0.1], seed: 9}}")
    ])
    let config = try plan.config(of: plan.cells[3], results: SweepTuningTests.results(plan, rates))
    #expect(config?.training.learningRate == expected)
    #expect(try plan.config(of: plan.cells[3], results: SweepTuningTests.results(plan, [0.5, 0.5])) == nil)
  }

  /// Rates of 0.1 and 1 for the rate, then of 0 and 0.3 for the decay, whose own value in the config is 0.1: what the
  /// later key is worth is measured against the best of the earlier one.
  @Test(
    arguments: [
      ([0.5, 0.9, 0.8, 0.95], 1, 0.3), ([0.9, 0.5, 0.8, 0.9], 0.1, 0.1), ([0.9, 0.9, 0.91, 0.91], 0.1, 0),
      ([nil, nil, nil, 0.1], 0.1, 0.3), ([nil, nil, nil, nil], 0.1, 0.1),
    ] as [([Double?], Double, Double)])
  func aLaterKeyHasTheEarliersChoice(_ rates: [Double?], _ rate: Double, _ decay: Double) throws {
    let plan = try SweepPlan([
      try TinySweep.config(
        """
        sweep:
          seeds: [0]
          tune:
            - {key: training.learning_rate, values: [0.1, 1], seed: 9}
            - {key: training.weight_decay, values: [0, 0.3], seed: 9}
        """)
    ])
    let results = try SweepTuningTests.results(plan, rates)
    let second = try #require(try plan.config(of: plan.cells[3], results: results))
    #expect(second.training.learningRate == rate && second.training.optimizer.weightDecay == 0.3)
    let run = try #require(try plan.config(of: plan.cells[4], results: results))
    #expect(run.training.learningRate == rate && run.training.optimizer.weightDecay == Float(decay))
    #expect(try plan.config(of: plan.cells[4], results: Array(results[..<3]) + [nil, nil]) == nil)
    #expect(try plan.config(of: plan.cells[3], results: [results[0], nil, nil, nil, nil]) == nil)
  }

  /// The mean over two seeds decides; a seed that diverged counts as 0.
  @Test(
    arguments: [
      ([0.5, 0.9, 0.8, 0.7], 0.3), ([0.9, 0.5, 0.6, 0.8], 0), ([nil, 0.9, 0.2, 0.2], 0),
      ([nil, 0.9, 0.5, 0.5], 0.3),
    ] as [([Double?], Double)])
  func seedsCountTogether(_ rates: [Double?], _ expected: Double) throws {
    let plan = try SweepPlan([
      try TinySweep.config(
        "sweep: {seeds: [0], tune: {key: training.weight_decay, values: [0, 0.3], seeds: [9, 8]}}")
    ])
    let config = try plan.config(of: plan.cells[4], results: SweepTuningTests.results(plan, rates))
    #expect(config?.training.optimizer.weightDecay == Float(expected))
    #expect(
      try plan.config(of: plan.cells[4], results: SweepTuningTests.results(plan, Array(rates.dropLast())))
        == nil)
  }

  @Test func runsTrainWithTheTunedValue() throws {
    try withTemporaryFolder { folder in
      let sweep = try TinySweep.sweep(in: folder)
      _ = try TinySweep.run(sweep)
      let results = try sweep.verified { Issue.record("\($0)") }.compactMap { $0 }
      try #require(results.count == 6)
      let rates = results[..<2].map { $0.best?.validationRate ?? 0 }
      let expected = rates[1] > rates[0] ? 0.01 : 0.001
      for result in results[2...] {
        #expect(result.config["training"]?["learning_rate"] == .number(expected))
      }
    }
  }

  /// When tuning comes out otherwise, runs that were made with the old value are made again, and only those.
  @Test func anotherTunedValueMakesOtherRuns() throws {
    try withTemporaryFolder { folder in
      let sweep = try TinySweep.sweep(in: folder)
      _ = try TinySweep.run(sweep)
      let results = try sweep.verified { _ in }
      let chosen = (results[1]?.best?.validationRate ?? 0) > (results[0]?.best?.validationRate ?? 0) ? 1 : 0
      var loser = try #require(results[chosen])
      loser.best?.validationRate = 0
      var winner = try #require(results[1 - chosen])
      winner.best?.validationRate = 1
      try loser.write(to: sweep.directory.resultPath(sweep.plan.cells[chosen]))
      try winner.write(to: sweep.directory.resultPath(sweep.plan.cells[1 - chosen]))
      let account = try TinySweep.run(sweep)
      #expect(account.outcome.ran == 4 && account.notes.count == 4)
      #expect(account.notes.allSatisfy { $0.contains(": found the result of another config, ") })
      #expect(try TinySweep.run(sweep).outcome.ran == 0)
    }
  }

  /// The tuning is lost and made again: the runs that fit it are recognised then, and not made again.
  @Test func runsOutliveTheirTuning() throws {
    try withTemporaryFolder { folder in
      let sweep = try TinySweep.sweep(in: folder)
      _ = try TinySweep.run(sweep)
      let files = try TinySweep.files(folder)
      try AtomicFile.write(text: "", to: sweep.directory.resultPath(sweep.plan.cells[1]))
      var unusable = 0
      #expect(try sweep.verified { _ in unusable += 1 }.compactMap { $0 }.count == 1)
      #expect(unusable == 1)
      let account = try TinySweep.run(sweep)
      #expect(account.finished == [TinySweep.names[1]] && account.outcome.ran == 1)
      #expect(account.outcome.finished == 6 && account.notes.count == 1)
      #expect(try TinySweep.files(folder) == files)
    }
  }

  /// Runs play the perturbations that a sweep lists, as `pong evaluate` plays them; another list makes them again.
  @Test func runsArePerturbed() throws {
    try withTemporaryFolder { folder in
      let section = "sweep: {seeds: [0], perturb: [bits=0.05, 'delay=1,neurons=0.5']}"
      let sweep = try TinySweep.sweep(in: folder, section)
      #expect(try TinySweep.run(sweep).outcome.ran == 1)
      let play = try #require(try sweep.verified { Issue.record("\($0)") }[0]?.play)
      #expect(play.perturbed.map(\.perturbation.text) == ["bits=0.05", "delay=1,neurons=0.5"])
      let agent = try Agent(contentsOf: sweep.directory.run(sweep.plan.cells[0]).bestPath)
      for result in play.perturbed {
        var settings = EvaluationSettings(.rounds, sessions: 16)
        settings.perturbation = result.perturbation
        var again = Evaluator(team: ThreadTeam(threads: 1)).evaluate(.agent(agent), settings)
        again.agent = result.agent
        #expect(again == result)
      }
      // It plays again and is not trained again, as long as the agent is there: its curve is kept, here a made-up one.
      let cell = sweep.plan.cells[0]
      var kept = try #require(try sweep.verified { _ in }[0])
      kept.curve[0].loss = 0.125
      try kept.write(to: sweep.directory.resultPath(cell))
      let other = try TinySweep.sweep(in: folder, section.replacing("bits=0.05", with: "bits=0.06"))
      let account = try TinySweep.run(other)
      let again = try #require(try other.verified { _ in }[0])
      #expect(again.curve == kept.curve && again.play?.perturbed[0].perturbation.text == "bits=0.06")
      #expect(again.play?.rounds == kept.play?.rounds)
      AtomicFile.remove(other.directory.run(cell).bestPath)
      #expect(try TinySweep.run(TinySweep.sweep(in: folder, section)).outcome.ran == 1)
      #expect(try sweep.verified { _ in }[0]?.curve[0].loss != 0.125)
      #expect(account.outcome.ran == 1 && account.notes.count == 1)
      #expect(account.notes[0].contains("expected [\"bits=0.06\", \"delay=1,neurons=0.5\"]"))
    }
  }

  /// The measures are those of `pong model info`; a result without them is played again where they are asked for.
  @Test func graphsAreMeasured() throws {
    try withTemporaryFolder { folder in
      let section = "sweep: {seeds: [0], measure_graph: true}"
      let plain = try TinySweep.sweep(in: folder, "sweep: {seeds: [0]}")
      #expect(try TinySweep.run(plain).outcome.ran == 1)
      #expect(try plain.verified { _ in }[0]?.play?.graph == nil)
      let sweep = try TinySweep.sweep(in: folder, section)
      let account = try TinySweep.run(sweep)
      #expect(account.outcome.ran == 1 && account.notes.count == 1)
      #expect(
        account.notes[0].contains("found a result without measures of the graph, expected one with"))
      let agent = try Agent(contentsOf: sweep.directory.run(sweep.plan.cells[0]).bestPath)
      let measures = try #require(try sweep.verified { Issue.record("\($0)") }[0]?.play?.graph)
      #expect(measures == AgentGraph(agent)?.hiddenMeasures && measures["edges"]?.asNumber ?? 0 > 0)
      #expect(try TinySweep.run(sweep).outcome.ran == 0)
    }
    let error = #expect(throws: SettingError.self) {
      try TinySweep.config(
        "sweep: {seeds: [0], measure_graph: true}",
        run: TinyRun.yaml.replacing("{type: tnd, neurons: 40, density: 0.3}", with: "{type: rnn, hidden: 4}"))
    }
    #expect(
      error?.description == "tiny.yaml: sweep.measure_graph: found true for model.type \"rnn\", "
        + "expected tnd or sparse_rnn, whose neurons are a graph")
  }

  @Test func oneCellAtATime() throws {
    try withTemporaryFolder { folder in
      _ = try TinySweep.run(try TinySweep.sweep(in: "\(folder)/a"))
      let sweep = try TinySweep.sweep(in: "\(folder)/b")
      let error = #expect(throws: SweepError.self) { try TinySweep.run(sweep, only: 3) }
      #expect(
        error?.description
          == "tiny/chunk=2/seed=1: found tuning cells that are not finished, expected results of tiny/tune/learning_rate=0.001 (--index 0), tiny/tune/learning_rate=0.01 (--index 1)"
      )
      for index in [1, 0, 5, 4, 3, 2] {
        let account = try TinySweep.run(sweep, only: index)
        #expect(account.finished == [TinySweep.names[index]] && account.outcome.ran == 1)
        #expect(try TinySweep.run(sweep, only: index).outcome.ran == 0)
      }
      #expect(try TinySweep.files("\(folder)/a/cells") == TinySweep.files("\(folder)/b/cells"))
      #expect(try TinySweep.files("\(folder)/a/runs") == TinySweep.files("\(folder)/b/runs"))
    }
  }

  @Test func divergenceIsAResult() throws {
    try withTemporaryFolder { folder in
      // Decay times rate of 1,000 an update overflows any float within thirteen.
      let run = TinyRun.yaml.replacing("passes: 3, ", with: "passes: 40, weight_decay: 100, average: 0, ")
      let sweep = try TinySweep.sweep(
        in: folder,
        "sweep: {seeds: [0], grid: {training.clip_norm: [1, 2]}, tune: {key: training.learning_rate, values: [10, 1e-4], seed: 9}}",
        run: run.replacing("learning_rate: 0.01", with: "chunk: 2").replacing("chunk: 4, ", with: ""))
      let account = try TinySweep.run(sweep)
      #expect(account.outcome.ran == 4 && account.outcome.errors.isEmpty)
      let results = try sweep.verified { Issue.record("\($0)") }.compactMap { $0 }
      try #require(results.count == 4)
      let diverged = try #require(results[0].diverged)
      #expect(diverged.update <= 13 && diverged.pass >= 1 && diverged.learningRate == 10)
      #expect(results[0].best == nil && results[0].curve.count == diverged.pass - 1)
      for result in results[2...] {
        #expect(result.diverged == nil && result.play != nil)
        #expect(result.config["training"]?["learning_rate"] == .number(1e-4))
      }
      #expect(try TinySweep.run(sweep).outcome.ran == 0)
    }
  }

  @Test func aRunThatDivergesHasNoPlay() throws {
    try withTemporaryFolder { folder in
      let run = TinyRun.yaml.replacing(
        "passes: 3, learning_rate: 0.01", with: "passes: 40, weight_decay: 100, average: 0, learning_rate: 10"
      )
      let sweep = try TinySweep.sweep(in: folder, "sweep: {seeds: [0, 1]}", run: run)
      #expect(try TinySweep.run(sweep).outcome.ran == 2)
      let files = try TinySweep.files("\(folder)/cells")
      for result in try sweep.verified(note: { Issue.record("\($0)") }) {
        #expect(result?.diverged != nil && result?.best == nil && result?.play == nil)
      }
      // Stopped and gone on with, it diverges at the same place.
      let again = try TinySweep.sweep(in: "\(folder)/again", "sweep: {seeds: [0, 1]}", run: run)
      for questions in [3, 5, 9] { _ = try TinySweep.run(again, jobs: 1, stops: questions) }
      _ = try TinySweep.run(again)
      #expect(try TinySweep.files("\(folder)/again/cells") == files)
    }
  }
}
