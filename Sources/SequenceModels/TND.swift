import Determinism
import NeuralCore
import Storage

/// Topological Neural Dynamics: single neurons with their own dynamics on a sparse directed graph
/// (arXiv 2606.21295; reference.md, section 1).
public struct TND: SequenceModel {
  public static let type = "tnd"

  /// Which value of a neuron the others, and the policy, read.
  public enum Readout: String, CaseIterable, Sendable {
    /// v = tanh(z): the released implementation, and so the published numbers.
    case activation
    /// v = tanh(h): the paper's equation.
    case state
  }

  /// Number of neurons, n.
  public let neurons: Int
  /// Probability of an allowed edge, p.
  public let density: Double
  /// The leak; 1 without state.
  public let tau: Double
  /// Which value is read.
  public let readout: Readout
  /// False in the ablation `no_rec`: no edges among hidden neurons.
  public let isRecurrent: Bool
  /// False in the ablation `no_state`: tau = 1 and alpha = 0, the graph alone carries memory.
  public let keepsState: Bool
  /// What the weights are scaled to at the start.
  public let spectralRadius: Double
  /// The shape of the connections among hidden neurons.
  let family: GraphFamily
  /// The neuron graph.
  public private(set) var graph: SparseGraph
  public let layout: ParameterLayout

  let inputs: Int
  let outputs: Int
  /// Weights of a file that training starts with; nil where they are drawn.
  private var startingWeights: [Float]?

  public init(
    settings: inout SettingReader, inputs: Int, outputs: Int, seed: UInt64
  ) throws(SettingError) {
    var options = try Options(&settings, inputs: inputs, outputs: outputs)
    if case .file(var source) = options.family {
      let file = try GraphFile(source, inputs: inputs, outputs: outputs, settings)
      guard settings.raw("neurons") == .null || options.neurons == file.graph.neurons else {
        throw settings.error(
          "neurons", found: "\(options.neurons)",
          expected: "\(file.graph.neurons), as \(source.path) has, or nothing")
      }
      guard options.isRecurrent else {
        throw settings.error(
          "recurrent", found: "false", expected: "true: a file says itself which edges there are")
      }
      if source.usesWeights, file.weights == nil {
        throw settings.error("graph.weights", found: "true", expected: "a column weight in \(source.path)")
      }
      source.checksum = file.checksum
      options.family = .file(source)
      options.neurons = file.graph.neurons
      options.density = TNDGraph.density(of: file.graph, inputs: inputs, outputs: outputs)
      self.init(
        options, inputs: inputs, outputs: outputs, graph: file.graph,
        startingWeights: source.usesWeights ? file.weights : nil)
      return
    }
    try TNDGraph.check(neurons: options.neurons, density: options.density, settings)
    let graph = try TNDGraph.make(
      options.family, neurons: options.neurons, inputs: inputs, outputs: outputs, density: options.density,
      recurrent: options.isRecurrent, generator: SeededGenerator(seed: seed).split("graph"), settings)
    self.init(options, inputs: inputs, outputs: outputs, graph: graph)
  }

  public static func restore(
    settings: inout SettingReader, inputs: Int, outputs: Int, structure: [StructureTensor]
  ) throws -> TND {
    let options = try Options(&settings, inputs: inputs, outputs: outputs)
    let arrays = Dictionary(uniqueKeysWithValues: structure.map { ($0.name, $0.values) })
    let graph = try SparseGraph(
      neurons: options.neurons, rowStarts: arrays["row_starts"] ?? [], sources: arrays["sources"] ?? [])
    return TND(options, inputs: inputs, outputs: outputs, graph: graph)
  }

  /// A TND on a given graph, as when a dense checkpoint is imported.
  public init(
    graph: SparseGraph, inputs: Int, outputs: Int, density: Double, tau: Double, readout: Readout
  ) {
    let options = Options(
      neurons: graph.neurons, density: density, tau: tau, readout: readout, isRecurrent: true,
      keepsState: true, spectralRadius: TND.spectralRadius, family: .random)
    self.init(options, inputs: inputs, outputs: outputs, graph: graph)
  }

  private init(
    _ options: Options, inputs: Int, outputs: Int, graph: SparseGraph, startingWeights: [Float]? = nil
  ) {
    self.startingWeights = startingWeights
    neurons = options.neurons
    density = options.density
    tau = options.tau
    readout = options.readout
    isRecurrent = options.isRecurrent
    keepsState = options.keepsState
    spectralRadius = options.spectralRadius
    family = options.family
    self.inputs = inputs
    self.outputs = outputs
    self.graph = graph
    var layout = ParameterLayout()
    layout.add("weights", [graph.edges])
    layout.add("input_weight", [inputs])
    layout.add("bias", [neurons])
    layout.add("alpha", [neurons], isTrained: options.keepsState)
    self.layout = layout
  }

  /// The same neurons on another graph of as many edges, whose parameters are those of a run that has rewired it.
  public func rewired(onto graph: SparseGraph) -> TND {
    precondition(
      graph.neurons == neurons && graph.edges == self.graph.edges,
      "\(graph.neurons) neurons and \(graph.edges) edges, expected \(neurons) and \(self.graph.edges)")
    var model = self
    model.graph = graph
    model.startingWeights = nil
    return model
  }

  public var units: Int { neurons - inputs - outputs }

  public func unit(ofHidden index: Int) -> Int? {
    index >= inputs + outputs ? index - inputs - outputs : nil
  }

