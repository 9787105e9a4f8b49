import Determinism
import NeuralCore
import SequenceModels
import Storage
import Testing

@Suite("Initial parameters: the distributions of PyTorch, ncps and S4")
struct InitializationTests {
  static func parameters(_ type: String, _ more: Setting.Entry...) throws -> (ParameterLayout, [Float]) {
    let model = try ModelRegistry.read(
      .map([.init("type", .string(type))] + more), source: "test", inputs: 24, outputs: 3, seed: 0)
    return (model.layout, model.initialParameters(SeededGenerator(seed: 1)))
  }

  static func deviation(_ values: ArraySlice<Float>) -> Double {
    (values.reduce(0.0) { $0 + Double($1) * Double($1) } / Double(values.count)).squareRoot()
  }

  /// Name, the bound of a uniform distribution.
  @Test(arguments: [
    ("lstm", "lstm.weight_hh_l1", 0.04419), ("sparse_rnn", "rnn.weight_hh_l0", 0.04188),
    ("cfc", "rnn_cell.ff2.weight", 0.07001), ("cfc", "fc.weight", 0.04082),
    ("transformer", "encoder.layers.1.self_attn.in_proj_weight", 0.05413),
    ("transformer", "encoder.layers.0.linear2.weight", 0.02210),
    ("s4d", "layers.2.output_linear.weight", 0.0625),
  ])
  func uniform(_ type: String, _ name: String, _ bound: Double) throws {
    let (layout, parameters) = try InitializationTests.parameters(type)
    let values = parameters[layout[name].range]
    #expect(values.allSatisfy { abs($0) <= Float(bound) * 1.001 })
    #expect(abs(InitializationTests.deviation(values) * 3.0.squareRoot() / bound - 1) < 0.05)
  }

  /// Name, the deviation of a normal distribution.
  @Test(arguments: [
    ("transformer", "positions.weight", 1), ("s4d", "layers.0.C", 0.7071), ("s4d", "layers.3.D", 1.0),
  ])
  func normal(_ type: String, _ name: String, _ deviation: Double) throws {
    let (layout, parameters) =
      try name == "positions.weight"
      ? InitializationTests.parameters(type, .init("attention", .string("block")))
      : InitializationTests.parameters(type)
    let values = parameters[layout[name].range]
    #expect(abs(InitializationTests.deviation(values) / deviation - 1) < 0.15)
    #expect(values.contains { abs(Double($0)) > 1.8 * deviation })
  }

  /// Type, layers, the recurrent weights' spectral radius by PyTorch's start: (density / 3) ^ 1/2.
  @Test(arguments: [("rnn", 2, 0.5774), ("sparse_rnn", 1, 0.3651)])
  func recurrentWeightsStartAtTheSpectralRadius(_ type: String, _ layers: Int, _ plain: Double) throws {
    func model(_ radius: Double?) throws -> any SequenceModel {
      var settings: [Setting.Entry] = [.init("type", .string(type)), .init("hidden", .integer(300))]
      if layers > 1 { settings.append(.init("layers", .integer(layers))) }
      if let radius { settings.append(.init("spectral_radius", .number(radius))) }
      return try ModelRegistry.read(.map(settings), source: "test", inputs: 24, outputs: 3, seed: 0)
    }
    let (drawn, scaled) = (try model(nil), try model(0.95))
    #expect(drawn.settings.allSatisfy { $0.key != "spectral_radius" })
    #expect(scaled.settings.last == .init("spectral_radius", .number(0.95)))
    let a = drawn.initialParameters(SeededGenerator(seed: 1))
    let b = scaled.initialParameters(SeededGenerator(seed: 1))
    let graph = (scaled as? SparseRNN)?.graph ?? SparseGraph(complete: 300)
    for entry in scaled.layout.entries {
      guard entry.name.hasPrefix("rnn.weight_hh") else {
        #expect(a[entry.range] == b[entry.range], "\(entry.name)")
        continue
      }
      let before = graph.spectralRadius(weights: Array(a[entry.range]))
      #expect(abs(before / plain - 1) < 0.1, "\(entry.name): \(before)")
      let after = graph.spectralRadius(weights: Array(b[entry.range]))
      #expect(abs(after - 0.95) < 1e-3, "\(entry.name): \(after)")
    }
    #expect(scaled.layout.entries.count { $0.name.hasPrefix("rnn.weight_hh") } == layers)
  }

  /// What is drawn is drawn; what starts alike in all units starts as it should.
  @Test func everyModelIsFiniteAndFilled() throws {
    let alike: [String: Float] = [
      "input_weight": 1, "bias": 0, "alpha": 0.5, "encoder.layers.norm1.weight": 1,
      "encoder.layers.norm2.weight": 1, "encoder.layers.norm1.bias": 0, "encoder.layers.norm2.bias": 0,
      "encoder.layers.self_attn.in_proj_bias": 0, "encoder.layers.self_attn.out_proj.bias": 0,
      "layers.norm.weight": 1, "layers.norm.bias": 0, "layers.log_A_real": -0.6931472,
    ]
    var found: Set<String> = []
    for model in ModelRegistry.all {
      let (layout, parameters) = try InitializationTests.parameters(model.type)
      #expect(parameters.count == layout.count && parameters.allSatisfy(\.isFinite))
      for entry in layout.entries {
        let name = entry.name.split(separator: ".").filter { Int($0) == nil }.joined(separator: ".")
        let values = parameters[entry.range]
        if let same = alike[name] {
          #expect(values.allSatisfy { $0 == same }, "\(model.type), \(entry.name)")
          found.insert(name)
        } else if name == "layers.A_imag" {
          #expect(values.enumerated().allSatisfy { $1 == Float(Double.pi * Double($0 % 32)) })
        } else {
          #expect(2 * Set(values).count > values.count, "\(model.type), \(entry.name)")
        }
      }
    }
    #expect(found == Set(alike.keys))
  }
}
