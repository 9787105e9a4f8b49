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

@Suite("Trainer")
struct TrainerTests {
  /// Trains to the end; the metrics and the trainer.
  static func trained(_ config: RunConfig, threads: Int = 1) throws -> (Trainer, [TrainingMetrics]) {
    let trainer = try TinyRun.trainer(config, threads: threads)
    var metrics: [TrainingMetrics] = []
    try trainer.run(report: { if case .pass(let line) = $0 { metrics.append(line) } })
    return (trainer, metrics)
  }

  @Test(arguments: [
    "model.type=tnd", "model={type: rnn, hidden: 9}", "training.recipe=windows",
    "model={type: transformer, heads: 2, head_features: 4, feed_forward: 9, context: 6}",
    "model={type: tnd, neurons: 40, density: 0.3, tau: trained, plasticity: {rate: 0.3}}",
    "model={type: tnd, neurons: 150, density: 0.2}",
    "model={type: tnd, neurons: 150, density: 0.2, tau: trained}",
  ])
  func theSameBytesOnAnyNumberOfThreads(_ override: String) throws {
    // 30 streams are two shards of 16 lanes, which one thread takes side by side and several, where there are so few edges,
    // each by itself.
    let streams = override.contains("windows") ? 4 : override.contains("150") ? 30 : 70
    let overrides = [override, "training.streams=\(streams)"]
    func files(_ threads: Int) throws -> [String: Data] {
      try withTemporaryFolder { folder in
        let config = try RunConfig(yaml: TinyRun.yaml, source: "tiny", overrides: overrides)
        try TinyRun.train(config, in: "\(folder)/run", threads: threads, resume: false)
        return try TinyRun.files("\(folder)/run")
      }
    }
    let one = try files(1)
    #expect(one.count == 6)
    #expect(try files(2) == one)
    #expect(try files(3) == one)
  }

  /// Two shards as one worker, and each by a worker of its own: the same, a state that one has saved for the other too.
  @Test func shardsSideBySideAreShardsApart() throws {
    let config = try TinyRun.config(
      "model={type: tnd, neurons: 150, density: 0.2}", "training.streams=30", "training.mirror=true")
    let trainer = try TinyRun.trainer(config, threads: 1)
    let plan = trainer.plan
    #expect(trainer.workers.count == 1 && plan.shards == [0..<14, 14..<29] && plan.shardWidth == 16)
    let together = trainer.workers[0]
    let weights = trainer.model.makeWeights()
    weights.load(trainer.parameters)
    let mirror = SeededGenerator(seed: config.seed).split("mirror")
    #expect((0..<29).contains { StreamView(trainer.data, pass: 0, stream: $0, mirror: mirror).isMirrored })
    let apart = plan.shards.map { shard in
      ShardWorker(
        weights.makeRunner(lanes: 16, steps: plan.longestChunk, records: true),
        parameters: trainer.parameters.count, trainer.data, plan, [shard], mirror: mirror)
    }
    for chunk in 0..<2 {
      for worker in [together] + apart { worker.run(pass: 0, chunk: chunk, scale: 0.01) }
      #expect(together.states == apart.flatMap(\.states))
      #expect(together.squaredErrors == apart.flatMap(\.squaredErrors))
      #expect(together.gradients.array == apart.flatMap(\.gradients.array))
    }
    let saved = together.states
    #expect(saved.count == 2 && saved[0] != saved[1] && saved[0].contains { $0 != 0 })
    together.startPass()
    #expect(together.states.joined().allSatisfy { $0 == 0 })
    together.states = saved
    #expect(together.states == saved)
  }

  @Test func theLossFalls() throws {
    let (_, metrics) = try TrainerTests.trained(TinyRun.config("training.passes=30"))
    #expect(metrics.map(\.pass) == Array(1...30))
    #expect(metrics[29].loss < 0.7 * metrics[0].loss)
    #expect(metrics.map { $0.validation != nil } == (1...30).map { $0 % 2 == 0 })
    #expect(metrics[29].updates == 30 * 3)
  }

  @Test func firstLossIsTheMeanSquaredErrorOfTheInitialWeights() throws {
    // One chunk, one pass: the loss is that of the initial parameters, here found by playing them step by step.
    let config = try TinyRun.config("training.streams=1", "training.chunk=400", "training.passes=1")
    let (trainer, metrics) = try TrainerTests.trained(config)
    let data = TrainingData(try config.data.dataset())
    #expect(trainer.plan.lanes.map(\.stretches) == [[0..<400]])
    let policy = ModelPolicy(
      Agent(
        model: config.model, parameters: config.model.initialParameters(.init(seed: 0)), rules: .reference,
        name: "x"))
    var sum = 0.0
    for step in 0..<400 {
      let outputs = policy.outputs(for: Observation(bits: data.observation(step)))
      for k in 0..<3 { sum += pow(Double(outputs[k]) - (Int(data.action(step)) == k ? 1 : 0), 2) }
    }
    #expect(abs(metrics[0].loss - sum / 1200) < 1e-5 * metrics[0].loss)
  }

