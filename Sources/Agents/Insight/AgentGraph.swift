import NeuralCore
import PongEngine
import SequenceModels

/// The neurons and connections of a trained network that is a graph: a TND, or a sparse RNN together with its
/// inputs and outputs.
///
/// Neurons 0 ..< 24 are the inputs in the order of the observation, the next three the outputs (right, left,
/// stay), the rest hidden.
public struct AgentGraph: Sendable {
  /// Neurons that read the observation.
  public static let inputs = Observation.count
  /// Neurons that the action is read from.
  public static let outputs = Action.allCases.count
  /// The first hidden neuron.
  public static let firstHidden = inputs + outputs

  /// Connections: a row a target.
  public let graph: SparseGraph
  /// A weight a connection, in the graph's order.
  public let weights: [Float]
  /// The neuron that `ModelPolicy.hidden` starts with: 0 where it holds all neurons, 27 where the hidden ones.
  public let firstOfHiddenVector: Int
  /// A name a neuron; nil where they have numbers alone.
  public let names: [String]?
  /// The time constant tau of each neuron, 0 to 1, where each has its own; nil where all have the same.
  public let timeConstants: [Float]?
  /// How its hidden neurons belong together.
  public let arrangement: GraphArrangement

  /// What a connection joins, in the order in which pictures show them.
  public enum EdgeKind: Int, CaseIterable, Sendable {
    case fromInput, amongHidden, toOutput

    /// Of a connection from neuron `source` to neuron `target`.
    public init(source: Int, target: Int) {
      self = source < inputs ? .fromInput : target < firstHidden ? .toOutput : .amongHidden
    }
  }

  /// What each neuron is there for.
  public var roles: [NeuronRole] { (0..<graph.neurons).map(AgentGraph.role) }

  /// What a neuron is there for.
  static func role(of neuron: Int) -> NeuronRole {
    neuron < inputs ? .input : neuron < firstHidden ? .output : .hidden
  }

  /// A graph from its parts.
  public init(
    graph: SparseGraph, weights: [Float], firstOfHiddenVector: Int = 0, names: [String]? = nil,
    timeConstants: [Float]? = nil, arrangement: GraphArrangement = .cloud
  ) {
    precondition(
      weights.count == graph.edges && graph.neurons > AgentGraph.firstHidden,
      "\(weights.count) weights for \(graph.edges) edges among \(graph.neurons) neurons")
    self.graph = graph
    self.weights = weights
    self.firstOfHiddenVector = firstOfHiddenVector
    self.names = names
    self.timeConstants = timeConstants
    self.arrangement = arrangement
  }

  /// The graph of an agent; nil where every unit is connected to every other.
  public init?(_ agent: Agent) {
    switch agent.model {
    case let model as TND:
      self.init(
        graph: model.graph, weights: Array(agent.parameters[model.layout["weights"].range]),
        names: model.names?.list,
        timeConstants: model.tau == nil ? agent.parameters[model.layout["tau"].range].map(logistic) : nil,
        arrangement: model.arrangement)
    case let model as SparseRNN:
      self.init(model, agent.parameters)
    default: return nil
    }
  }

  /// A sparse RNN's units with the dense connections that lead to them from the inputs and on to the outputs.
  private init(_ model: SparseRNN, _ parameters: [Float]) {
    let (inputs, first, hidden) = (AgentGraph.inputs, AgentGraph.firstHidden, model.hidden)
    let read = parameters[model.layout["readout.weight"].range]
    let seen = parameters[model.layout["rnn.weight_ih_l0"].range]
    let own = parameters[model.layout["rnn.weight_hh_l0"].range]
    var starts = [UInt32](repeating: 0, count: inputs + 1)
    var sources: [UInt32] = []
    var weights: [Float] = []
    for output in 0..<AgentGraph.outputs {
      sources += (0..<hidden).map { UInt32(first + $0) }
      weights += read[(read.startIndex + output * hidden)..<(read.startIndex + (output + 1) * hidden)]
      starts.append(UInt32(sources.count))
    }
    for unit in 0..<hidden {
      let edges = model.graph.edges(into: unit)
      sources += (0..<inputs).map(UInt32.init)
      sources += edges.map { model.graph.sources[$0] + UInt32(first) }
      weights += seen[(seen.startIndex + unit * inputs)..<(seen.startIndex + (unit + 1) * inputs)]
      weights += edges.map { own[own.startIndex + $0] }
      starts.append(UInt32(sources.count))
    }
    do {
      let graph = try SparseGraph(neurons: first + hidden, rowStarts: starts, sources: sources)
      self.init(graph: graph, weights: weights, firstOfHiddenVector: first)
    } catch {
      preconditionFailure("rows of ascending sources are a graph: \(error)")
    }
  }

  /// Neurons, n.
  public var neurons: Int { graph.neurons }

  /// Calls `body` with every connection.
  @inline(__always)
  public func forEachEdge(_ body: (_ source: Int, _ target: Int, _ weight: Float) -> Void) {
    for target in 0..<neurons {
      for edge in graph.edges(into: target) { body(Int(graph.sources[edge]), target, weights[edge]) }
    }
  }
}
