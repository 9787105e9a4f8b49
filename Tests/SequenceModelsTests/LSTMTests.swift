import NeuralCore
import SequenceModels
import Storage
import Testing

@Suite("LSTM against PyTorch")
struct LSTMTests {
  static let names = ["lstm-1layer", "lstm-1layer-lanes37", "lstm-2layer"]

  static func golden(_ name: String) throws -> BaselineGolden {
    let layers = name.hasPrefix("lstm-2") ? 2 : 1
    let golden = try GoldenCase(name) { file in
      let hidden = try file.shape("h0_l0")[1]
      var reader = try SettingReader(
        .map([.init("hidden", .integer(hidden)), .init("layers", .integer(layers))]), source: name)
      return try LSTM(settings: &reader, inputs: 24, outputs: 3, seed: 0)
    }
    let states = (0..<layers).flatMap { layer in
      [("h0_l\(layer)", "h_l\(layer)", 2 * layer), ("c0_l\(layer)", "c_l\(layer)", 2 * layer + 1)]
    }
    return BaselineGolden(golden: golden, states: states)
  }

  @Test(arguments: names)
  func forwardAndGradients(_ name: String) throws {
    try LSTMTests.golden(name).checkForwardAndGradients()
  }

  @Test(arguments: names)
  func tenAdamWSteps(_ name: String) throws { try LSTMTests.golden(name).checkTenAdamWSteps() }

  @Test func publishedSize() throws {
    var reader = try SettingReader(.map([]), source: "test")
    let cost = try LSTM(settings: &reader, inputs: 24, outputs: 3, seed: 0).cost
    #expect(cost.parameters == 3_204_611 && cost.denseParameters == cost.parameters)
    #expect(cost.stateFloats == 2048)
    // Four gates of each layer, four products a unit to use them, the readout.
    #expect(cost.multiplyAdds == 2048 * (24 + 512) + 2048 * 1024 + 2 * 2048 + 3 * 512)
  }

  @Test func settingsOutOfRangeAreNamed() throws {
    var reader = try SettingReader(
      .map([.init("layers", .integer(0))]), source: "c.yaml", path: "model")
    #expect(
      throws: SettingError(
        source: "c.yaml", key: "model.layers", found: "0", expected: "a whole number from 1 to 16")
    ) { try LSTM(settings: &reader, inputs: 24, outputs: 3, seed: 0) }
  }
}