  @Test func theBestIsTheAgentOfItsPass() throws {
    let config = try TinyRun.config("training.passes=6")
    let (trainer, metrics) = try TrainerTests.trained(config)
    let rates = metrics.compactMap { line in line.validation.map { (line.pass, $0.rate ?? 0) } }
    let best = try #require(rates.map(\.1).max())
    #expect(trainer.progress.bestRate == best)
    // Of equals the later.
    #expect(trainer.progress.bestPass == rates.last { $0.1 == best }?.0)
    let until = try TinyRun.trainer(config)
    try until.run(shouldStop: { until.progress.updates == trainer.progress.bestPass * 3 })
    #expect(until.average == trainer.best)
  }

  /// What is validated is what would play: the moving average.
  @Test(arguments: [
    "none, fraction: 0.1, every: 50", "set, fraction: 0.02, every: 100", "rigl, fraction: 0.1, every: 50",
  ])
  func theBestPlaysAsItWasValidated(_ rewire: String) throws {
    var different = 0
    for seed in 0..<4 {
      let config = try TinyRun.config(
        "seed=\(seed)", "model={type: tnd, neurons: 100, density: 0.3}", "data.frames=2000",
        "training.streams=16", "training.chunk=20", "training.learning_rate=0.03", "training.passes=30",
        "training.average=0.99", "validation.every=30", "validation.sessions=16", "validation.steps=1000",
        "training.rewire={method: \(rewire)}")
      let (trainer, metrics) = try TrainerTests.trained(config)
      func play(_ parameters: [Float]) -> PlayTotals {
        let weights = trainer.bestModel.makeWeights()
        weights.load(parameters)
        let serves = SeededGenerator(seed: config.seed).split("validation")
        var totals = Arena(weights, rules: .reference, ThreadTeam(threads: 1)).totals(
          (0..<16).map { serves.split(UInt64($0)) }, steps: 1000)
        // Which no metrics keep.
        totals.longest = 0
        return totals
      }
      let best = try #require(metrics[trainer.progress.bestPass - 1].validation)
      #expect(play(trainer.best) == best && best.catches > 0 && best.misses > 0)
      // The only validation is the last pass's, so its weights are still there.
      #expect(trainer.average == trainer.best)
      if play(trainer.parameters) != best { different += 1 }
    }
    #expect(different > 0, "the weights themselves play no other way")
  }

  /// A target of 0 is reached by the first validation, that of pass 2; one that no play reaches, never.
  @Test func theTargetEndsTheRun() throws {
    let (ended, metrics) = try TrainerTests.trained(
      TinyRun.config("training.passes=6", "validation.target=0"))
    #expect(ended.progress.pass == 2 && ended.isFinished && metrics.count == 2)
    let (whole, _) = try TrainerTests.trained(TinyRun.config("training.passes=6", "validation.target=1.5"))
    #expect(whole.progress.pass == 6)
  }

  /// Against what runs without patience come to: one ends at the first validation that is the n-th in a row without a
  /// better one and whose best catches more than it misses, and not before; the best is that of the passes until then.
  /// Two balls a validation, so that luck makes play go up and down.
  @Test(arguments: [1, 2], [0, 2])
  func patienceEndsTheRun(_ patience: Int, from: Int) throws {
    var (impatient, unmoved) = (0, 0)
    for seed in 0..<16 {
      let overrides = [
        "seed=\(seed)", "training.passes=12", "training.average=0", "validation.every=1",
        "validation.from=\(from)", "validation.sessions=1",
      ]
      func run(_ patience: Int) throws -> (Trainer, [TrainingMetrics]) {
        try TrainerTests.trained(
          try RunConfig(
            yaml: TinyRun.yaml, source: "tiny.yaml",
            overrides: overrides + ["validation.patience=\(patience)"]))
      }
      let (_, all) = try run(0)
      var (best, waited, end) = (-1.0, 0, 12)
      for pass in all where end == 12 {
        guard let rate = pass.validationRate else { continue }
        (best, waited) = rate >= best ? (rate, 0) : (best, waited + 1)
        if waited >= patience, best > 0.5 { end = pass.pass }
      }
      if end < 12 { impatient += 1 } else if waited >= patience { unmoved += 1 }
      let (ended, passes) = try run(patience)
      #expect(passes == Array(all[..<end]) && ended.isFinished && ended.progress.bestRate == best)
    }
    #expect(impatient > 0 && unmoved > 0, "no run of each kind: \(impatient), \(unmoved)")
  }

