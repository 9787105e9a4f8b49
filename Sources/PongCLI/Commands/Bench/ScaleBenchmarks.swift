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
        try scan(try model("{neurons: 600, density: 0.4}"), lanes: 16, steps: 40, records: true)
      },
      Benchmark(name: "scale.large", unit: "seconds_per_edge") {
        try scan(try model("{neurons: 100000, density: 0.00064}"), lanes: 16, steps: 8, records: true)
      },
      Benchmark(name: "scale.memory", unit: "bytes") { { peakMemory } },
    ]
  }

  private static func model(_ yaml: String) throws -> TND {
    var reader = try SettingReader(Setting(yaml: yaml, source: "benchmark"), source: "benchmark")
    return try TND(settings: &reader, inputs: 24, outputs: 3, seed: 0)
  }

  /// Seconds an edge, lane and step of windows of a model, forward and, where it `records`, backward.
  static func scan(_ model: TND, lanes: Int, steps: Int, records: Bool) throws -> () -> Double {
    let weights = model.makeWeights()
    weights.load(model.initialParameters(SeededGenerator(seed: 1)))
    let runner = weights.makeRunner(lanes: lanes, steps: steps, records: records)
    let input = Tensor(steps: steps, features: 24, lanes: lanes)
    var generator = SeededGenerator(seed: 2)
    for i in 0..<input.count { input.values[i] = generator.bernoulli(0.5) ? 1 : 0 }
    let gradients = Tensor(steps: 1, features: model.layout.count, lanes: 1)
    let tape = Tape()
    // Play is a step at a time: enough of them to be measured.
    let windows = records ? 1 : max(1, 20_000_000 / model.graph.edges)
    return {
      let seconds = Benchmark.seconds {
        for _ in 0..<windows {
          let output = runner.forward(input, steps: steps, tape: records ? tape : nil)
          guard records else { continue }
          for i in 0..<output.count { output.gradients?[i] = 1e-3 }
          tape.backward(into: gradients.values)
        }
      }
      return seconds / (Double(model.graph.edges) * Double(lanes * steps * windows))
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
