import Determinism
import Foundation
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
  /// The leak of all neurons, 1 without state; nil where each has its own, which is trained.
  public let tau: Double?
  /// Which value is read.
  public let readout: Readout
  /// False in the ablation `no_rec`: no edges among hidden neurons.
  public let isRecurrent: Bool
  /// False in the ablation `no_state`: tau = 1 and alpha = 0, the graph alone carries memory.
  public let keepsState: Bool
  /// The rate of the traces of plastic edges at the start; nil where edges do not change while the network runs.
  public let plasticity: Double?
  /// What the weights are scaled to at the start.
  public let spectralRadius: Double
  /// The shape of the connections among hidden neurons.
  let family: GraphFamily
  /// Whether of that shape the degrees alone are left (`ShuffledGraph`).
  let isShuffled: Bool
  /// The neuron graph.
  public var graph: SparseGraph { plans.graph }
  /// What its neurons are called; nil where they have numbers alone.
  public private(set) var names: NeuronNames?
  public let layout: ParameterLayout

  private var plans: EdgePlans
  let inputs: Int
  let outputs: Int
  /// Weights of a file that training starts with; nil where they are drawn.
  private var startingWeights: [Float]?

  public init(
    settings: inout SettingReader, inputs: Int, outputs: Int, seed: UInt64
  ) throws(SettingError) {
    var options = try TNDOptions(&settings, inputs: inputs, outputs: outputs)
    let generator = SeededGenerator(seed: seed).split("graph")
    var (graph, weights, names) = try TND.drawn(
      &options, inputs: inputs, outputs: outputs, generator, &settings)
    if options.isShuffled {
      let shuffled = ShuffledGraph(
        graph, inputs: inputs, outputs: outputs, weights: weights, generator.split("shuffle"))
      (graph, weights) = (shuffled.graph, shuffled.weights)
    }
    try options.check(graph, settings)
    self.init(options, inputs: inputs, outputs: outputs, graph: graph, startingWeights: weights)
    self.names = names
  }

  /// The graph that a config asks for, and what a file starts it with and calls it. What a file decides goes to the options.
  private static func drawn(
    _ options: inout TNDOptions, inputs: Int, outputs: Int, _ generator: SeededGenerator,
    _ settings: inout SettingReader
  ) throws(SettingError) -> (graph: SparseGraph, weights: [Float]?, names: NeuronNames?) {
    guard case .file(var source) = options.family else {
      try TNDGraph.check(neurons: options.neurons, density: options.density, settings)
      let graph = try TNDGraph.make(
        options.family, neurons: options.neurons, inputs: inputs, outputs: outputs, density: options.density,
        recurrent: options.isRecurrent, generator: generator, settings)
      return (graph, nil, nil)
    }
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
    return (file.graph, source.usesWeights ? file.weights : nil, NeuronNames(file.names))
  }

  public static func restore(
    settings: inout SettingReader, inputs: Int, outputs: Int, structure: [StructureTensor]
  ) throws -> TND {
    let options = try TNDOptions(&settings, inputs: inputs, outputs: outputs)
    let arrays = Dictionary(uniqueKeysWithValues: structure.map { ($0.name, $0.values) })
    let graph = try SparseGraph(neurons: options.neurons) { arrays[$0] }
    if let (source, target) = TNDGraph.edgeAgainstRoles(in: graph, inputs: inputs, outputs: outputs) {
      throw settings.error(
        "graph", found: "an edge from neuron \(source) to neuron \(target)",
        expected: "none: \(TNDGraph.rolesRule)")
    }
    try options.check(graph, settings)
    var model = TND(options, inputs: inputs, outputs: outputs, graph: graph)
    model.names = try NeuronNames(structure, neurons: options.neurons, settings)
    return model
  }

  /// The first edge of a graph of as many neurons that its inputs and outputs do not allow.
  public func edgeAgainstRoles(in graph: SparseGraph) -> (source: Int, target: Int)? {
    TNDGraph.edgeAgainstRoles(in: graph, inputs: inputs, outputs: outputs)
  }

  /// A TND on a given graph, as when a dense checkpoint is imported.
  public init(graph: SparseGraph, inputs: Int, outputs: Int, tau: Double, readout: Readout) {
    let density = TNDGraph.density(of: graph, inputs: inputs, outputs: outputs)
    let options = TNDOptions(
      neurons: graph.neurons, density: density, tau: tau, readout: readout, isRecurrent: true,
      keepsState: true, plasticity: nil, spectralRadius: TND.spectralRadius, family: .random,
      isShuffled: false)
    self.init(options, inputs: inputs, outputs: outputs, graph: graph)
  }

  private init(
    _ options: TNDOptions, inputs: Int, outputs: Int, graph: SparseGraph, startingWeights: [Float]? = nil
  ) {
    self.startingWeights = startingWeights
    neurons = options.neurons
    density = options.density
    tau = options.tau
    readout = options.readout
    isRecurrent = options.isRecurrent
    keepsState = options.keepsState
    plasticity = options.plasticity
    spectralRadius = options.spectralRadius
    family = options.family
    isShuffled = options.isShuffled
    self.inputs = inputs
    self.outputs = outputs
    plans = EdgePlans(graph)
    var layout = ParameterLayout()
    layout.add("weights", [graph.edges])
    layout.add("input_weight", [inputs])
    layout.add("bias", [neurons])
    layout.add("alpha", [neurons], isTrained: options.keepsState)
    // Decay would draw a logit to 0, and so what it stands for to 1/2.
    if options.tau == nil { layout.add("tau", [neurons], decays: false) }
    if options.plasticity != nil {
      layout.add("plasticity", [graph.edges])
      layout.add("plasticity_rate", [1], decays: false)
    }
    self.layout = layout
  }

  /// The same neurons on another graph of as many edges, whose parameters are those of a run that has rewired it.
  public func rewired(onto graph: SparseGraph) -> TND {
    precondition(
      graph.neurons == neurons && graph.edges == self.graph.edges,
      "\(graph.neurons) neurons and \(graph.edges) edges, expected \(neurons) and \(self.graph.edges)")
    var model = self
    model.plans = EdgePlans(graph)
    model.startingWeights = nil
    return model
  }

  public var units: Int { neurons - inputs - outputs }

  public func unit(ofHidden index: Int) -> Int? {
    index >= inputs + outputs ? index - inputs - outputs : nil
  }

  public var synapses: [Synapses] {
    let (sources, firstHidden) = (graph.sources, inputs + outputs)
    let strengths = plasticity == nil ? nil : layout["plasticity"].range
    return [
      Synapses(range: layout["weights"].range, strengths: strengths) { edge in
        let source = Int(sources[edge])
        return source >= firstHidden ? source - firstHidden : nil
      }
    ]
  }

  public var structure: [StructureTensor] {
    graph.structure + (names.map { [$0.structure] } ?? [])
  }

  public var settings: [Setting.Entry] {
    var entries: [Setting.Entry] = [
      .init("neurons", .integer(neurons)), .init("density", .number(density)),
      .init("tau", tau.map { .number($0) } ?? .string(TNDOptions.trained)),
      .init("readout", .string(readout.rawValue)), .init("recurrent", .boolean(isRecurrent)),
      .init("state", .boolean(keepsState)),
    ]
    // Written where they are not the default alone, so that configs of before are those of today.
    if let plasticity { entries.append(.init("plasticity", .map([.init("rate", .number(plasticity))]))) }
    if spectralRadius != TND.spectralRadius {
      entries.append(.init("spectral_radius", .number(spectralRadius)))
    }
    if let shape = family.setting(isShuffled: isShuffled) { entries.append(.init("graph", shape)) }
    return entries
  }

  /// The published spectral radius of the weights at the start.
  public static let spectralRadius = 0.95
  /// What tau is unless it is said, and where training it starts.
  static let startingTau = 0.8

  /// W Xavier-uniform as if the n x n matrix were dense, then scaled to the spectral radius; w_in = 1;
  /// b = 0; alpha = 0.5; a trained tau 0.8. Edges that may change do not at first: their strengths are 0.
  public func initialParameters(_ generator: SeededGenerator) -> [Float] {
    var generator = generator.split("weights")
    let drawn = startingWeights ?? generator.uniform(graph.edges, within: (3 / Double(neurons)).squareRoot())
    let weights = graph.scale(drawn, toSpectralRadius: spectralRadius)
    var parameters =
      weights + [Float](repeating: 1, count: inputs) + [Float](repeating: 0, count: neurons)
      + [Float](repeating: keepsState ? 0.5 : 0, count: neurons)
    if tau == nil { parameters += [Float](repeating: TND.logit(TND.startingTau), count: neurons) }
    if let plasticity {
      parameters += [Float](repeating: 0, count: graph.edges) + [TND.logit(plasticity)]
    }
    return parameters
  }

  /// What the sigmoid makes `share` of.
  private static func logit(_ share: Double) -> Float { Float(log(share / (1 - share))) }

  public func makeWeights() -> any ModelWeights {
    TNDWeights(
      TNDStructure(
        plans: plans, inputs: inputs, outputs: outputs, tau: Float(tau ?? 1), readsState: readout == .state),
      TNDOffsets(
        count: layout.count, weights: layout.offset("weights"), inputWeight: layout.offset("input_weight"),
        bias: layout.offset("bias"), alpha: layout.offset("alpha"),
        tau: tau == nil ? layout.offset("tau") : nil,
        plasticity: plasticity == nil
          ? nil : .init(strengths: layout.offset("plasticity"), rate: layout.offset("plasticity_rate"))))
  }

  public var cost: ModelCost {
    let own = trainedParameters
    let edges = graph.edges
    // A plastic edge has a strength too and a trace; with them go three more multiply-adds.
    let (values, work, traces) = plasticity == nil ? (1, 1, 0) : (2, 4, edges)
    return ModelCost(
      parameters: own, denseParameters: own + values * (neurons * neurons - edges),
      multiplyAdds: work * edges + inputs + 3 * neurons, stateFloats: 2 * neurons + traces)
  }
}
