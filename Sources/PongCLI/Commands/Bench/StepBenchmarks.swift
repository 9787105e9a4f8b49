import Agents
import Determinism
import PongEngine
import Training

/// One step of a playing agent, one lane.
enum StepBenchmarks {
  static var all: [Benchmark] {
    [
      Benchmark(name: "agent.step", unit: "seconds") { try step("{type: tnd}") }
    ]
      + Benchmark.models.map { name, settings in
        Benchmark(
          name: "\(name).step", unit: "seconds", operations: { 2 * (try Benchmark.multiplyAdds(settings)) }
        ) { try step(settings) }
      }
  }

  /// The median seconds of a step within a run of 2,000.
  private static func step(_ model: String) throws -> () -> Double {
    let config = try RunConfig(yaml: "model: \(model)", source: "benchmark")
    let parameters = config.model.initialParameters(SeededGenerator(seed: 1))
    let policy = ModelPolicy(
      Agent(model: config.model, parameters: parameters, rules: .reference, name: "benchmark"))
    return {
      var session = Session(rules: .reference, serves: SeededServes(seed: 3))
      var times: [Double] = []
      for _ in 0..<2000 {
        let observation = session.observation
        times.append(Benchmark.seconds { session.step(policy.action(for: observation)) })
      }
      return times.sorted()[times.count / 2]
    }
  }
}
