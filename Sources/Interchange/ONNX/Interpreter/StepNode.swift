/// An operator at work, as it stands in a file: its inputs are tensors that have been made, nil where one is left out.
struct StepNode {
  /// The value of an attribute.
  enum Attribute {
    case integer(Int)
    case number(Float)
    case text(String)
    case integers([Int])
    case numbers([Float])
    case texts([String])
    case tensor(StepTensor)
  }

  let operation: String
  let inputs: [StepTensor?]
  let attributes: [String: Attribute]
  /// Results that are asked for.
  let outputs: Int
}

/// A node and the builder that it adds to.
struct StepReader {
  var builder: StepBuilder
  var node = StepNode(operation: "", inputs: [], attributes: [:], outputs: 0)

  func refused(_ found: String, _ expected: String) -> any Error { builder.refused(found, expected) }

  // MARK: Inputs

  func input(_ index: Int) throws -> StepTensor {
    guard let tensor = optional(index) else {
      throw refused("\(node.inputs.count) inputs", "an input \(index + 1)")
    }
    return tensor
  }

  func optional(_ index: Int) -> StepTensor? {
    node.inputs.indices.contains(index) ? node.inputs[index] : nil
  }

  func allInputs() throws -> [StepTensor] { try node.inputs.indices.map(input) }

  /// Whole numbers that stand in an attribute or, in later versions of an operator, in an input.
  func integers(_ name: String, orInput index: Int) throws -> [Int]? {
    try integers(name) ?? optional(index).map { try builder.integers($0, name) }
  }

  // MARK: Attributes

  func integer(_ name: String, default value: Int) throws -> Int {
    switch node.attributes[name] {
    case nil: value
    case .integer(let integer): integer
    default: throw refused("\(name) of another type", "a whole number")
    }
  }

  func integers(_ name: String) throws -> [Int]? {
    switch node.attributes[name] {
    case nil: nil
    case .integers(let integers): integers
    default: throw refused("\(name) of another type", "whole numbers")
    }
  }

  func number(_ name: String, default value: Float) throws -> Float {
    switch node.attributes[name] {
    case nil: value
    case .number(let number): number
    default: throw refused("\(name) of another type", "a number")
    }
  }

  func text(_ name: String, default value: String) throws -> String {
    switch node.attributes[name] {
    case nil: value
    case .text(let text): text
    default: throw refused("\(name) of another type", "text")
    }
  }

  /// An axis of so many, which counts from the end where it is negative.
  func axis(_ axis: Int, of rank: Int) throws -> Int {
    guard axis >= -rank, axis < rank else {
      throw refused("the axis \(axis)", rank == 0 ? "none, for there are no axes" : "\(-rank) to \(rank - 1)")
    }
    return axis < 0 ? axis + rank : axis
  }

  /// Axes, each once.
  func axes(_ axes: [Int], of rank: Int) throws -> [Int] {
    let found = try axes.map { try axis($0, of: rank) }
    guard Set(found).count == found.count else { throw refused("the axes \(axes)", "each once") }
    return found.sorted()
  }
}
