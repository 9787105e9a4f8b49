import Determinism
import Foundation
import NeuralCore
import SequenceModels
import Storage
import Testing

@Suite("S4D against PyTorch")
struct S4DTests {
  static let names = ["s4d", "s4d-1layer-lanes37"]

  static func golden(_ name: String) throws -> BaselineGolden {
    let layers = name == "s4d" ? 2 : 1
    let golden = try GoldenCase(name) { file in
      let shape = try file.shape("layers.0.log_A_real")
      var reader = try SettingReader(
        .map([
          .init("hidden", .integer(shape[0])), .init("state_pairs", .integer(shape[1])),
          .init("layers", .integer(layers)),
        ]), source: name)
      return try S4D(settings: &reader, inputs: 24, outputs: 3, seed: 0)
    }
    return BaselineGolden(golden: golden, states: (0..<layers).map { ("x0_l\($0)", "x_l\($0)", $0) })
  }

  @Test(arguments: names)
  func forwardAndGradients(_ name: String) throws {
    try S4DTests.golden(name).checkForwardAndGradients()
  }

  @Test(arguments: names)
  func tenAdamWSteps(_ name: String) throws { try S4DTests.golden(name).checkTenAdamWSteps() }

  @Test func sizeAndRates() throws {
    var reader = try SettingReader(.map([]), source: "test")
    let model = try S4D(settings: &reader, inputs: 24, outputs: 3, seed: 0)
    #expect(model.cost.parameters == 668_675 && model.cost.denseParameters == model.cost.parameters)
    #expect(model.cost.stateFloats == 4 * 256 * 64)
    // Of a layer three products of complex numbers by real ones a pair, the skip, and both halves of the gated output.
    #expect(model.cost.multiplyAdds == 27 * 256 + 4 * (256 * 32 * 6 + 256 + 2 * 256 * 256))
    for name in ["log_dt", "log_A_real", "A_imag"] {
      let entry = model.layout["layers.3.\(name)"]
      #expect(!entry.decays && entry.maximumRate == 1e-3 && entry.isTrained)
    }
  }

  /// log dt is drawn from the range asked for.
  @Test func theRangeOfStepsIsKept() throws {
    func model(_ entries: [Setting.Entry]) throws -> S4D {
      var reader = try SettingReader(.map(entries), source: "c.yaml", path: "model")
      return try S4D(settings: &reader, inputs: 24, outputs: 3, seed: 0)
    }
    func steps(_ model: S4D) -> [Float] {
      let parameters = model.initialParameters(SeededGenerator(seed: 3))
      return (0..<4).flatMap { parameters[model.layout["layers.\($0).log_dt"].range].map { exp($0) } }
    }
    let plain = try model([])
    #expect(plain.settings.suffix(2) == [.init("dt_min", .number(0.1)), .init("dt_max", .number(1))])
    #expect(steps(plain).allSatisfy { 0.0999 < $0 && $0 < 1.001 })
    let other = try model([.init("dt_min", .number(0.02)), .init("dt_max", .number(0.5))])
    #expect(other.settings.suffix(2) == [.init("dt_min", .number(0.02)), .init("dt_max", .number(0.5))])
    let drawn = steps(other)
    #expect(drawn.allSatisfy { 0.0199 < $0 && $0 < 0.501 })
    #expect(drawn.contains { $0 < 0.022 } && drawn.contains { $0 > 0.45 })
    #expect(
      throws: SettingError(
        source: "c.yaml", key: "model.dt_max", found: "0.01", expected: "a number from 0.02 to 10.0")
    ) { try model([.init("dt_min", .number(0.02)), .init("dt_max", .number(0.01))]) }
  }

  @Test func settingsOutOfRangeAreNamed() throws {
    var reader = try SettingReader(
      .map([.init("state_pairs", .integer(0))]), source: "c.yaml", path: "model")
    #expect(
      throws: SettingError(
        source: "c.yaml", key: "model.state_pairs", found: "0", expected: "a whole number from 1 to 1024")
    ) { try S4D(settings: &reader, inputs: 24, outputs: 3, seed: 0) }
  }
}
