import Demonstrations
import Determinism
import Foundation
import NeuralCore
import PongEngine
import SequenceModels
import Storage
import TestSupport
import Testing
import TinyRuns

@testable import Agents
@testable import Evaluation
@testable import Training

@Suite("Aggregation")
struct AggregationTests {
  static let section = "aggregation={rounds: 3, frames: 130, steps: 50, every: 2}"

  static func config(_ overrides: String...) throws -> RunConfig {
    try RunConfig(
      yaml: TinyRun.yaml, source: "tiny.yaml",
      overrides: [section, "data.rules=classic", "data.expert=tracker", "training.passes=8"] + overrides)
  }

  /// A round of a learner with fresh weights.
  private func round(
    _ number: Int, _ config: RunConfig, lengths: [Int], threads: Int = 1
  ) throws -> AggregatedRound {
    let weights = config.model.makeWeights()
    weights.load(config.model.initialParameters(SeededGenerator(seed: 4)))
    let aggregator = Aggregator(
      config: try #require(config.aggregation), rules: config.data.rules, generator: SeededGenerator(seed: 5))
    return aggregator.play(round: number, lengths: lengths, weights, ThreadTeam(threads: threads))
  }

  @Test func roundsTakeWhatTheBudgetLeaves() throws {
    let config = try AggregationTests.config("aggregation.budget=630").aggregation
    let plenty = try AggregationTests.config().aggregation
    #expect(plenty?.episodes(after: 400) == [[65, 65], [65, 65], [65, 65]])
    #expect(config?.episodes(after: 400) == [[65, 65], [50, 50]])
    #expect(config?.episodes(after: 620) == [[10]] && config?.episodes(after: 630) == [])
    #expect(config?.episodes(after: 10_000) == [])
  }

  /// Seen is what the learner's moves bring about, on serves of the round's own; said is what the teacher says.
  @Test(arguments: ["oracle", "tracker", "interceptor"])
  func theLearnerPlaysAndTheTeacherLabels(_ teacher: String) throws {
    let config = try AggregationTests.config("aggregation.teacher=\(teacher)")
    let lengths = [120, 80, 120]
    let found = try round(2, config, lengths: lengths)
    #expect(found.dataset.episodes.map(\.count) == lengths)
    let source = SeededGenerator(seed: 5).split(2)
    var agreed = 0
    for (game, episode) in found.dataset.episodes.enumerated() {
      let agent = Agent(
        model: config.model, parameters: config.model.initialParameters(SeededGenerator(seed: 4)),
        rules: .classic, name: "learner")
      let learner = ModelPolicy(agent)
      let serves = source.split(UInt64(game)).split("serves")
      var session = Session(rules: .classic, serves: SeededServes(generator: serves))
      var labels = Teacher(
        teacher, rules: .classic, seed: source.split(UInt64(game)).split("teacher").state[0])
      for row in 0..<episode.count {
        #expect(episode.observations[row] == session.observation, "\(game), \(row)")
        #expect(episode.actions[row] == labels.label(session.state, session.observation), "\(game), \(row)")
        let action = learner.action(for: session.observation)
        if action == episode.actions[row] { agreed += 1 }
        session.step(action)
      }
    }
    #expect(found.agreed == agreed)
    // Another round, other serves; any number of threads, the same.
    #expect(try round(3, config, lengths: lengths).dataset.episodes != found.dataset.episodes)
    let many = try round(2, config, lengths: [Int](repeating: 60, count: 40), threads: 3)
    #expect(try round(2, config, lengths: [Int](repeating: 60, count: 40)).dataset == many.dataset)
  }

  /// Those who play a round are the weights that would play then: the moving average.
  @Test func theAverageCollects() throws {
    let config = try AggregationTests.config(
      "model={type: tnd, neurons: 100, density: 0.3}", "data.frames=2000", "training.streams=16",
      "training.chunk=20", "training.learning_rate=0.03", "training.average=0.99", "training.passes=41",
      "validation.every=100", "aggregation={rounds: 1, frames: 2000, steps: 500, every: 40}")
    try withTemporaryFolder { folder in
      try TinyRun.train(config, in: folder, resume: false)
      let stored = try DatasetFile.read(RunDirectory(folder).roundPath(1))
      let trainer = try TinyRun.trainer(config)
      try trainer.run(shouldStop: { trainer.progress.pass == 40 })
      #expect(trainer.progress.rounds == 0)
      func played(_ parameters: [Float]) throws -> [Episode] {
        let weights = config.model.makeWeights()
        weights.load(parameters)
        let aggregator = Aggregator(
          config: try #require(config.aggregation), rules: .classic,
          generator: SeededGenerator(seed: config.seed).split("aggregation"))
        return aggregator.play(
          round: 1, lengths: [500, 500, 500, 500], weights, ThreadTeam(threads: 1)
        ).dataset.episodes
      }
      #expect(try stored.episodes == played(trainer.average))
      #expect(try stored.episodes != played(trainer.parameters))
    }
  }

  /// Each round brings more to learn from, so patience begins anew with the last.
  @Test func patienceWaitsForTheLastRound() throws {
    var ends: [Int] = []
    for seed in 0..<8 {
      let config = try RunConfig(
        yaml: TinyRun.yaml, source: "tiny.yaml",
        overrides: [
          "seed=\(seed)", "data.expert=tracker", "training.passes=20", "training.average=0",
          "aggregation={rounds: 3, frames: 130, steps: 50, every: 4}", "validation.every=1",
          "validation.sessions=1", "validation.patience=1",
        ])
      let (trainer, metrics) = try TrainerTests.trained(config)
      #expect(trainer.lastRoundPass == 12 && trainer.progress.rounds == 3 && trainer.isFinished)
      ends.append(trainer.progress.pass)
      // `pong runs` says the same of the files of every pass.
      for passes in 1...metrics.count {
        let summary = RunSummary(
          "x", "tnd", config.training, config.validation, config.aggregation, Array(metrics[..<passes]),
          isHeld: false, changed: 0)
        #expect(summary.state == (passes == metrics.count ? .finished : .stopped), "\(seed), \(passes)")
      }
    }
    #expect(ends.contains { $0 < 20 } && ends.allSatisfy { $0 > 12 }, "\(ends)")
  }

  /// With beta 1 the teacher moves: the rows are its own play. With 0.5 about half of the moves are its own in the first
  /// round and an eighth in the third.
  @Test func betaSaysHowOftenTheTeacherMoves() throws {
    func teachersMoves(_ beta: Double, round number: Int) throws -> Double {
      let config = try AggregationTests.config("aggregation.beta=\(beta)")
      let found = try round(number, config, lengths: [4000])
      let episode = found.dataset.episodes[0]
      let moved = (1..<episode.count).filter { row in
        Rules.classic.paddle(after: episode.actions[row - 1], atPixel: episode.observations[row - 1].paddleX)
          == episode.observations[row].paddleX
      }
      return Double(moved.count) / Double(episode.count - 1)
    }
    #expect(try teachersMoves(1, round: 1) == 1 && teachersMoves(1, round: 3) == 1)
    let (none, first, third) = (
      try teachersMoves(0, round: 1), try teachersMoves(0.5, round: 1), try teachersMoves(0.5, round: 3)
    )
    #expect(first > none + 0.3 && third > none && third < first)
    let half = try #require(try AggregationTests.config("aggregation.beta=0.5").aggregation)
    #expect((1...4).map(half.beta) == [0.5, 0.25, 0.125, 0.0625])
  }

  /// Every place a run can be stopped at, also right before and after a round.
  @Test func stoppedAnywhereAndResumedGivesTheSameBytes() throws {
    let config = try AggregationTests.config(
      "training.passes=7", "training.streams=8", "training.chunk=25", "validation.every=3",
      "training.mirror=true"
    )
    try withTemporaryFolder { folder in
      try TinyRun.train(config, in: "\(folder)/straight", threads: 2, resume: false)
      let straight = try TinyRun.files("\(folder)/straight")
      let rounds = ["round-001.pong", "round-002.pong", "round-003.pong"]
      #expect(
        Set(straight.keys)
          == Set(
            rounds + [
              "config.yaml", "metrics.jsonl", "best.safetensors", "last.safetensors", "state.safetensors",
              "state.previous.safetensors",
            ]))
      let total = try TinyRun.trainer(config).totalUpdates
      // 400 steps in 8 lanes are 2 chunks; each round adds 130 steps in 8 or 9 stretches.
      #expect(total > 7 * 2 + 2 + 2 + 2)
      for updates in 1..<total {
        let path = "\(folder)/stopped-\(updates)"
        try TinyRun.train(config, in: path, resume: false, updates: updates)
        try TinyRun.train(config, in: path, resume: true)
        #expect(try TinyRun.files(path) == straight, "stopped after update \(updates)")
      }
      let path = "\(folder)/often"
      try TinyRun.train(config, in: path, resume: false, updates: 1)
      for _ in 0..<total { try TinyRun.train(config, in: path, resume: true, updates: 1) }
      #expect(try TinyRun.files(path) == straight)
    }
  }

