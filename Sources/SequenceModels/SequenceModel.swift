import Determinism
import NeuralCore
import Storage

/// A network that reads a sequence step by step: observations in, one output an action out.
///
/// The model itself is a description without parameters. Parameters live in one flat buffer in the order of
/// `layout`; `ModelWeights` holds them as the kernels read them, and a `SequenceRunner` runs them on a batch
/// of lanes, to train (`forward` over windows, recorded on a tape) or to play (one step at a time): the same
/// code, so the same numbers, whatever the number of lanes; one alone may add in another order, which the last bits show.
public protocol SequenceModel: Sendable {
  /// The word in configs and agent files.
  static var type: String { get }
  /// Reads the model's own keys of a config; the reader complains about others.
  /// - Parameters:
  ///   - inputs, outputs: sizes of observation and action.
  ///   - seed: what random structure (a graph, a mask) is drawn from.
  init(
    settings: inout SettingReader, inputs: Int, outputs: Int, seed: UInt64
  ) throws(SettingError)
  /// Names and shapes of the parameters.
  var layout: ParameterLayout { get }
  /// Fixed arrays that an agent file must keep beside the parameters (a graph); empty for most.
  var structure: [StructureTensor] { get }
  /// Rebuilds a model from its settings and the structure of its file.
  static func restore(
    settings: inout SettingReader, inputs: Int, outputs: Int, structure: [StructureTensor]
  ) throws -> Self
  /// All settings with their values, as a config would give them.
  var settings: [Setting.Entry] { get }
  /// Units that a lesion may silence (`Synapses`).
  var units: Int { get }
  /// The unit whose value is `SequenceRunner.hidden[index]`; nil where that is no unit's.
  func unit(ofHidden index: Int) -> Int?
  /// All weights between inputs, units and outputs, biases apart, with the units that they read.
  var synapses: [Synapses] { get }
  /// Freshly initialised parameters, `layout.count` floats.
  func initialParameters(_ generator: SeededGenerator) -> [Float]
  /// Weights as the kernels read them, all zero until loaded.
  func makeWeights() -> any ModelWeights
  /// What `pong model info` tells.
  var cost: ModelCost { get }
  /// Adds one step to a graph of ONNX operators, its states with it, and returns the outputs.
  func describeStep(_ observation: StepGraph.Value, in graph: inout StepGraph) -> StepGraph.Value
}

/// A fixed integer array of a model.
public struct StructureTensor: Sendable, Equatable {
  /// The name in agent files.
  public let name: String
  /// The numbers.
  public let values: [UInt32]

  /// A named array.
  public init(name: String, values: [UInt32]) {
    self.name = name
    self.values = values
  }
}

/// Parameters as the kernels read them. `load` after every change, never while a runner runs; any number of
/// runners may read at once.
public protocol ModelWeights: AnyObject, Sendable {
  /// Takes over a flat buffer in the order of the model's layout.
  func load(_ parameters: UnsafePointer<Float>)
  /// Buffers to run windows of up to `steps` steps on `lanes` lanes (16, 32 or 64; 1 to play); `records`
  /// says whether it will train.
  func makeRunner(lanes: Int, steps: Int, records: Bool) -> any SequenceRunner
  /// Buffers to train so many groups of 16 lanes (1, 2 or 4) side by side, the threads of a team at every step: for models that
  /// gain by it. Lanes of a group stand together. Backward adds the gradients of each group to a buffer of its own, one
  /// behind the other, and the numbers are those of a runner for each.
  func makeTeamRunner(groups: Int, steps: Int, team: ThreadTeam) -> (any SequenceRunner)?
}

extension ModelWeights {
  public func makeTeamRunner(groups: Int, steps: Int, team: ThreadTeam) -> (any SequenceRunner)? { nil }
}

/// A model at work on a shard of lanes: owns the state it carries and all buffers, so that a step allocates
/// nothing. Used by one thread at a time.
public protocol SequenceRunner: AnyObject {
  /// What is carried from window to window, zero at the start of a session: tensors (1, features, L).
  var states: [Tensor] { get }
  /// The hidden vector after the last step that `forward` ran, (features, L), lanes innermost: what the outputs
  /// of that step were read from. Memory of the runner's own, valid until the next `forward` or reset.
  var hidden: UnsafeBufferPointer<Float> { get }
  /// Runs `steps` steps of `input`, (T, inputs, L), from the carried state; returns (T, outputs, L).
  func forward(_ input: Tensor, steps: Int, tape: Tape?) -> Tensor
}

/// A runner on a graph that can also tell the gradients of edges that the graph does not have.
public protocol EdgeProbing: SequenceRunner {
  /// Asks every backward pass from the next on for the gradients of further edges, those of `plan`; nil of a runner that does not record.
  func probe(_ plan: EdgePlan) -> EdgeProbe?
}

extension SequenceRunner {
  /// Sets the carried state of all lanes to zero.
  public func resetState() {
    for state in states { state.clear() }
  }

  /// Sets the carried state of one lane to zero.
  public func resetState(lane: Int) {
    for state in states {
      for feature in 0..<state.features { state.values[feature * state.lanes + lane] = 0 }
    }
  }
}

/// Size and work of a model.
public struct ModelCost: Sendable, Equatable {
  /// Trained numbers; of a sparse matrix only its edges.
  public var parameters: Int
  /// Trained numbers with sparse matrices counted as dense ones.
  public var denseParameters: Int
  /// Multiply-adds of one step of one lane.
  public var multiplyAdds: Int
  /// Floats of state carried from step to step.
  public var stateFloats: Int

  /// Sizes.
  public init(parameters: Int, denseParameters: Int, multiplyAdds: Int, stateFloats: Int) {
    self.parameters = parameters
    self.denseParameters = denseParameters
    self.multiplyAdds = multiplyAdds
    self.stateFloats = stateFloats
  }
}

extension SequenceModel {
  /// The numbers of `parameters` that are trained.
  public var trainedParameters: Int {
    layout.entries.reduce(0) { $0 + ($1.isTrained ? $1.range.count : 0) }
  }
}

/// A model without fixed arrays is its settings alone.
extension SequenceModel {
  public var structure: [StructureTensor] { [] }

  public static func restore(
    settings: inout SettingReader, inputs: Int, outputs: Int, structure: [StructureTensor]
  ) throws -> Self {
    try Self(settings: &settings, inputs: inputs, outputs: outputs, seed: 0)
  }
}
