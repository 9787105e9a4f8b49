import Determinism
import NeuralCore
import Storage

/// The stacked LSTM of `torch.nn.LSTM` and a linear readout; names and initialisation as in PyTorch.
public struct LSTM: SequenceModel {
  public static let type = "lstm"

  /// Units of a layer.
  public let hidden: Int
  /// Stacked layers.
  public let layers: Int
  public let layout: ParameterLayout

  private let inputs: Int
  private let outputs: Int

  public init(
    settings: inout SettingReader, inputs: Int, outputs: Int, seed: UInt64
  ) throws(SettingError) {
    hidden = try settings.integer("hidden", in: 1...16384, default: 512)
    layers = try settings.integer("layers", in: 1...16, default: 2)
    self.inputs = inputs
    self.outputs = outputs
    var layout = ParameterLayout()
    for layer in 0..<layers {
      layout.add("lstm.weight_ih_l\(layer)", [4 * hidden, layer == 0 ? inputs : hidden])
      layout.add("lstm.weight_hh_l\(layer)", [4 * hidden, hidden])
      layout.add("lstm.bias_ih_l\(layer)", [4 * hidden])
      layout.add("lstm.bias_hh_l\(layer)", [4 * hidden])
    }
    layout.add("readout.weight", [outputs, hidden])
    layout.add("readout.bias", [outputs])
    self.layout = layout
  }

  public var units: Int { layers * hidden }

  public func unit(ofHidden index: Int) -> Int? { (layers - 1) * hidden + index }

  public var synapses: [Synapses] {
    Synapses.stack(layout, "lstm", layers: layers, hidden: hidden)
  }

  public var settings: [Setting.Entry] {
    [.init("hidden", .integer(hidden)), .init("layers", .integer(layers))]
  }

  /// All parameters uniform within 1 / sqrt(hidden), as PyTorch does for both parts.
  public func initialParameters(_ generator: SeededGenerator) -> [Float] {
    var generator = generator.split("weights")
    return generator.uniform(layout.count, within: 1 / Double(hidden).squareRoot())
  }

  public func makeWeights() -> any ModelWeights { LSTMWeights(self, inputs: inputs, outputs: outputs) }

  /// The gates' elementwise products are counted with the multiply-adds: four a unit.
  public var cost: ModelCost {
    let own = trainedParameters
    return ModelCost(
      parameters: own, denseParameters: own,
      multiplyAdds: own - layers * 8 * hidden - outputs
        + layers * 4 * hidden,
      stateFloats: layers * 2 * hidden)
  }
}

private final class LSTMWeights: ModelWeights {
  let layout: ParameterLayout
  let outputs: Int
  let flat: Tensor
  let layers: [LSTMLayer]
  let matrices: [PackedMatrix]

  init(_ model: LSTM, inputs: Int, outputs: Int) {
    let (layout, hidden) = (model.layout, model.hidden)
    self.layout = layout
    self.outputs = outputs
    flat = Tensor(steps: 1, features: layout.count, lanes: 1)
    func matrix(_ name: String) -> PackedMatrix {
      let shape = layout[name].shape
      return PackedMatrix(rows: shape[0], columns: shape[1], offset: layout.offset(name))
    }
    let pairs = (0..<model.layers).map {
      (matrix("lstm.weight_ih_l\($0)"), matrix("lstm.weight_hh_l\($0)"))
    }
    precondition(pairs.allSatisfy { $0.1.columns == hidden })
    matrices = pairs.flatMap { [$0.0, $0.1] }
    layers = pairs.enumerated().map { layer, pair in
      LSTMLayer(
        inputWeight: pair.0, hiddenWeight: pair.1, inputBias: layout.offset("lstm.bias_ih_l\(layer)"),
        hiddenBias: layout.offset("lstm.bias_hh_l\(layer)"))
    }
  }

  func load(_ parameters: UnsafePointer<Float>) {
    flat.values.update(from: parameters, count: flat.count)
    matrices.forEach { $0.load(parameters) }
  }

  func makeRunner(lanes: Int, steps: Int, records: Bool) -> any SequenceRunner {
    let scans = layers.map { LSTMScan(flat, layer: $0, lanes: lanes, steps: steps, records: records) }
    let readout = Linear(
      flat, weight: layout.offset("readout.weight"), bias: layout.offset("readout.bias"),
      inputs: layout["readout.weight"].shape[1], outputs: outputs, lanes: lanes, steps: steps,
      records: records)
    return StackedRunner(
      scans + [readout], states: scans.flatMap { [$0.hiddenState, $0.cellState] },
      top: scans[scans.count - 1].hiddenState)
  }
}