  /// Not TND alone: whatever learns is corrected, by the same rounds on any number of threads, and its run goes on.
  @Test(arguments: [
    "{type: rnn, hidden: 6}", "{type: sparse_rnn, hidden: 40}", "{type: lstm, hidden: 5, layers: 2}",
    "{type: cfc, hidden: 6}",
    "{type: transformer, layers: 1, heads: 2, head_features: 4, feed_forward: 8, context: 10, attention: sliding}",
    "{type: s4d, hidden: 6, state_pairs: 2, layers: 1}",
  ])
  func everyModelIsCorrected(_ model: String) throws {
    let config = try AggregationTests.config("model=\(model)")
    try withTemporaryFolder { folder in
      try TinyRun.train(config, in: "\(folder)/one", threads: 1, resume: false)
      try TinyRun.train(config, in: "\(folder)/three", threads: 3, resume: false, updates: 15)
      try TinyRun.train(config, in: "\(folder)/three", threads: 3, resume: true)
      let files = try TinyRun.files("\(folder)/one")
      #expect(files["round-003.pong"] != nil && files["round-001.pong"] != files["round-002.pong"])
      #expect(try TinyRun.files("\(folder)/three") == files)
    }
  }

  @Test func metricsSayWhatIsLabelled() throws {
    let (trainer, metrics) = try TrainerTests.trained(AggregationTests.config())
    #expect(metrics.map { $0.aggregation?.frames } == [400, 400, 530, 530, 660, 660, 790, 790])
    #expect(
      metrics.map { $0.aggregation?.agreement != nil } == [false, false, true, true, true, true, true, true])
    #expect(metrics[7].updates == trainer.totalUpdates && trainer.progress.updates == trainer.totalUpdates)
    #expect(metrics[2].line.contains("\"labelled_frames\":530,\"agreement\":0."))
    for line in metrics { #expect(try TrainingMetrics(line: line.line, number: 1, path: "x") == line) }
    let (_, plain) = try TrainerTests.trained(TinyRun.config())
    #expect(plain.allSatisfy { $0.aggregation == nil })
  }

