import Determinism
import Foundation
import NeuralCore
import SequenceModels
import Storage

/// Whether cost grows with edges: training steps of the published size and of 100,000 neurons with 6.4 million
/// edges, one core, 16 lanes, as seconds an edge, lane and step (forward and backward together).
enum ScaleBenchmarks {
  static var all: [Benchmark] {
    [
      Benchmark(name: "scale.small", unit: "seconds_per_edge") {
        try scan("{neurons: 600, density: 0.4}", steps: 40)
      },
      Benchmark(name: "scale.large", unit: "seconds_per_edge") {
        try scan("{neurons: 100000, density: 0.00064}", steps: 8)
      },
      Benchmark(name: "scale.memory", unit: "bytes") { { peakMemory } },
    ]
  }

  private static let lanes = 16

  private static func scan(_ yaml: String, steps: Int) throws -> () -> Double {
    var reader = try SettingReader(Setting(yaml: yaml, source: "benchmark"), source: "benchmark")
    let model = try TND(settings: &reader, inputs: 24, outputs: 3, seed: 0)
    let weights = model.makeWeights()
    weights.load(model.initialParameters(SeededGenerator(seed: 1)))
    let runner = weights.makeRunner(lanes: lanes, steps: steps, records: true)
    let input = Tensor(steps: steps, features: 24, lanes: lanes)
    var generator = SeededGenerator(seed: 2)
    for i in 0..<input.count { input.values[i] = generator.bernoulli(0.5) ? 1 : 0 }
    let gradients = Tensor(steps: 1, features: model.layout.count, lanes: 1)
    let tape = Tape()
    return {
      let seconds = Benchmark.seconds {
        let output = runner.forward(input, steps: steps, tape: tape)
        for i in 0..<output.count { output.gradients?[i] = 1e-3 }
        tape.backward(into: gradients.values)
      }
      return seconds / (Double(model.graph.edges) * Double(lanes * steps))
    }
  }

  /// The most memory that this process has held.
  private static var peakMemory: Double {
    var usage = rusage()
    #if os(Linux)
      getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
      return Double(usage.ru_maxrss) * 1024  // kilobytes
    #else
      getrusage(RUSAGE_SELF, &usage)
      return Double(usage.ru_maxrss)  // bytes
    #endif
  }
}
