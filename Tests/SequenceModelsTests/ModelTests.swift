import Determinism
import Foundation
import NeuralCore
import Storage
import Testing

@testable import SequenceModels

@Suite("Models: settings, initial parameters, cost")
struct ModelTests {
  static func read(_ entries: (String, Setting)..., seed: UInt64 = 0) throws -> any SequenceModel {
    try ModelRegistry.read(
      .map(entries.map { Setting.Entry($0.0, $0.1) }), source: "test", inputs: 24, outputs: 3, seed: seed)
  }

  static func tnd(_ entries: (String, Setting)..., seed: UInt64 = 0) throws -> TND {
    let all = [("type", Setting.string("tnd"))] + entries
    let model = try ModelRegistry.read(
      .map(all.map { Setting.Entry($0.0, $0.1) }), source: "test", inputs: 24, outputs: 3, seed: seed)
    return try #require(model as? TND)
  }

  @Test func spectralRadiusIsNinetyFiveHundredths() throws {
    for seed: UInt64 in 0..<10 {
      for density in [0.05, 0.4] {
        let model = try ModelTests.tnd(("neurons", .integer(120)), ("density", .number(density)), seed: seed)
        let parameters = model.initialParameters(SeededGenerator(seed: seed))
        let weights = Array(parameters[model.layout["weights"].range])
        #expect(abs(ModelTests.growth(model.graph, weights) - 0.95) < 1e-3, "seed \(seed), p \(density)")
      }
    }
  }

  /// Another radius is the same drawing scaled otherwise, and is written; the published one is not.
  @Test func anotherSpectralRadiusScalesTheSameWeights() throws {
    let (plain, other) = (try ModelTests.tnd(), try ModelTests.tnd(("spectral_radius", .number(0.475))))
    #expect(plain.settings.allSatisfy { $0.key != "spectral_radius" })
    #expect(other.settings.last == .init("spectral_radius", .number(0.475)))
    let (a, b) = (
      plain.initialParameters(SeededGenerator(seed: 1)), other.initialParameters(SeededGenerator(seed: 1))
    )
    let weights = plain.layout["weights"].range
    #expect(zip(a[weights], b[weights]).allSatisfy { abs($0 / 2 - $1) <= 1e-6 * abs($0) })
    #expect(a[weights.upperBound...] == b[weights.upperBound...])
  }

  /// The spectral radius another way: the largest ratio growth of |W^(2^k)|, by squaring the dense matrix.
  static func growth(_ graph: SparseGraph, _ weights: [Float]) -> Double {
    let n = graph.neurons
    var matrix = [Double](repeating: 0, count: n * n)
    for target in 0..<n {
      for edge in graph.edges(into: target) {
        matrix[target * n + Int(graph.sources[edge])] = Double(weights[edge])
      }
    }
    // |W^m|^(1/m) from above, m = 2^14; the constant's 2^14-th root is within 1e-3 of 1.
    var exponent = 0.0
    for k in 1...14 {
      var square = [Double](repeating: 0, count: n * n)
      for i in 0..<n {
        for j in 0..<n where matrix[i * n + j] != 0 {
          let factor = matrix[i * n + j]
          for l in 0..<n { square[i * n + l] += factor * matrix[j * n + l] }
        }
      }
      let norm = square.reduce(0) { $0 + $1 * $1 }.squareRoot()
      // Kept at norm 1; the exponent counts what was taken out.
      exponent += log(norm) / Double(1 << k)
      matrix = square.map { $0 / norm }
    }
    return exp(exponent)
  }

  @Test(arguments: [60, 150, 300])
  func initialParameters(_ neurons: Int) throws {
    let model = try ModelTests.tnd(("neurons", .integer(neurons)), seed: 3)
    let parameters = model.initialParameters(SeededGenerator(seed: 3))
    func values(_ name: String) -> ArraySlice<Float> { parameters[model.layout[name].range] }
    #expect(parameters.count == model.graph.edges + 24 + 2 * neurons)
    #expect(values("input_weight").allSatisfy { $0 == 1 })
    #expect(values("bias").allSatisfy { $0 == 0 })
    #expect(values("alpha").allSatisfy { $0 == 0.5 })
    // Uniform, scaled by one number: the largest weight is near the bound, the mean magnitude half of it.
    let weights = values("weights")
    let bound = weights.map(abs).max() ?? 0
    let mean = weights.map(abs).reduce(0, +) / Float(weights.count)
    #expect(bound > 0 && abs(mean / bound - 0.5) < 0.06)
    #expect(abs(weights.reduce(0, +) / Float(weights.count)) < 0.1 * bound)
    #expect(parameters == model.initialParameters(SeededGenerator(seed: 3)))
    #expect(parameters != model.initialParameters(SeededGenerator(seed: 4)))
  }

  @Test func withoutCyclesTheXavierBoundHolds() throws {
    // No edges among hidden neurons: radius 0, nothing to scale by, weights within sqrt(6 / 2n).
    let model = try ModelTests.tnd(("neurons", .integer(75)), ("recurrent", .boolean(false)))
    let parameters = model.initialParameters(SeededGenerator(seed: 1))
    let weights = parameters[model.layout["weights"].range]
    #expect(weights.allSatisfy { abs($0) <= 0.2 })
    #expect(weights.contains { abs($0) > 0.19 })
  }