  /// What a teacher corrects is learnt: at the states that the learner comes to, it agrees more with every round.
  @Test func theLearnerComesToAgree() throws {
    let (_, metrics) = try TrainerTests.trained(
      AggregationTests.config(
        "model={type: tnd, neurons: 100, density: 0.3}", "data.frames=2000", "training.passes=60",
        "training.streams=16", "training.chunk=20", "training.learning_rate=0.003", "validation.every=100",
        "aggregation={rounds: 5, frames: 2000, steps: 500, every: 10}"))
    let agreements = metrics.compactMap { $0.aggregation?.agreement }
    #expect((agreements.last ?? 0) > (agreements.first ?? 1) + 0.1, "\(agreements)")
  }

  static let mistakes: [(String, String)] = [
    (
      "{teacher: nobody}",
      "aggregation.teacher: found \"nobody\", expected one of oracle, humanlike, interceptor, tracker"
    ),
    ("{rounds: 0}", "aggregation.rounds: found 0, expected a whole number from 1 to 100000"),
    ("{beta: 1.5}", "aggregation.beta: found 1.5, expected a number from 0.0 to 1.0"),
    (
      "{round: 3}",
      "aggregation.round: found an unknown key, expected one of teacher, rounds, frames, steps, every, beta, budget"
    ),
    ("{every: 3}", "aggregation.every: found 3, expected fewer than the 3 passes of training.passes"),
    ("{every: 1, budget: 400}", "aggregation.budget: found 400, expected more than the 400 of data.frames"),
    ("3", "aggregation: found 3, expected a map of keys and values"),
  ]

