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
      // Every step supervised, 50 streams of 400 steps.
      Benchmark(
        name: "train.streams", unit: "steps_per_second", operations: { try operations("{type: tnd}") }
      ) {
        try training("{type: tnd}", "{recipe: streams, streams: 50, chunk: 40}", passes: 5, threads)
      },
    ]
      // Every model at its default, the published, size; the transformer in the published form, which is that of
      // PyTorch's encoder.
      + ModelRegistry.all.map { model in
        let settings =
          model.type == Transformer.type
          ? "{type: transformer, attention: block}" : "{type: \(model.type)}"
        return Benchmark(
          name: "\(model.type).train", unit: "steps_per_second", operations: { try operations(settings) }
        ) {
          try training(
            settings, "{recipe: streams, streams: 64, chunk: 40}",
            passes: model.type == TND.type ? 5 : 1, threads)
        }
      }
  }

  /// Forward, and the gradients of state and weights, each as much again.
  private static func operations(_ model: String) throws -> Double { 6 * (try Benchmark.multiplyAdds(model)) }

  private static func training(
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