  @Test func withoutStateThereIsNoLeakAndNoFeedback() throws {
    let model = try ModelTests.tnd(
      ("neurons", .integer(50)), ("state", .boolean(false)), ("tau", .number(0.3)))
    #expect(model.tau == 1)
    #expect(!model.layout["alpha"].isTrained)
    let parameters = model.initialParameters(SeededGenerator(seed: 1))
    #expect(parameters[model.layout["alpha"].range].allSatisfy { $0 == 0 })
  }

  @Test func neuronsWithTimeConstantsOfTheirOwnStartAlike() throws {
    let (plain, own) = (try ModelTests.tnd(), try ModelTests.tnd(("tau", .string("trained"))))
    let (a, b) = (
      plain.initialParameters(SeededGenerator(seed: 1)), own.initialParameters(SeededGenerator(seed: 1))
    )
    let tau = own.layout["tau"]
    #expect(own.tau == nil && tau.shape == [600] && tau.isTrained && !tau.decays)
    #expect(Array(b[..<tau.range.lowerBound]) == a)
    #expect(b[tau.range].allSatisfy { abs(logistic($0) - 0.8) < 1e-6 })
    #expect(own.cost.parameters == plain.cost.parameters + 600)
    #expect(own.cost.denseParameters == plain.cost.denseParameters + 600)
    #expect(own.cost.stateFloats == plain.cost.stateFloats)
  }

  @Test func plasticEdgesStartFixed() throws {
    let (plain, plastic) = (
      try ModelTests.tnd(), try ModelTests.tnd(("plasticity", .map([.init("rate", .number(0.25))])))
    )
    let parameters = plastic.initialParameters(SeededGenerator(seed: 1))
    let (strengths, rate) = (plastic.layout["plasticity"], plastic.layout["plasticity_rate"])
    let edges = plain.graph.edges
    #expect(strengths.shape == [edges] && strengths.decays && rate.shape == [1] && !rate.decays)
    #expect(
      Array(parameters[..<strengths.range.lowerBound])
        == plain.initialParameters(SeededGenerator(seed: 1)))
    #expect(parameters[strengths.range].allSatisfy { $0 == 0 })
    #expect(abs(logistic(parameters[rate.range.lowerBound]) - 0.25) < 1e-6)
    #expect(plastic.cost.parameters == plain.cost.parameters + edges + 1)
    #expect(plastic.cost.denseParameters == plain.cost.denseParameters + 360_001)
    #expect(plastic.cost.stateFloats == plain.cost.stateFloats + edges)
    #expect(plastic.cost.multiplyAdds == plain.cost.multiplyAdds + 3 * edges)
  }

  @Test func rnnIsUniformWithinTheRootOfItsWidth() throws {
    let model = try ModelTests.read(("type", .string("rnn")), ("hidden", .integer(100)))
    let parameters = model.initialParameters(SeededGenerator(seed: 1))
    #expect(parameters.count == 100 * 24 + 100 * 100 + 200 + 300 + 3)
    #expect(parameters.allSatisfy { abs($0) <= 0.1 })
    #expect(parameters.contains { $0 > 0.099 } && parameters.contains { $0 < -0.099 })
  }

  @Test func publishedSize() throws {
    let cost = try ModelTests.tnd().cost
    #expect(cost.denseParameters == 361_224)
    #expect(cost.stateFloats == 1200)
    let edges = try ModelTests.tnd().graph.edges
    // 27 * 573 + 573 * 572 allowed edges at 0.4.
    #expect(abs(Double(edges) - 137_291.0) < 1200)
    #expect(cost.parameters == edges + 24 + 1200)
    #expect(cost.multiplyAdds == edges + 24 + 1800)
    let rnn = try ModelTests.read(("type", .string("rnn")), ("hidden", .integer(10)), ("layers", .integer(2)))
      .cost
    #expect(rnn.parameters == 240 + 100 + 20 + 200 + 20 + 33)
    #expect(rnn.denseParameters == rnn.parameters)
    #expect(rnn.multiplyAdds == 240 + 100 + 200 + 30)
    #expect(rnn.stateFloats == 20)
  }

  @Test func registryReadsWhatItWrites() throws {
    let tnd: [(String, Setting)] = [
      ("type", .string("tnd")), ("neurons", .integer(77)), ("density", .number(0.125)), ("tau", .number(0.2)),
      ("readout", .string("state")), ("recurrent", .boolean(false)), ("state", .boolean(true)),
    ]
    let changing: [(String, Setting)] = [
      ("type", .string("tnd")), ("neurons", .integer(77)), ("density", .number(0.125)),
      ("tau", .string("trained")), ("readout", .string("activation")), ("recurrent", .boolean(true)),
      ("state", .boolean(true)), ("plasticity", .map([.init("rate", .number(0.01))])),
    ]
    let rnn: [(String, Setting)] = [
      ("type", .string("rnn")), ("hidden", .integer(9)), ("layers", .integer(3)),
    ]
    for entries in [tnd, changing, rnn] {
      let setting = Setting.map(entries.map { Setting.Entry($0.0, $0.1) })
      let model = try ModelRegistry.read(setting, source: "test", inputs: 24, outputs: 3, seed: 5)
      #expect(ModelRegistry.setting(of: model) == setting)
      var reader = try SettingReader(setting, source: "test")
      _ = try reader.choice("type", of: ["tnd", "rnn"])
      let again = try type(of: model).restore(
        settings: &reader, inputs: 24, outputs: 3, structure: model.structure)
      #expect(again.layout == model.layout && again.structure == model.structure)
      #expect(again.settings == model.settings)
    }
    for kind in ModelRegistry.all { #expect(ModelRegistry.model(type: kind.type) == kind) }
    #expect(ModelRegistry.model(type: "nothing") == nil)
  }
}
