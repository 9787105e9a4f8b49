import PongEngine
import SequenceModels
import Storage

@testable import Evaluation
@testable import Sweeps
@testable import Training

/// Results as a sweep might write them.
enum SampleCell {
  static func record(_ protocolToUse: EvaluationProtocol, misses: Int = 3) -> EvaluationResult {
    var result = EvaluationResult("lstm/chunk=40/seed=0", EvaluationSettings(protocolToUse))
    result.discarded = 2
    result.steps = 200_000
    result.totals = PlayTotals(catches: 100, misses: misses, longest: 60)
    if protocolToUse == .rounds {
      result.rounds = RoundStatistics((0..<256).map { $0 * $0 % 1001 }, seed: 0)
    }
    return result
  }

  static var trajectory: Trajectory {
    let points = (0..<600).map { SIMD2(1 / Float($0 + 1), Float($0) * 1e-6) }
    return Trajectory(points: points, explained: [0.625, 0.1], smoothness: 0.0012345678901234567)
  }

  /// A run with everything in it.
  static func run() throws -> CellResult {
    let config = try RunConfig(yaml: "model: {type: rnn, hidden: 5}", source: "c.yaml")
    var result = CellResult(
      sweep: "lstm", cell: "lstm/chunk=40/seed=0", role: .run,
      grid: [.init("training.chunk", .integer(40)), .init("model.readout", .string("state"))], seed: 0,
      config: config.setting, demonstrationCRC32: "00ce1c29", cost: config.model.cost,
      curve: (1...160).map {
        .init(pass: $0, loss: 1 / Double($0) / 3, validationRate: $0 % 10 == 0 ? Double($0) / 170 : nil)
      })
    result.best = .init(agentCRC32: "0123e567", pass: 150, validationRate: 150 / 170)
    result.play = .init(
      paper: record(.paper), all: record(.all, misses: 0), rounds: record(.rounds), trajectory: trajectory)
    return result
  }

  /// A tuning cell: no play.
  static func tune() throws -> CellResult {
    var result = try run()
    result.role = .tune
    result.cell = "lstm/tune/learning_rate=0.001"
    result.grid = [.init("training.learning_rate", .number(1e-3))]
    result.play = nil
    return result
  }

  /// A run that diverged in its second pass.
  static func diverged() throws -> CellResult {
    var result = try run()
    result.best = nil
    result.play = nil
    result.curve = [.init(pass: 1, loss: 1e30)]
    result.diverged = .init(pass: 2, update: 26, learningRate: 10)
    return result
  }
}
