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

  public init(
    settings: inout SettingReader, inputs: Int, outputs: Int, seed: UInt64
  ) throws(SettingError) {
    hidden = try settings.integer("hidden", in: 1...16384, default: 512)
    layers = try settings.integer("layers", in: 1...16, default: 2)
    var layout = ParameterLayout()
    layout.addRecurrent("lstm", layers: layers, inputs: inputs, hidden: hidden, gates: 4)
    layout.addLinear("readout", outputs: outputs, inputs: hidden)
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

  public func makeWeights() -> any ModelWeights { LSTMWeights(self) }

  /// The gates' elementwise products are counted with the multiply-adds: four a unit.
  public var cost: ModelCost {
    let own = trainedParameters
    return ModelCost(
      parameters: own, denseParameters: own,
      multiplyAdds: own - layers * 8 * hidden - layout["readout.bias"].range.count
        + layers * 4 * hidden,
      stateFloats: layers * 2 * hidden)
  }
}

private final class LSTMWeights: ModelWeights {
  let layout: ParameterLayout
  let flat: Tensor
  let layers: [LSTMLayer]
  let matrices: [PackedMatrix]

  init(_ model: LSTM) {
    let layout = model.layout
    self.layout = layout
    flat = Tensor(steps: 1, features: layout.count, lanes: 1)
    let pairs = (0..<model.layers).map {
      (PackedMatrix(layout["lstm.weight_ih_l\($0)"]), PackedMatrix(layout["lstm.weight_hh_l\($0)"]))
    }
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
    let readout = Linear("readout", of: layout, flat, lanes: lanes, steps: steps, records: records)
    return StackedRunner(
      scans + [readout], states: scans.flatMap { [$0.hiddenState, $0.cellState] },
      top: scans[scans.count - 1].hiddenState)
  }
}
