import Determinism
import NeuralCore
import SequenceModels
import Storage

/// What a graph that learns costs: the recipe of Configs/tnd.yaml with a rewiring after every hundredth update beside none,
/// and a single rewiring of a million connections.
enum RewiringBenchmarks {
  static func all(threads: Int?) -> [Benchmark] {
    ["none", "set", "rigl"].map { method in
      Benchmark(name: "rewire.\(method)", unit: "steps_per_second") {
        try TrainingBenchmarks.training(
          "{type: tnd}",
          "{recipe: streams, streams: 32, chunk: 20, rewire: {method: \(method), fraction: 0.3, every: 100, until: 1}}",
          passes: 13, threads)
      }
    }
      + ["set", "rigl"].map { method in
        Benchmark(name: "rewire.large_\(method)", unit: "seconds") { try large(method) }
      }
  }

  /// Seconds from the gradients to weights on the changed graph: 5,000 neurons, a million connections.
  private static func large(_ method: String) throws -> () -> Double {
    let model = try Benchmark.tnd("{neurons: 5000, density: 0.04}")
    var generator = SeededGenerator(seed: 1)
    let weights = (0..<model.graph.edges).map { _ in generator.uniformFloat() }
    let most = 1 << 20
    let gradients = (0..<most).map { _ in generator.uniformFloat() }
    return {
      Benchmark.seconds {
        let rewiring = model.rewiring
        let change: GraphChange
        if method == "set" {
          change = rewiring.random(fraction: 0.3, weights: weights, &generator)
        } else {
          let candidates = rewiring.candidates(most: most, &generator)
          change = rewiring.byGradient(
            fraction: 0.3, weights: weights, gradients: weights, candidates: (candidates, gradients))
        }
        _ = model.rewired(onto: change.graph).makeWeights()
      }
    }
  }
}
