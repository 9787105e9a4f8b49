import NeuralCore
import Testing
import TinyRuns

@testable import Training

/// A whole training, every part of it where it belongs, against one that is written plainly.
@Suite("Training as its equations have it")
struct PlainTrainerTests {
  /// No default among what an update depends on.
  static let unusual = [
    "training.warmup=4", "training.schedule=cosine", "training.final_rate=0.2", "training.weight_decay=0.5",
    "training.beta1=0.7", "training.beta2=0.8", "training.clip_norm=0.02", "training.average=0.6",
    "training.mirror=true", "training.chunk=8", "validation.every=100", "validation.sessions=1",
  ]

  static let cases: [[String]] = [
    // Twenty episodes in four lanes, and the last ends within a chunk.
    ["data.frames=418", "data.steps=20", "training.streams=4"],
    // Windows, of which one step is supervised each.
    ["training.recipe=windows", "training.streams=3"],
    // Three shards of up to 32 lanes, on a model whose weights begin at a rate of their own.
    ["training.streams=70", "model={type: s4d, hidden: 6, state_pairs: 2, layers: 1}"],
    [
      "training.streams=20",
      "model={type: transformer, heads: 2, head_features: 4, feed_forward: 9, context: 6}",
    ],
    // More than one of the pieces that threads share; two shards; no clipping.
    ["training.streams=33", "model={type: rnn, hidden: 250}", "training.clip_norm=0", "training.passes=1"],
    // Threads that share every step of two shards.
    ["training.streams=30", "model={type: tnd, neurons: 300, density: 0.95}", "training.passes=1"],
    // The published decay of the average: none.
    ["training.streams=5", "training.average=0", "model={type: lstm, hidden: 7}"],
  ]

  @Test(arguments: cases.indices, [1, 2])
  func everyUpdate(_ index: Int, threads: Int) throws {
    let config = try RunConfig(
      yaml: TinyRun.yaml, source: "tiny.yaml",
      overrides: PlainTrainerTests.unusual + PlainTrainerTests.cases[index])
    let trainer = try TinyRun.trainer(config, threads: threads)
    var plain = PlainTrainer(trainer)
    let start = plain.parameters
    plain.run()
    var passes: [TrainingMetrics] = []
    try trainer.run(report: { if case .pass(let pass) = $0 { passes.append(pass) } })
    #expect(passes.count == config.training.passes && passes.count == plain.passes.count)
    for (found, expected) in zip(passes, plain.passes) {
      #expect(abs(found.loss / expected.loss - 1) < 1e-4)
      #expect(abs(found.gradientNorm / expected.gradientNorm - 1) < 1e-4)
      #expect(abs(found.learningRate - expected.learningRate) < 1e-9)
    }
    #expect(PlainTrainerTests.distance(trainer.parameters, plain.parameters, start) < 1e-3)
    #expect(PlainTrainerTests.distance(trainer.average, plain.average, start) < 1e-3)
    let none = start.map { _ in 0.0 }
    #expect(PlainTrainerTests.distance(trainer.optimizer.firstMoments, plain.first, none) < 1e-3)
    #expect(PlainTrainerTests.distance(trainer.optimizer.secondMoments, plain.second, none) < 1e-3)
    // Clipping leaves its mark on what was compared.
    #expect(config.training.optimizer.clipNorm == 0 || passes[0].gradientNorm > 0.04)
  }

  /// How far two are apart, by how far training has taken one of them.
  static func distance(_ found: [Float], _ expected: [Double], _ start: [Double]) -> Double {
    func norm(_ a: [Double], _ b: [Double]) -> Double {
      zip(a, b).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot()
    }
    return norm(found.map { Double($0) }, expected) / norm(expected, start)
  }
}
