import CKernels
import Determinism
import NeuralCore
import SequenceModels
import Storage

/// The kernels of a TND of the published size, one core, against the most that a core can do: the product and the
/// way back at 64 lanes, product and gradient at 16. An edge and lane of a product or a gradient is two
/// floating-point operations, of the way back four.
enum KernelBenchmarks {
  static var all: [Benchmark] {
    [
      Benchmark(name: "kernel.peak", unit: "flops_per_second", prepare: peak),
      Benchmark(name: "kernel.forward", unit: "flops_per_second") { try product(lanes: 64) },
      Benchmark(name: "kernel.backward", unit: "flops_per_second") { try backward(lanes: 64) },
      Benchmark(name: "kernel.forward16", unit: "flops_per_second") { try product(lanes: 16) },
      Benchmark(name: "kernel.gradient16", unit: "flops_per_second") { try gradient(lanes: 16) },
      Benchmark(name: "kernel.tanh", unit: "values_per_second", prepare: tanh),
    ]
  }

  private static func graph() throws -> SparseGraph {
    var reader = try SettingReader(.null, source: "benchmark")
    return try TND(settings: &reader, inputs: 24, outputs: 3, seed: 0).graph
  }

  private static func random(_ tensor: Tensor) -> Tensor {
    var generator = SeededGenerator(seed: 1)
    for i in 0..<tensor.count { tensor.values[i] = generator.uniformFloat() - 0.5 }
    return tensor
  }

  private static func peak() -> () -> Double {
    let rounds = 4_000_000
    return {
      var result = 0.0
      let seconds = Benchmark.seconds { result = ck_fma_peak(rounds, 1e-3) }
      precondition(result.isFinite)
      return Double(rounds) * 256 / seconds
    }
  }

  private static func product(lanes: Int) throws -> () -> Double {
    let graph = try graph()
    let plan = EdgePlan(graph)
    let weights = random(Tensor(steps: 1, features: graph.edges, lanes: 1))
    let x = random(Tensor(steps: 1, features: graph.neurons, lanes: lanes))
    let z = Tensor(steps: 1, features: graph.neurons, lanes: lanes)
    let repeats = 200
    return {
      var edges = plan.edges
      let rows = edges.rows
      let seconds = Benchmark.seconds {
        for _ in 0..<repeats {
          ck_sparse_product(&edges, 0, rows, weights.values, x.values, lanes, z.values)
        }
      }
      return Double(2 * graph.edges * lanes * repeats) / seconds
    }
  }

  private static func backward(lanes: Int) throws -> () -> Double {
    let graph = try graph()
    let plan = EdgePlan(graph, transposed: true)
    let weights = random(Tensor(steps: 1, features: graph.edges, lanes: 1))
    let dz = random(Tensor(steps: 1, features: graph.neurons, lanes: lanes))
    let v = random(Tensor(steps: 1, features: graph.neurons, lanes: lanes))
    let dv = Tensor(steps: 1, features: graph.neurons, lanes: lanes)
    let g = Tensor(steps: 1, features: graph.edges, lanes: 1)
    let repeats = 100
    return {
      var edges = plan.edges
      let rows = edges.rows
      let seconds = Benchmark.seconds {
        for _ in 0..<repeats {
          ck_sparse_backward(
            &edges, 0, rows, weights.values, dz.values, v.values, lanes, dv.values, g.values)
        }
      }
      return Double(4 * graph.edges * lanes * repeats) / seconds
    }
  }

  private static func gradient(lanes: Int) throws -> () -> Double {
    let graph = try graph()
    let plan = EdgePlan(graph)
    let steps = 40
    let x = random(Tensor(steps: steps, features: graph.neurons, lanes: lanes))
    let dz = random(Tensor(steps: steps, features: graph.neurons, lanes: lanes))
    let g = Tensor(steps: 1, features: graph.edges, lanes: 1)
    return {
      var edges = plan.edges
      let tiles = edges.tiles
      let scratch = Tensor(steps: 1, features: ck_sampled_product_scratch(&edges), lanes: 1)
      let seconds = Benchmark.seconds {
        ck_sampled_product(
          &edges, 0, tiles, steps, lanes, lanes, dz.values, dz.stepCount, x.values, x.stepCount, g.values,
          scratch.values)
      }
      return Double(2 * graph.edges * lanes * steps) / seconds
    }
  }

  private static func tanh() -> () -> Double {
    let x = random(Tensor(steps: 1, features: 4096, lanes: 1))
    let y = Tensor(steps: 1, features: 4096, lanes: 1)
    let repeats = 2000
    return {
      let seconds = Benchmark.seconds { for _ in 0..<repeats { ck_tanh(x.count, x.values, y.values) } }
      return Double(x.count * repeats) / seconds
    }
  }
}