  @Test func aMirroredStreamIsSeenInTheMirror() throws {
    let data = try TinyRun.config().data.trainingData()
    let mirror = SeededGenerator(seed: 5)
    var seen: Set<Bool> = []
    for pass in 0..<40 {
      for stream in 0..<3 {
        let view = StreamView(data, pass: pass, stream: stream, mirror: mirror)
        let other = StreamView(data, pass: pass, stream: stream, mirror: mirror)
        seen.insert(view.isMirrored)
        #expect(view.isMirrored == other.isMirrored)
        for index in 0..<20 {
          let (bits, action) = view.step(index)
          let whole = Observation(bits: data.observation(index))
          let move = try #require(Action(rawValue: data.action(index)))
          #expect(bits == (view.isMirrored ? whole.mirrored : whole).bits)
          #expect(action == (view.isMirrored ? move.mirrored : move).rawValue)
        }
        #expect(!StreamView(data, pass: pass, stream: stream, mirror: nil).isMirrored)
      }
    }
    #expect(seen == [true, false])
  }

  @Test func movingAverage() throws {
    let (plain, _) = try TrainerTests.trained(TinyRun.config("training.average=0"))
    #expect(plain.average == plain.parameters)
    let (averaged, _) = try TrainerTests.trained(TinyRun.config())
    #expect(averaged.parameters == plain.parameters)
    #expect(averaged.average != plain.average)
  }

  /// Against the definition: after update u, counted from 1, a share of min(average, (1 + u) / (10 + u)) stays.
  @Test func movingAverageOfEveryUpdate() throws {
    let trainer = try TinyRun.trainer(TinyRun.config("training.passes=6", "training.average=0.5"))
    var expected = trainer.average.map { Double($0) }
    var updates = 0.0
    func follow() {
      updates += 1
      let stays = min(0.5, (1 + updates) / (10 + updates))
      for (index, parameter) in trainer.parameters.enumerated() {
        expected[index] = stays * expected[index] + (1 - stays) * Double(parameter)
      }
    }
    try trainer.run(report: { event in
      switch event {
      case .update, .pass: follow()
      default: break
      }
    })
    #expect(updates == 18)
    #expect(relativeDifference(trainer.average, expected) < 1e-6)
    #expect(relativeDifference(trainer.parameters, expected) > 1e-4)
  }

  @Test func validationBeginsWhereItIsTold() throws {
    let (_, passes) = try TrainerTests.trained(
      TinyRun.config("training.passes=6", "validation.every=1", "validation.from=4"))
    #expect(passes.filter { $0.validation != nil }.map(\.pass) == [4, 5, 6])
  }

  @Test func learningRates() throws {
    // 3 passes of 3 updates... warm-up over 4, then half a cosine over 5 down to a tenth.
    let cosine = try TinyRun.trainer(
      TinyRun.config("training.warmup=4", "training.schedule=cosine", "training.final_rate=0.1"))
    #expect(cosine.totalUpdates == 9)
    #expect((0..<4).map { cosine.learningRate(update: $0) } == [0.0025, 0.005, 0.0075, 0.01])
    for update in 4...9 {
      let phase = Double(update - 4) / 5
      let expected = 0.01 * (0.1 + 0.9 * (1 + cos(.pi * phase)) / 2)
      #expect(abs(cosine.learningRate(update: update) - expected) < 1e-12)
    }
    let constant = try TinyRun.trainer(TinyRun.config())
    #expect((0..<9).allSatisfy { constant.learningRate(update: $0) == 0.01 })
  }

  @Test func validationServesAreNotThoseOfAnEvaluation() throws {
    let config = try TinyRun.config("validation.sessions=16", "validation.steps=2000", "seed=5")
    let trainer = try TinyRun.trainer(config)
    let agent = Agent(
      model: config.model, parameters: trainer.average, rules: .reference, name: "x")
    let evaluated = Evaluator(team: ThreadTeam(threads: 1)).evaluate(
      .agent(agent), EvaluationSettings(.all, sessions: 16, steps: 2000, seed: 5))
    #expect(trainer.validate() == trainer.validate())
    #expect(trainer.validate() != evaluated.totals)
  }

  @Test(arguments: [("streams", 1), ("windows", 400)])
  func tooShortADemonstration(recipe: String, expected: Int) throws {
    let config = try TinyRun.config(
      "training.recipe=\(recipe)", "training.streams=10", "training.chunk=20")
    let empty = Dataset(
      metadata: DatasetMetadata(expert: "x"),
      episodes: [
        Episode(
          observations: [Observation](repeating: Observation(bits: 0), count: recipe == "streams" ? 0 : 399),
          actions: [Action](repeating: .stay, count: recipe == "streams" ? 0 : 399))
      ])
    let error = #expect(throws: TrainingError.self) {
      try Trainer(config, data: TrainingData(empty), team: ThreadTeam(threads: 1))
    }
    let found = recipe == "streams" ? 0 : 399
    let text = "the demonstration: found \(found) steps, expected at least \(expected) for this recipe"
    #expect(error?.description == text)
  }
}