  @Test(arguments: mistakes.indices)
  func aMistakeIsOneLine(_ index: Int) {
    let (section, text) = AggregationTests.mistakes[index]
    let error = #expect(throws: SettingError.self) { try TinyRun.config("aggregation=\(section)") }
    #expect(error?.description == "--set aggregation: \(text)")
  }

  @Test func windowsAreNotAggregated() {
    let error = #expect(throws: SettingError.self) {
      try AggregationTests.config("training.recipe=windows")
    }
    #expect(
      error?.description
        == "--set aggregation: aggregation: found the recipe windows, expected training.recipe: streams")
  }

  /// A round that is gone or another's is one line, and nothing is lost.
  @Test func aRunGoesOnWithItsOwnRoundsAlone() throws {
    let config = try AggregationTests.config()
    try withTemporaryFolder { folder in
      let path = "\(folder)/run"
      try TinyRun.train(config, in: path, resume: false, updates: 14)
      let files = try TinyRun.files(path)
      let round = RunDirectory(path).roundPath(1)
      #expect(round == "\(path)/round-001.pong" && files["round-001.pong"] != nil)
      try FileManager.default.removeItem(atPath: round)
      #expect(throws: FileError.notFound(path: round)) { try TinyRun.train(config, in: path, resume: true) }
      var rows = try DatasetFile.decode([UInt8](try #require(files["round-001.pong"])), path: round)
      rows.episodes.swapAt(0, 1)
      try DatasetFile.write(rows, to: round)
      let error = #expect(throws: FileError.self) { try TinyRun.train(config, in: path, resume: true) }
      #expect(
        error?.description.contains(
          "round-001.pong: found rounds that make a checksum of ") == true)
      try files["round-001.pong"]?.write(to: URL(filePath: round))
      try TinyRun.train(config, in: path, resume: true)
      // A new run does not mix with the rounds of an old one; what is finished needs none.
      try FileManager.default.removeItem(atPath: "\(path)/config.yaml")
      #expect(throws: FileError.self) { try RunDirectory(path).create(config) }
      RunDirectory(path).dropUnfinished()
      #expect(try Set(Repository.names(path)) == ["metrics.jsonl", "best.safetensors"])
    }
  }
}

