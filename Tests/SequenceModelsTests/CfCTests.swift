import NeuralCore
import SequenceModels
import Storage
import Testing

@Suite("CfC against ncps")
struct CfCTests {
  static let names =
    ["default", "pure", "no_gate"].flatMap { ["cfc-\($0)", "cfc-\($0)-backbone"] } + ["cfc-default-lanes37"]

  static func golden(_ name: String) throws -> BaselineGolden {
    let golden = try GoldenCase(name) { file in
      let words = name.split(separator: "-")
      let layers = words.last == "backbone" ? 2 : 0
      var reader = try SettingReader(
        .map([
          .init("hidden", .integer(try file.shape("h0")[1])), .init("mode", .string(String(words[1]))),
          .init("backbone_layers", .integer(layers)), .init("backbone_units", .integer(11)),
        ]), source: name)
      return try CfC(settings: &reader, inputs: 24, outputs: 3, seed: 0)
    }
    return BaselineGolden(golden: golden, states: [("h0", "h", 0)])
  }

  @Test(arguments: names)
  func forwardAndGradients(_ name: String) throws {
    try CfCTests.golden(name).checkForwardAndGradients()
  }

  @Test(arguments: names)
  func tenAdamWSteps(_ name: String) throws { try CfCTests.golden(name).checkTenAdamWSteps() }

  @Test func publishedSize() throws {
    var reader = try SettingReader(.map([]), source: "test")
    let cost = try CfC(settings: &reader, inputs: 24, outputs: 3, seed: 0).cost
    #expect(cost.parameters == 1_501_803 && cost.denseParameters == cost.parameters)
    #expect(cost.stateFloats == 600)
    // Two heads and a gate, the mixture of both, the readout.
    #expect(cost.multiplyAdds == 3 * 600 * 624 + 2 * 600 + 3 * 600)
  }

  @Test func settingsAreValidated() throws {
    var reader = try SettingReader(.map([.init("mode", .string("fast"))]), source: "c.yaml", path: "model")
    #expect(
      throws: SettingError(
        source: "c.yaml", key: "model.mode", found: "\"fast\"", expected: "one of default, pure, no_gate")
    ) { try CfC(settings: &reader, inputs: 24, outputs: 3, seed: 0) }
  }
}
