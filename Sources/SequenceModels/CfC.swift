import Determinism
import NeuralCore
import Storage

/// The closed-form continuous-time network (Hasani et al. 2022, arXiv 2106.13898), as `ncps.torch.CfC` with
/// `proj_size`: names and initialisation as there, time spans of 1.
public struct CfC: SequenceModel {
  public static let type = "cfc"

  /// Units.
  public let hidden: Int
  /// Which of ncps's three forms.
  public let mode: CfCCell.Mode
  /// Units of a backbone layer.
  public let backboneUnits: Int
  /// Backbone layers; 0 for none.
  public let backboneLayers: Int
  public let layout: ParameterLayout

  private let inputs: Int
  private let outputs: Int

  public init(
    settings: inout SettingReader, inputs: Int, outputs: Int, seed: UInt64
  ) throws(SettingError) {
    hidden = try settings.integer("hidden", in: 1...16384, default: 600)
    mode = try settings.choice("mode", default: .default)
    backboneLayers = try settings.integer("backbone_layers", in: 0...16, default: 0)
    backboneUnits = try settings.integer("backbone_units", in: 1...16384, default: 128)
    self.inputs = inputs
    self.outputs = outputs
    var layout = ParameterLayout()
    for layer in 0..<backboneLayers {
      layout.addLinear(
        "rnn_cell.backbone.\(2 * layer)", outputs: backboneUnits,
        inputs: layer == 0 ? inputs + hidden : backboneUnits)
    }
    let seen = backboneLayers == 0 ? inputs + hidden : backboneUnits
    layout.addLinear("rnn_cell.ff1", outputs: hidden, inputs: seen)
    if mode == .pure {
      layout.add("rnn_cell.w_tau", [1, hidden])
      layout.add("rnn_cell.A", [1, hidden])
    } else {
      for name in ["ff2", "time_a", "time_b"] {
        layout.addLinear("rnn_cell.\(name)", outputs: hidden, inputs: seen)
      }
    }
    layout.addLinear("fc", outputs: outputs, inputs: hidden)
    self.layout = layout
  }

  public var units: Int { hidden + backboneLayers * backboneUnits }

  public func unit(ofHidden index: Int) -> Int? { index }

  public var synapses: [Synapses] {
    let backbone = (0..<backboneLayers).map { layer in
      Synapses.matrix(
        layout["rnn_cell.backbone.\(2 * layer).weight"],
        firstUnit: layer == 0 ? 0 : hidden + (layer - 1) * backboneUnits, after: layer == 0 ? inputs : 0)
    }
    let heads = ["ff1"] + (mode == .pure ? [] : ["ff2", "time_a", "time_b"])
    return backbone
      + heads.map { head in
        .matrix(
          layout["rnn_cell.\(head).weight"],
          firstUnit: backboneLayers == 0 ? 0 : hidden + (backboneLayers - 1) * backboneUnits,
          after: backboneLayers == 0 ? inputs : 0)
      } + [.matrix(layout["fc.weight"], firstUnit: 0)]
  }

  public var settings: [Setting.Entry] {
    [
      .init("hidden", .integer(hidden)), .init("mode", .string(mode.rawValue)),
      .init("backbone_layers", .integer(backboneLayers)), .init("backbone_units", .integer(backboneUnits)),
    ]
  }

  /// As ncps: every matrix of the cell, w_tau and A too, Xavier-uniform; biases, and the readout, uniform
  /// within 1 / sqrt(inputs of the layer), PyTorch's default.
  public func initialParameters(_ generator: SeededGenerator) -> [Float] {
    var generator = generator.split("weights")
    var columns = 1
    return layout.entries.flatMap { entry in
      let isMatrix = entry.shape.count == 2
      if isMatrix { columns = entry.shape[1] }
      if isMatrix && entry.name.hasPrefix("rnn_cell.") {
        return generator.xavier(entry.shape[0], entry.shape[1])
      }
      return generator.uniform(entry.range.count, within: 1 / Double(columns).squareRoot())
    }
  }

  public func makeWeights() -> any ModelWeights { CfCWeights(self, inputs: inputs) }

  /// At t = 1 the two matrices of the gate are one, which the multiply-adds count once.
  public var cost: ModelCost {
    let own = trainedParameters
    let seen = backboneLayers == 0 ? inputs + hidden : backboneUnits
    let backbone =
      backboneLayers == 0
      ? 0 : (inputs + hidden) * backboneUnits + (backboneLayers - 1) * backboneUnits * backboneUnits
    let heads = mode == .pure ? 1 : 3
    return ModelCost(
      parameters: own, denseParameters: own,
      multiplyAdds: backbone + heads * hidden * seen + 2 * hidden + outputs * hidden, stateFloats: hidden)
  }
}

private final class CfCWeights: ModelWeights {
  let layout: ParameterLayout
  let flat: Tensor
  let cell: CfCCell

  init(_ model: CfC, inputs: Int) {
    layout = model.layout
    flat = Tensor(steps: 1, features: layout.count, lanes: 1)
    cell = CfCCell(
      mode: model.mode, inputs: inputs, hidden: model.hidden, backboneUnits: model.backboneUnits,
      backboneLayers: model.backboneLayers, layout: layout, prefix: "rnn_cell.")
  }

  func load(_ parameters: UnsafePointer<Float>) {
    flat.values.update(from: parameters, count: flat.count)
    cell.load(parameters)
  }

  func makeRunner(lanes: Int, steps: Int, records: Bool) -> any SequenceRunner {
    let scan = CfCScan(flat, cell: cell, lanes: lanes, steps: steps, records: records)
    let readout = Linear("fc", of: layout, flat, lanes: lanes, steps: steps, records: records)
    return StackedRunner([scan, readout], states: [scan.state], top: scan.state)
  }
}