@Suite("Disturbed demonstrations")
struct DisturbedDemonstrationTests {
  /// Rows say what the expert would do where the paddle was driven, in about as many steps as the noise says; in every
  /// episode by coins of its own.
  @Test(arguments: [[], ["data.steps=500"]])
  func labelsAreClean(_ steps: [String]) throws {
    let config = try RunConfig(
      yaml: TinyRun.yaml, source: "tiny.yaml",
      overrides: ["data.expert=tracker", "data.rules=classic", "data.frames=5000", "data.noise=0.3"] + steps)
    let episodes = try config.data.dataset().episodes
    #expect(episodes.map(\.count) == (steps.isEmpty ? [5000] : [Int](repeating: 500, count: 10)))
    let tracker = Tracker(rules: .classic)
    var disturbed: [[Int]] = []
    for episode in episodes {
      disturbed.append(
        (1..<episode.count).filter { row in
          var policy = tracker
          #expect(policy.action(for: episode.observations[row]) == episode.actions[row])
          let expected = Rules.classic.paddle(
            after: episode.actions[row - 1], atPixel: episode.observations[row - 1].paddleX)
          return expected != episode.observations[row].paddleX
        })
    }
    // Of the noise a third is what the expert says anyway.
    let count = disturbed.joined().count
    #expect(abs(Double(count) / 5000 - 0.2) < 0.03, "\(count)")
    #expect(
      Set(disturbed).count == episodes.count
        && Set(episodes.map { $0.observations[0] }).count > episodes.count / 2)
    #expect(config.setting.value(at: "data.noise") == .number(0.3))
    #expect(try TinyRun.config().setting.value(at: "data.noise") == nil)
  }

  /// Counted without making the rounds, of which a config may ask for more than any memory holds.
  @Test func roundsAreAsManyAsTheBudgetHas() throws {
    func aggregation(_ overrides: [String]) throws -> AggregationConfig {
      try #require(
        RunConfig(
          yaml: TinyRun.yaml, source: "tiny.yaml",
          overrides: ["data.expert=tracker", "aggregation.teacher=oracle", "aggregation.every=1"] + overrides
        ).aggregation)
    }
    for (budget, demonstrated, frames) in [
      (1000, 400, [250, 250, 100]), (900, 400, [250, 250]), (500, 499, [1]), (500, 500, []), (500, 600, []),
      (9000, 400, [250, 250, 250, 250]),
    ] {
      let one = try aggregation([
        "aggregation.budget=\(budget)", "aggregation.rounds=4", "aggregation.frames=250",
        "aggregation.steps=10",
      ])
      #expect(one.episodes(after: demonstrated).map { $0.reduce(0, +) } == frames)
      #expect(one.roundCount(after: demonstrated) == frames.count)
    }
    let most = try aggregation([
      "aggregation.budget=1000000000", "aggregation.rounds=100000", "aggregation.frames=10000000",
      "aggregation.steps=10",
    ])
    #expect(most.roundCount(after: 400) == 100)
    // Of rounds every 10 passes, those before the last pass: one that would come after it does not.
    let tenth = try aggregation(["aggregation.every=10", "aggregation.steps=10", "training.passes=100"])
    for (rounds, passes, last) in [(3, 100, 30), (20, 100, 90), (20, 101, 100), (2, 5, 0), (0, 50, 0)] {
      #expect(tenth.lastRoundPass(of: rounds, passes: passes) == last)
    }
  }

  /// Of one endless rally little is seen.
  @Test func episodesShowMore() throws {
    func distinct(_ overrides: String...) throws -> Int {
      let config = try RunConfig(
        yaml: TinyRun.yaml, source: "tiny.yaml",
        overrides: ["data.expert=tracker", "data.rules=classic", "data.frames=20000"] + overrides)
      return Set(try config.data.dataset().episodes.flatMap(\.observations)).count
    }
    let (one, several) = (try distinct(), try distinct("data.steps=1000"))
    #expect(several > 2 * one, "\(one), \(several)")
    let config = try TinyRun.config("data.frames=2500", "data.steps=1000")
    #expect(try config.data.dataset().episodes.map(\.count) == [1250, 1250])
    #expect(config.setting.value(at: "data.steps") == .integer(1000))
    #expect(try TinyRun.config().setting.value(at: "data.steps") == nil)
    let error = #expect(throws: SettingError.self) {
      try TinyRun.config("data.file=x.pong", "data.steps=100")
    }
    #expect(
      error?.description.contains(
        "data.steps: found 100 for a file, expected it for a generated demonstration") == true)
  }

  /// Of a generated demonstration the config says it, of a file nobody knows before it is read.
  @Test func theBudgetIsMoreThanTheDemonstration() throws {
    let config = try TinyRun.config(
      "aggregation={rounds: 2, frames: 100, every: 1, budget: 400}", "data.frames=100")
    let data = TrainingData(DemonstrationGenerator(expert: .tracker, seed: 1).dataset(frames: 400))
    let error = #expect(throws: TrainingError.self) {
      try Trainer(config, data: data, team: ThreadTeam(threads: 1))
    }
    #expect(
      error?.description
        == "aggregation.budget: found 400, expected more than the 400 steps of the demonstration")
  }

  @Test func aFileCannotBeDisturbed() {
    let error = #expect(throws: SettingError.self) {
      try TinyRun.config("data.file=x.pong", "data.noise=0.1")
    }
    #expect(
      error?.description
        == "--set data.noise: data.noise: found 0.1 for a file, expected it for a generated demonstration alone"
    )
  }
}
