/// Inputs, states and constants of a step's graph.
extension StepGraph {
  mutating func input(_ name: String, _ shape: [Int], type: ElementType = .float32) -> Value {
    precondition(!inputs.contains { $0.name == name }, "input \(name) is declared twice")
    let value = Value(name: name, shape: shape, type: type, isBatched: true)
    inputs.append(value)
    return value
  }

  /// A state as the step finds it; what it becomes is said by `carry`.
  mutating func state(_ name: String, _ shape: [Int], type: ElementType = .float32) -> Value {
    input(name, shape, type: type)
  }

  /// Says what a state becomes.
  mutating func carry(_ state: Value, _ next: Value) {
    precondition(
      next.shape == state.shape && next.type == state.type,
      "state \(state.name) \(state.shape) becomes \(next.shape)")
    nextStates[state.name] = next
  }

  /// Names the outputs.
  mutating func finish(_ result: Value) {
    func name(_ value: Value, _ name: String) {
      nodes.append(Node(operation: "Identity", inputs: [value.name], output: name, attributes: []))
      outputs.append(Value(name: name, shape: value.shape, type: value.type, isBatched: true))
    }
    name(result, "outputs")
    for state in inputs.dropFirst() {
      guard let next = nextStates[state.name] else { preconditionFailure("\(state.name) becomes nothing") }
      name(next, "\(state.name)_next")
    }
  }

  /// A parameter of the model, as it is in the agent file.
  mutating func parameter(_ name: String) -> Value {
    let entry = layout[name]
    let numbers = Array(parameters[entry.range])
    return constant(name, entry.shape, numbers)
  }

  /// A named constant; the same name stands for the same numbers.
  mutating func constant(_ name: String, _ shape: [Int], _ numbers: [Float]) -> Value {
    let value = Value(name: name, shape: shape, type: .float32, isBatched: false)
    if !constants.contains(where: { $0.name == name }) {
      precondition(numbers.count == shape.reduce(1, *), "\(name): \(numbers.count) numbers for \(shape)")
      constants.append(Constant(name: name, shape: shape, content: .floats(numbers)))
    }
    return value
  }

  /// A single number.
  mutating func number(_ number: Float) -> Value { constant("number_\(number)", [], [number]) }

  /// Named integers.
  mutating func integers(_ name: String, _ shape: [Int], _ numbers: [Int64]) -> Value {
    let value = Value(name: name, shape: shape, type: .integer64, isBatched: false)
    if !constants.contains(where: { $0.name == name }) {
      precondition(numbers.count == shape.reduce(1, *), "\(name): \(numbers.count) numbers for \(shape)")
      constants.append(Constant(name: name, shape: shape, content: .integers(numbers)))
    }
    return value
  }

  /// Integers that say how an operator works: axes, lengths.
  mutating func integers(_ numbers: [Int]) -> Value {
    integers(
      "integers_\(numbers.map(String.init).joined(separator: "_"))", [numbers.count], numbers.map(Int64.init))
  }
}
