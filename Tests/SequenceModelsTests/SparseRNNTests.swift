import Determinism
import NeuralCore
import SequenceModels
import Storage
import Testing

@Suite("Sparse RNN against PyTorch")
struct SparseRNNTests {
  static func golden(_ name: String) throws -> BaselineGolden {
    let golden = try GoldenCase(name) { file in
      let mask = try file.floats("mask")
      let n = try file.shape("mask")[0]
      let graph = try SparseGraph(
        sourcesOfTargets: (0..<n).map { row in
          (0..<n).filter { mask[row * n + $0] != 0 }.map { UInt32($0) }
        })
      var reader = try SettingReader(.map([.init("hidden", .integer(n))]), source: name)
      return try SparseRNN.restore(
        settings: &reader, inputs: 24, outputs: 3, structure: graph.structure)
    }
    let mask = try golden.file.floats("mask")
    return BaselineGolden(golden: golden, states: [("h0", "h", 0)]) { name, values in
      name == "rnn.weight_hh_l0" ? mask.indices.filter { mask[$0] != 0 }.map { values[$0] } : values
    }
  }

  static let names = ["sparse-rnn", "sparse-rnn-lanes37"]

  @Test(arguments: names)
  func forwardAndGradients(_ name: String) throws {
    try SparseRNNTests.golden(name).checkForwardAndGradients()
  }

  @Test(arguments: names)
  func tenAdamWSteps(_ name: String) throws { try SparseRNNTests.golden(name).checkTenAdamWSteps() }

  @Test func publishedSize() throws {
    var reader = try SettingReader(.map([]), source: "test")
    let model = try SparseRNN(settings: &reader, inputs: 24, outputs: 3, seed: 0)
    #expect(model.cost.denseParameters == 341_433)
    #expect(model.cost.parameters == 341_433 - 570 * 570 + model.graph.edges)
    #expect(model.cost.stateFloats == 570)
    #expect(model.cost.multiplyAdds == model.graph.edges + 27 * 570)
    #expect(abs(Double(model.graph.edges) / (570 * 570) - 0.4) < 0.01)
  }

  @Test func structureRestoresTheModel() throws {
    var reader = try SettingReader(.map([.init("hidden", .integer(50))]), source: "test")
    let model = try SparseRNN(settings: &reader, inputs: 24, outputs: 3, seed: 7)
    var again = try SettingReader(.map(model.settings), source: "test")
    let restored = try SparseRNN.restore(
      settings: &again, inputs: 24, outputs: 3, structure: model.structure)
    #expect(restored.graph == model.graph && restored.layout == model.layout)
    var broken = try SettingReader(.map(model.settings), source: "test")
    #expect(throws: SparseGraphError.self) {
      try SparseRNN.restore(settings: &broken, inputs: 24, outputs: 3, structure: [])
    }
  }

  @Test func settingsOutOfRangeAreNamed() throws {
    var reader = try SettingReader(
      .map([.init("density", .number(1.5))]), source: "c.yaml", path: "model")
    #expect(
      throws: SettingError(
        source: "c.yaml", key: "model.density", found: "1.5", expected: "a number from 0.0 to 1.0")
    ) { try SparseRNN(settings: &reader, inputs: 24, outputs: 3, seed: 0) }
  }
}
