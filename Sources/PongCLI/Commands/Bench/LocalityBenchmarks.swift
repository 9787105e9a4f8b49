import Determinism
import NeuralCore
import SequenceModels
import Storage

/// What an edge costs in a large graph of every family, 100,000 neurons and 6.4 million edges, beside one of the published
/// graph of 600: seconds an edge, lane and step of training (16 lanes, chunks of 20 steps, forward and backward) and of play (64 lanes, step by
/// step), one core.
enum LocalityBenchmarks {
  /// Graphs by name; `file` is a lattice whose neurons come in no order, read as from a file.
  private static let graphs: [(name: String, settings: String)] = [
    ("published", "{neurons: 600, density: 0.4}"),
    ("random", large("{family: random}")),
    ("lattice", large("{family: lattice}")),
    ("small_world", large("{family: small_world, beta: 0.1}")),
    ("scale_free", large("{family: scale_free}")),
    // A hundred neurons a module or layer, hardly more than each receives from.
    ("modular", large("{family: modular, modules: 1000, inside: 0.9}")),
    ("layered", large("{family: layered, layers: 1000}")),
    ("file", large("{family: file, path: scattered.csv}")),
  ]

  private static func large(_ graph: String) -> String {
    "{neurons: 100000, density: 0.00064, graph: \(graph)}"
  }

  static var all: [Benchmark] {
    graphs.flatMap { name, settings in
      [
        Benchmark(name: "locality.\(name)_train", unit: "seconds_per_edge") {
          try scan(try model(settings), lanes: 16, steps: 20, records: true)
        },
        Benchmark(name: "locality.\(name)_play", unit: "seconds_per_edge") {
          try scan(try model(settings), lanes: 64, steps: 1, records: false)
        },
      ]
    }
  }

  private static func model(_ yaml: String) throws -> TND {
    let setting = try Setting(yaml: yaml, source: "benchmark")
    guard setting["graph"]?["family"] == .string("file") else { return try Benchmark.tnd(yaml) }
    var reader = try SettingReader(setting, source: "benchmark")
    let unordered = scattered(try model(large("{family: lattice}")).graph)
    let graph = unordered.localOrder(fixed: 27).map(unordered.reordered) ?? unordered
    return try TND.restore(settings: &reader, inputs: 24, outputs: 3, structure: graph.structure)
  }

  /// Seconds an edge, lane and step of windows of a model, forward and, where it `records`, backward.
  private static func scan(_ model: TND, lanes: Int, steps: Int, records: Bool) throws -> () -> Double {
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

  /// The same graph, its hidden neurons under other numbers.
  private static func scattered(_ graph: SparseGraph) -> SparseGraph {
    var numbers = (27..<UInt32(graph.neurons)).map { $0 }
    var generator = SeededGenerator(seed: 4)
    generator.shuffle(&numbers)
    return graph.reordered((0..<27) + numbers)
  }
}
