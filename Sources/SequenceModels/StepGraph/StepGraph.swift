import NeuralCore

/// One step of a model, (observation, states) -> (outputs, states), as a graph of ONNX operators (opset 17).
///
/// A description without a dependency: `Interchange` writes it as an ONNX file. Every value that is not a constant
/// has a leading axis "batch", so that one file runs one game or many; shapes here leave it out. All states are
/// zero at the start of a session.
public struct StepGraph: Sendable, Equatable {
  /// The version of the operators: those of ONNX 1.12 and later.
  public static let operatorSet = 17

  /// What a tensor holds.
  public enum ElementType: Sendable, Equatable {
    /// 32-bit floats.
    case float32
    /// 64-bit integers.
    case integer64
    /// Truth values.
    case boolean
  }

  /// A tensor that flows: its name, and its shape without the batch if it has one.
  public struct Value: Sendable, Equatable {
    /// The name in the graph.
    public let name: String
    /// Sizes of the axes behind the batch; of all axes for a constant.
    public let shape: [Int]
    /// What it holds.
    public let type: ElementType
    /// Whether a batch axis comes first; false for constants.
    public let isBatched: Bool

    /// A named tensor.
    public init(name: String, shape: [Int], type: ElementType, isBatched: Bool) {
      self.name = name
      self.shape = shape
      self.type = type
      self.isBatched = isBatched
    }
  }

  /// The numbers of a constant, row-major.
  public enum Content: Sendable, Equatable {
    /// 32-bit floats.
    case floats([Float])
    /// 64-bit integers.
    case integers([Int64])
  }

  /// A tensor that is part of the graph: a parameter, or a small number.
  public struct Constant: Sendable, Equatable {
    /// The name in the graph.
    public let name: String
    /// The sizes of its axes; none for a single number.
    public let shape: [Int]
    /// The numbers.
    public let content: Content

    /// A named constant.
    public init(name: String, shape: [Int], content: Content) {
      self.name = name
      self.shape = shape
      self.content = content
    }
  }

  /// The value of an operator's attribute.
  public enum Attribute: Sendable, Equatable {
    /// A whole number.
    case integer(Int)
    /// A number.
    case number(Float)
    /// Whole numbers.
    case integers([Int])
  }

  /// An operator at work. Nodes stand in an order in which they can run.
  public struct Node: Sendable, Equatable {
    /// ONNX's name of the operator.
    public let operation: String
    /// The names of what it reads.
    public let inputs: [String]
    /// The name of what it makes.
    public let output: String
    /// Attributes by name, sorted by it.
    public let attributes: [(name: String, value: Attribute)]

    /// An operator.
    public init(
      operation: String, inputs: [String], output: String, attributes: [(name: String, value: Attribute)]
    ) {
      self.operation = operation
      self.inputs = inputs
      self.output = output
      self.attributes = attributes
    }

    public static func == (a: Node, b: Node) -> Bool {
      a.operation == b.operation && a.inputs == b.inputs && a.output == b.output
        && a.attributes.elementsEqual(b.attributes) { $0 == $1 }
    }
  }

  /// What the caller gives: "observation", then the states.
  public internal(set) var inputs: [Value] = []
  /// What the caller gets: "outputs", then the states after the step, each named as its input with "_next".
  public internal(set) var outputs: [Value] = []
  /// Parameters and small numbers.
  public internal(set) var constants: [Constant] = []
  /// Operators, in order.
  public internal(set) var nodes: [Node] = []

  /// The model's parameters, which become constants when they are asked for.
  let layout: ParameterLayout
  let parameters: [Float]
  /// What the states become, by the name of the state.
  var nextStates: [String: Value] = [:]

  init(layout: ParameterLayout, parameters: [Float]) {
    precondition(parameters.count == layout.count, "\(parameters.count) parameters for \(layout.count)")
    self.layout = layout
    self.parameters = parameters
  }

  /// A graph from its parts, as when a file is read back.
  public init(inputs: [Value], outputs: [Value], constants: [Constant], nodes: [Node]) {
    self.init(layout: ParameterLayout(), parameters: [])
    (self.inputs, self.outputs, self.constants, self.nodes) = (inputs, outputs, constants, nodes)
  }

  /// Equal graphs have equal inputs, outputs, constants and nodes; where they come from does not count.
  public static func == (a: StepGraph, b: StepGraph) -> Bool {
    a.inputs == b.inputs && a.outputs == b.outputs && a.constants == b.constants && a.nodes == b.nodes
  }

  /// Bytes of all constants.
  public var constantBytes: Int {
    constants.reduce(0) { sum, constant in
      switch constant.content {
      case .floats(let numbers): sum + 4 * numbers.count
      case .integers(let numbers): sum + 8 * numbers.count
      }
    }
  }
}

extension SequenceModel {
  /// One step of this model with the given parameters, in the order of its layout, for observations of `inputs`
  /// numbers.
  public func stepGraph(parameters: [Float], inputs: Int) -> StepGraph {
    var graph = StepGraph(layout: layout, parameters: parameters)
    let observation = graph.input("observation", [inputs])
    let outputs = describeStep(observation, in: &graph)
    graph.finish(outputs)
    return graph
  }
}
