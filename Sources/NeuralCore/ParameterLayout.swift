/// Names and shapes of a model's parameters as slices of one flat buffer, so that the optimiser, clipping
/// and checkpoints are one loop each.
public struct ParameterLayout: Sendable, Equatable {
  /// One named parameter.
  public struct Entry: Sendable, Equatable {
    /// The name in agent files.
    public let name: String
    /// Row-major shape.
    public let shape: [Int]
    /// Where it lies in the flat buffer.
    public let range: Range<Int>
    /// False for constants, which keep their initial value: no gradient, no decay.
    public let isTrained: Bool
    /// Whether weight decay applies.
    public let decays: Bool
    /// The highest learning rate for this entry (S4D's time constants), or none.
    public let maximumRate: Float?
  }

  /// The parameters, in the order of the buffer.
  public private(set) var entries: [Entry] = []
  /// Floats in the buffer.
  public private(set) var count = 0

  /// No parameters yet.
  public init() {}

  /// Appends a parameter.
  public mutating func add(
    _ name: String, _ shape: [Int], isTrained: Bool = true, decays: Bool = true, maximumRate: Float? = nil
  ) {
    precondition(!entries.contains { $0.name == name }, "parameter \(name) is declared twice")
    let size = shape.reduce(1, *)
    entries.append(
      Entry(
        name: name, shape: shape, range: count..<count + size, isTrained: isTrained, decays: decays,
        maximumRate: maximumRate))
    count += size
  }

  /// Appends weight (outputs, inputs) and bias (outputs) of a linear layer, as `torch.nn.Linear` names them.
  public mutating func addLinear(_ name: String, outputs: Int, inputs: Int) {
    add("\(name).weight", [outputs, inputs])
    add("\(name).bias", [outputs])
  }

  /// Appends the layers of a recurrent network, as `torch.nn.RNN` and `torch.nn.LSTM` name them: weights to the inputs
  /// and to the layer itself, and a bias each, of `gates` rows a unit.
  public mutating func addRecurrent(_ name: String, layers: Int, inputs: Int, hidden: Int, gates: Int = 1) {
    for layer in 0..<layers {
      add("\(name).weight_ih_l\(layer)", [gates * hidden, layer == 0 ? inputs : hidden])
      add("\(name).weight_hh_l\(layer)", [gates * hidden, hidden])
      add("\(name).bias_ih_l\(layer)", [gates * hidden])
      add("\(name).bias_hh_l\(layer)", [gates * hidden])
    }
  }

  /// Where a parameter begins in the flat buffer.
  public func offset(_ name: String) -> Int { self[name].range.lowerBound }

  /// The entry with a name that is known to exist.
  public subscript(name: String) -> Entry {
    guard let entry = entries.first(where: { $0.name == name }) else {
      preconditionFailure("no parameter \(name) among \(entries.map(\.name))")
    }
    return entry
  }
}
