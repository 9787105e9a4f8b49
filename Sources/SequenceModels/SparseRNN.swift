import Determinism
import NeuralCore
import Storage

/// A vanilla RNN (tanh) with a fixed random recurrent mask and a linear readout: `torch.nn.RNN` of one layer
/// whose `weight_hh_l0` is multiplied by the mask. Only the mask's edges are stored and computed.
public struct SparseRNN: SequenceModel {
  public static let type = "sparse_rnn"

  /// Recurrent units.
  public let hidden: Int
  /// Probability of an edge between any two units, or from a unit to itself.
  public let density: Double
  /// What the recurrent weights are scaled to at the start; nil leaves them as PyTorch draws them.
  public let spectralRadius: Double?
  /// The mask: rows are targets.
  public let graph: SparseGraph
  public let layout: ParameterLayout

  fileprivate let plans: EdgePlans

  public init(
    settings: inout SettingReader, inputs: Int, outputs: Int, seed: UInt64
  ) throws(SettingError) {
    let (hidden, density, spectralRadius) = try SparseRNN.options(&settings)
    try TNDGraph.check(neurons: hidden, density: density, settings)
    var generator = SeededGenerator(seed: seed).split("mask")
    var rows = [[UInt32]](repeating: [], count: hidden)
    for target in 0..<hidden {
      generator.forEachSuccess(in: 0..<hidden, probability: density) {
        rows[target].append(UInt32($0))
      }
    }
    do {
      let graph = try SparseGraph(sourcesOfTargets: rows)
      self.init(
        hidden: hidden, density: density, spectralRadius: spectralRadius, graph: graph, inputs: inputs,
        outputs: outputs)
    } catch {
      preconditionFailure("a mask of distinct sources is a graph: \(error)")
    }
  }

  public static func restore(
    settings: inout SettingReader, inputs: Int, outputs: Int, structure: [StructureTensor]
  ) throws -> SparseRNN {
    let (hidden, density, spectralRadius) = try options(&settings)
    let arrays = Dictionary(uniqueKeysWithValues: structure.map { ($0.name, $0.values) })
    let graph = try SparseGraph(neurons: hidden) { arrays[$0] }
    return SparseRNN(
      hidden: hidden, density: density, spectralRadius: spectralRadius, graph: graph, inputs: inputs,
      outputs: outputs)
  }

  private static func options(
    _ settings: inout SettingReader
  ) throws(SettingError) -> (hidden: Int, density: Double, spectralRadius: Double?) {
    let hidden = try settings.integer("hidden", in: 1...65536, default: 570)
    let density = try settings.number("density", in: 0...1, default: 0.4)
    return (hidden, density, try settings.optionalNumber("spectral_radius", in: 0.001...10))
  }

  private init(
    hidden: Int, density: Double, spectralRadius: Double?, graph: SparseGraph, inputs: Int, outputs: Int
  ) {
    self.hidden = hidden
    self.density = density
    self.spectralRadius = spectralRadius
    self.graph = graph
    plans = EdgePlans(graph)
    var layout = ParameterLayout()
    layout.add("rnn.weight_ih_l0", [hidden, inputs])
    layout.add("rnn.weight_hh_l0", [graph.edges])
    layout.add("rnn.bias_ih_l0", [hidden])
    layout.add("rnn.bias_hh_l0", [hidden])
    layout.addLinear("readout", outputs: outputs, inputs: hidden)
    self.layout = layout
  }

  public var units: Int { hidden }

  public func unit(ofHidden index: Int) -> Int? { index }

  public var synapses: [Synapses] {
    let sources = graph.sources
    return [
      .matrix(layout["rnn.weight_ih_l0"], firstUnit: nil),
      Synapses(range: layout["rnn.weight_hh_l0"].range) { Int(sources[$0]) },
      .matrix(layout["readout.weight"], firstUnit: 0),
    ]
  }

  public var structure: [StructureTensor] { graph.structure }

  public var settings: [Setting.Entry] {
    [.init("hidden", .integer(hidden)), .init("density", .number(density))]
      + (spectralRadius.map { [.init("spectral_radius", .number($0))] } ?? [])
  }

  /// All parameters uniform within 1 / sqrt(hidden), as PyTorch does for the dense layer; then, where a spectral
  /// radius is given, the recurrent weights scaled to it.
  public func initialParameters(_ generator: SeededGenerator) -> [Float] {
    var generator = generator.split("weights")
    var parameters = generator.uniform(layout.count, within: 1 / Double(hidden).squareRoot())
    if let spectralRadius {
      parameters.scale(layout["rnn.weight_hh_l0"].range, of: graph, toSpectralRadius: spectralRadius)
    }
    return parameters
  }

  public func makeWeights() -> any ModelWeights { SparseRNNWeights(self) }

  public var cost: ModelCost {
    let own = trainedParameters
    return ModelCost(
      parameters: own, denseParameters: own - graph.edges + hidden * hidden,
      multiplyAdds: own - 2 * hidden - layout["readout.bias"].range.count, stateFloats: hidden)
  }
}

private final class SparseRNNWeights: ModelWeights {
  let layout: ParameterLayout
  let flat: Tensor
  let input: PackedMatrix
  let recurrent: SparseMatrix

  init(_ model: SparseRNN) {
    layout = model.layout
    flat = Tensor(steps: 1, features: layout.count, lanes: 1)
    input = PackedMatrix(layout["rnn.weight_ih_l0"])
    recurrent = SparseMatrix(model.plans)
  }

  func load(_ parameters: UnsafePointer<Float>) {
    flat.values.update(from: parameters, count: flat.count)
    input.load(parameters)
    recurrent.load(parameters + layout.offset("rnn.weight_hh_l0"))
  }

  func makeRunner(lanes: Int, steps: Int, records: Bool) -> any SequenceRunner {
    let scan = SparseRNNScan(
      flat, inputWeight: input, recurrent: recurrent,
      recurrentWeight: layout.offset("rnn.weight_hh_l0"), inputBias: layout.offset("rnn.bias_ih_l0"),
      hiddenBias: layout.offset("rnn.bias_hh_l0"), lanes: lanes, steps: steps, records: records)
    let readout = Linear("readout", of: layout, flat, lanes: lanes, steps: steps, records: records)
    return StackedRunner([scan, readout], states: [scan.state], top: scan.state)
  }
}
