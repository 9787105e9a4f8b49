import Demonstrations
import Determinism
import PongEngine
import SequenceModels
import Training

/// Environment steps trained a second: forward, backward and update, as `pong train` makes them.
enum TrainingBenchmarks {
  static func all(threads: Int?) -> [Benchmark] {
    [
      // The published recipe: 1,000 windows of 40 steps a batch, last step supervised.
      Benchmark(
        name: "train.windows", unit: "steps_per_second", operations: { try operations("{type: tnd}") }
      ) {
        try training("{type: tnd}", "{recipe: windows, streams: 25, chunk: 40}", passes: 1, threads)
      },
      // As Configs/tnd.yaml does: 32 streams, 20 steps an update.
      Benchmark(
        name: "train.recipe", unit: "steps_per_second", operations: { try operations("{type: tnd}") }
      ) {
        try training("{type: tnd}", "{recipe: streams, streams: 32, chunk: 20}", passes: 5, threads)
      },
      // Every step supervised, 50 streams of 400 steps.
      Benchmark(
        name: "train.streams", unit: "steps_per_second", operations: { try operations("{type: tnd}") }
      ) {
        try training("{type: tnd}", "{recipe: streams, streams: 50, chunk: 40}", passes: 5, threads)
      },
    ]
      // What a teacher labels of a TND's own play: a round of 128 games.
      + [
        Benchmark(
          name: "aggregation.round", unit: "steps_per_second",
          operations: { 2 * (try Benchmark.multiplyAdds("{type: tnd}")) }
        ) { try round(threads) }
      ]
      + Benchmark.models.map { name, settings in
        Benchmark(
          name: "\(name).train", unit: "steps_per_second", operations: { try operations(settings) }
        ) {
          try training(
            settings, "{recipe: streams, streams: 64, chunk: 40}", passes: name == TND.type ? 5 : 1, threads)
        }
      }
  }

  /// Labelled steps a second of a round: the learner plays, the oracle labels.
  private static func round(_ threads: Int?) throws -> () throws -> Double {
    let yaml = """
      model: {type: tnd}
      data: {rules: classic, expert: tracker, frames: 2000}
      training: {streams: 32, chunk: 20, passes: 2}
      validation: {every: 1000000, sessions: 1, steps: 200}
      aggregation: {rounds: 1, every: 1, frames: 128000, steps: 1000}
      """
    let config = try RunConfig(yaml: yaml, source: "benchmark")
    let data = try config.data.trainingData()
    let team = ThreadTeam(threads: threads)
    return {
      let trainer = try Trainer(config, data: data, team: team)
      var (start, speed) = (ContinuousClock.now, 0.0)
      var isDone = false
      try trainer.run(
        shouldStop: { isDone },
        report: { report in
          switch report {
          case .pass: start = .now
          case .round(_, let round):
            speed = Double(round.dataset.count) / ((.now - start) / .seconds(1))
            isDone = true
          default: break
          }
        })
      return speed
    }
  }

  /// Forward, and the gradients of state and weights, each as much again.
  private static func operations(_ model: String) throws -> Double { 6 * (try Benchmark.multiplyAdds(model)) }

  static func training(
    _ model: String, _ recipe: String, passes: Int, _ threads: Int?
  ) throws -> () throws -> Double {
    // One validation of one short session a run is all that is not training.
    let yaml = """
      model: \(model)
      training: \(recipe)
      validation: {every: 1000000, sessions: 1, steps: 200}
      """
    var config = try RunConfig(yaml: yaml, source: "benchmark")
    config.training.passes = passes
    let data = try config.data.trainingData()
    let team = ThreadTeam(threads: threads)
    return { [config] in
      let trainer = try Trainer(config, data: data, team: team)
      let steps = trainer.plan.lanes.reduce(0) { $0 + $1.steps } * passes
      var last = ContinuousClock.now
      let start = last
      try trainer.run(report: { report in
        // Up to the last update of the last pass; its validation comes after.
        if case .update = report { last = .now }
      })
      let updates = Double(trainer.totalUpdates)
      let share = (updates - 1) / updates
      return Double(steps) * share / ((last - start) / .seconds(1))
    }
  }
}