  public var synapses: [Synapses] {
    let (sources, firstHidden) = (graph.sources, inputs + outputs)
    return [
      Synapses(range: layout["weights"].range) { edge in
        let source = Int(sources[edge])
        return source >= firstHidden ? source - firstHidden : nil
      }
    ]
  }

  public var structure: [StructureTensor] {
    [
      StructureTensor(name: "row_starts", values: graph.rowStarts),
      StructureTensor(name: "sources", values: graph.sources),
    ]
  }

  public var settings: [Setting.Entry] {
    var entries: [Setting.Entry] = [
      .init("neurons", .integer(neurons)), .init("density", .number(density)), .init("tau", .number(tau)),
      .init("readout", .string(readout.rawValue)), .init("recurrent", .boolean(isRecurrent)),
      .init("state", .boolean(keepsState)),
    ]
    // Written where they are not the default alone, so that configs of before are those of today.
    if spectralRadius != TND.spectralRadius {
      entries.append(.init("spectral_radius", .number(spectralRadius)))
    }
    if let shape = family.setting { entries.append(.init("graph", shape)) }
    return entries
  }

  /// The published spectral radius of the weights at the start.
  private static let spectralRadius = 0.95

  /// W Xavier-uniform as if the n x n matrix were dense, then scaled to the spectral radius; w_in = 1;
  /// b = 0; alpha = 0.5.
  public func initialParameters(_ generator: SeededGenerator) -> [Float] {
    var generator = generator.split("weights")
    let drawn = startingWeights ?? generator.uniform(graph.edges, within: (3 / Double(neurons)).squareRoot())
    let weights = graph.scale(drawn, toSpectralRadius: spectralRadius)
    return weights + [Float](repeating: 1, count: inputs) + [Float](repeating: 0, count: neurons)
      + [Float](repeating: keepsState ? 0.5 : 0, count: neurons)
  }

  public func makeWeights() -> any ModelWeights {
    TNDWeights(
      TNDStructure(
        graph: graph, inputs: inputs, outputs: outputs, tau: Float(tau), readsState: readout == .state),
      layout)
  }

  public var cost: ModelCost {
    let own = trainedParameters
    return ModelCost(
      parameters: own, denseParameters: own - graph.edges + neurons * neurons,
      multiplyAdds: graph.edges + inputs + 3 * neurons, stateFloats: 2 * neurons)
  }
}

extension TND {
  /// The keys of a config.
  private struct Options {
    var neurons: Int
    var density: Double
    var tau: Double
    var readout: Readout
    var isRecurrent: Bool
    var keepsState: Bool
    var spectralRadius: Double
    var family: GraphFamily

    init(
      neurons: Int, density: Double, tau: Double, readout: Readout, isRecurrent: Bool, keepsState: Bool,
      spectralRadius: Double, family: GraphFamily
    ) {
      self.neurons = neurons
      self.density = density
      self.tau = tau
      self.readout = readout
      self.isRecurrent = isRecurrent
      self.keepsState = keepsState
      self.spectralRadius = spectralRadius
      self.family = family
    }

    init(_ reader: inout SettingReader, inputs: Int, outputs: Int) throws(SettingError) {
      // One hidden neuron alone could not be repaired without recurrence to itself; two always can.
      neurons = try reader.integer("neurons", in: inputs + outputs + 2...1_000_000, default: 600)
      density = try reader.number("density", in: 0...1, default: 0.4)
      let leak = try reader.number("tau", in: 0.001...1, default: 0.8)
      let word = try reader.choice(
        "readout", of: Readout.allCases.map(\.rawValue), default: Readout.activation.rawValue)
      readout = Readout(rawValue: word) ?? .activation
      isRecurrent = try reader.boolean("recurrent", default: true)
      keepsState = try reader.boolean("state", default: true)
      tau = keepsState ? leak : 1
      spectralRadius = try reader.number("spectral_radius", in: 0.001...10, default: TND.spectralRadius)
      var shape = try reader.map("graph")
      family = try GraphFamily(&shape)
    }
  }
}

/// The parameters of a TND, packed for its scans.
private final class TNDWeights: ModelWeights {
  let parameters: TNDParameters
  let layout: ParameterLayout

  init(_ structure: TNDStructure, _ layout: ParameterLayout) {
    parameters = TNDParameters(structure)
    self.layout = layout
  }

  func load(_ flat: UnsafePointer<Float>) {
    parameters.load(
      weights: flat + layout.offset("weights"), inputWeight: flat + layout.offset("input_weight"),
      bias: flat + layout.offset("bias"), alpha: flat + layout.offset("alpha"))
  }

  func makeRunner(lanes: Int, steps: Int, records: Bool) -> any SequenceRunner {
    let offsets = TNDGradientOffsets(
      weights: layout.offset("weights"), inputWeight: layout.offset("input_weight"),
      bias: layout.offset("bias"),
      alpha: layout.offset("alpha"))
    return TNDRunner(TNDScan(parameters, offsets: offsets, lanes: lanes, steps: steps, records: records))
  }
}

private final class TNDRunner: EdgeProbing {
  let scan: TNDScan
  init(_ scan: TNDScan) { self.scan = scan }
  var states: [Tensor] { [scan.state] }
  /// v of all neurons, inputs and outputs too: the second half of the carried state.
  var hidden: UnsafeBufferPointer<Float> {
    let count = scan.state.count / 2
    return UnsafeBufferPointer(start: scan.state.values + count, count: count)
  }
  func forward(_ input: Tensor, steps: Int, tape: Tape?) -> Tensor {
    scan.forward(input, steps: steps, tape: tape)
  }
  func probe(_ plan: EdgePlan?) -> EdgeProbe? { scan.probe(plan) }
}
