import Determinism
import NeuralCore
import Storage

/// The vanilla RNN, as `torch.nn.RNN` (tanh) and a linear readout; names and initialisation as in PyTorch.
public struct RNN: SequenceModel {
  public static let type = "rnn"

  /// Units of a layer.
  public let hidden: Int
  /// Stacked layers.
  public let layers: Int
  /// What every layer's recurrent weights are scaled to at the start; nil leaves them as PyTorch draws them.
  public let spectralRadius: Double?
  public let layout: ParameterLayout

  public init(
    settings: inout SettingReader, inputs: Int, outputs: Int, seed: UInt64
  ) throws(SettingError) {
    hidden = try settings.integer("hidden", in: 1...16384, default: 512)
    layers = try settings.integer("layers", in: 1...16, default: 1)
    spectralRadius = try settings.optionalNumber("spectral_radius", in: 0.001...10)
    var layout = ParameterLayout()
    layout.addRecurrent("rnn", layers: layers, inputs: inputs, hidden: hidden)
    layout.addLinear("readout", outputs: outputs, inputs: hidden)
    self.layout = layout
  }

  public var units: Int { layers * hidden }

  public func unit(ofHidden index: Int) -> Int? { (layers - 1) * hidden + index }

  public var synapses: [Synapses] {
    Synapses.stack(layout, "rnn", layers: layers, hidden: hidden)
  }

  public var settings: [Setting.Entry] {
    [.init("hidden", .integer(hidden)), .init("layers", .integer(layers))]
      + (spectralRadius.map { [.init("spectral_radius", .number($0))] } ?? [])
  }

  /// All parameters uniform within 1 / sqrt(hidden), as PyTorch does for both parts; then, where a spectral radius
  /// is given, the recurrent weights scaled to it.
  public func initialParameters(_ generator: SeededGenerator) -> [Float] {
    var generator = generator.split("weights")
    var parameters = generator.uniform(layout.count, within: 1 / Double(hidden).squareRoot())
    guard let spectralRadius else { return parameters }
    let units = SparseGraph(complete: hidden)
    for layer in 0..<layers {
      parameters.scale(
        layout["rnn.weight_hh_l\(layer)"].range, of: units, toSpectralRadius: spectralRadius)
    }
    return parameters
  }

  public func makeWeights() -> any ModelWeights { RNNWeights(self) }

  public var cost: ModelCost {
    let own = trainedParameters
    let biases = layers * 2 * hidden + layout["readout.bias"].range.count
    return ModelCost(
      parameters: own, denseParameters: own, multiplyAdds: own - biases, stateFloats: layers * hidden)
  }
}

private final class RNNWeights: ModelWeights {
  let model: RNN
  let flat: Tensor

  init(_ model: RNN) {
    self.model = model
    flat = Tensor(steps: 1, features: model.layout.count, lanes: 1)
  }

  func load(_ parameters: UnsafePointer<Float>) { flat.values.update(from: parameters, count: flat.count) }

  func makeRunner(lanes: Int, steps: Int, records: Bool) -> any SequenceRunner {
    let layout = model.layout
    let scans = (0..<model.layers).map { layer in
      RNNScan(
        flat,
        offsets: LayerOffsets(
          inputWeight: layout.offset("rnn.weight_ih_l\(layer)"),
          hiddenWeight: layout.offset("rnn.weight_hh_l\(layer)"),
          inputBias: layout.offset("rnn.bias_ih_l\(layer)"),
          hiddenBias: layout.offset("rnn.bias_hh_l\(layer)")),
        inputs: layout["rnn.weight_ih_l\(layer)"].shape[1], hidden: model.hidden, lanes: lanes, steps: steps,
        records: records)
    }
    let readout = Linear("readout", of: layout, flat, lanes: lanes, steps: steps, records: records)
    return StackedRunner(
      scans + [readout], states: scans.map(\.state), top: scans[scans.count - 1].state)
  }
}
