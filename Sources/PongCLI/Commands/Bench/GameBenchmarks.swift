import Demonstrations
import Determinism
import PongEngine

/// Steps of the game on one core, and of an expert at it.
enum GameBenchmarks {
  static var all: [Benchmark] {
    [
      Benchmark(name: "engine.scalar", unit: "steps_per_second", prepare: scalar),
      Benchmark(name: "engine.batch", unit: "steps_per_second", prepare: batch),
      Benchmark(name: "demos.generate", unit: "steps_per_second", prepare: demonstration),
    ]
  }

  /// One environment that depends on itself from step to step, with random actions read from a table so that
  /// drawing them is not measured.
  private static func scalar() -> () -> Double {
    var generator = SeededGenerator(seed: 1)
    let actions = (0..<4096).map { _ in Action.allCases[generator.uniform(below: 3)] }
    let steps = 1 << 24
    return {
      var serves = SeededServes(seed: 2)
      let rules = Rules.reference
      var state = GameState(rules: rules, serve: serves.next(rules))
      var catches = 0
      let seconds = Benchmark.seconds {
        actions.withUnsafeBufferPointer { actions in
          for step in 0..<steps {
            let event = state.step(actions[step & 4095], rules: rules, serves: &serves)
            if event == .catch { catches += 1 }
          }
        }
      }
      // Used, so that the loop cannot be left out.
      precondition(catches > 0)
      return Double(steps) / seconds
    }
  }

  /// 1,024 environments at once, each with actions of its own.
  private static func batch() -> () -> Double {
    let games = 1024
    var generator = SeededGenerator(seed: 1)
    let table = (0..<8 * games).map { _ in UInt8(generator.uniform(below: 3)) }
    let steps = 1 << 15
    return {
      let engine = BatchEngine(
        rules: .reference, serves: (0..<games).map { SeededGenerator(seed: UInt64($0)) })
      let seconds = Benchmark.seconds {
        table.withUnsafeBufferPointer { table in
          for step in 0..<steps {
            // Shifted each round, so that no game sees a short cycle of actions.
            let row = (step & 7) * games
            let shift = (step >> 3) & (games - 1)
            engine.actions.update(from: table.baseAddress! + row + shift, count: games - shift)
            (engine.actions + games - shift).update(from: table.baseAddress! + row, count: shift)
            engine.step()
          }
        }
      }
      return Double(steps) * Double(games) / seconds
    }
  }

  private static func demonstration() -> () -> Double {
    let generator = DemonstrationGenerator(expert: .humanlike, seed: 0)
    let frames = 20_000
    return {
      let seconds = Benchmark.seconds {
        let dataset = generator.dataset(frames: frames)
        precondition(dataset.count == frames)
      }
      return Double(frames) / seconds
    }
  }
}
