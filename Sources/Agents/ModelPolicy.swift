import NeuralCore
import PongEngine
import SequenceModels

/// A trained network as a policy: one lane, its memory carried from step to step. A step allocates nothing.
public final class ModelPolicy: Policy {
  /// Whose policy it is.
  public let agent: Agent
  /// The outputs (right, left, stay) of the last step; zero before the first.
  public private(set) var latestOutputs = SIMD3<Float>()
  private let weights: any ModelWeights
  private let runner: any SequenceRunner
  private let input: Tensor
  /// Of plastic edges, in the graph's order: where their strengths begin among the parameters, and their traces.
  private let plastic: (strengths: Int, traces: Tensor)?

  /// The policy of an agent.
  public init(_ agent: Agent) {
    self.agent = agent
    weights = agent.model.makeWeights()
    weights.load(agent.parameters)
    runner = weights.makeRunner(lanes: 1, steps: 1, records: false)
    input = Tensor(steps: 1, features: Observation.count, lanes: 1)
    if let model = agent.model as? TND, model.plasticity != nil {
      plastic = (model.layout["plasticity"].range.lowerBound, runner.states[1])
    } else {
      plastic = nil
    }
  }

  /// Silences the units behind some places of the hidden vector, from the next step on, and lets all others speak.
  /// Returns whether every place is a unit's; if not, nothing is changed.
  public func silence(_ places: Set<Int>) -> Bool {
    let units = places.compactMap(agent.model.unit(ofHidden:))
    guard units.count == places.count else { return false }
    weights.load(units.isEmpty ? agent.parameters : agent.model.silenced(agent.parameters, units))
    return true
  }

  /// The hidden vector after the last step (`SequenceRunner.hidden`); valid until the next.
  public var hidden: UnsafeBufferPointer<Float> { runner.hidden }

  /// What an edge, by its place in the graph, adds to its weight at the moment: strength times trace (reference.md,
  /// section 6). Nil where edges are not plastic.
  public func plasticPart(ofEdge edge: Int) -> Float? {
    plastic.map { agent.parameters[$0.strengths + edge] * $0.traces.values[edge] }
  }

  public func reset() {
    runner.resetState()
    latestOutputs = .zero
  }

  /// The three outputs (right, left, stay) for an observation; valid until the next call.
  public func outputs(for observation: Observation) -> UnsafePointer<Float> {
    observation.write(to: input.values)
    return UnsafePointer(runner.forward(input, steps: 1, tape: nil).values)
  }

  public func action(for observation: Observation) -> Action {
    let output = outputs(for: observation)
    latestOutputs = SIMD3(output[0], output[1], output[2])
    return Action.argmax(output[0], output[1], output[2])
  }
}
