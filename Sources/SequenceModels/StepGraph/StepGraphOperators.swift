/// The operators that the models use. Each adds a node and returns what it makes; a shape leaves out the batch.
extension StepGraph {
  /// An operator whose output has this shape.
  private mutating func node(
    _ operation: String, _ inputs: [Value], _ shape: [Int], type: ElementType = .float32,
    _ attributes: [(name: String, value: Attribute)] = []
  ) -> Value {
    precondition(inputs.contains { $0.isBatched }, "\(operation) of constants alone")
    let name = "\(operation.lowercased())_\(nodes.count)"
    nodes.append(
      Node(operation: operation, inputs: inputs.map(\.name), output: name, attributes: attributes))
    return Value(name: name, shape: shape, type: type, isBatched: true)
  }

  /// x W^T + c: a linear layer with a weight (rows, columns) as in PyTorch; c is a bias (rows) or another sum.
  mutating func linear(_ x: Value, _ weight: Value, _ c: Value? = nil) -> Value {
    precondition(
      x.isBatched && x.shape == [weight.shape[1]] && c.map { $0.shape == [weight.shape[0]] } ?? true,
      "\(weight.name) \(weight.shape) times \(x.shape)")
    return node("Gemm", [x, weight] + (c.map { [$0] } ?? []), [weight.shape[0]], [("transB", .integer(1))])
  }

  /// A linear layer by the name of its weight and bias.
  mutating func linear(_ x: Value, _ name: String) -> Value {
    let weight = parameter("\(name).weight")
    return linear(x, weight, parameter("\(name).bias"))
  }

  /// a + b, broadcast.
  mutating func add(_ a: Value, _ b: Value) -> Value { elementwise("Add", a, b) }
  /// a - b, broadcast.
  mutating func subtract(_ a: Value, _ b: Value) -> Value { elementwise("Sub", a, b) }
  /// a b, elementwise and broadcast.
  mutating func multiply(_ a: Value, _ b: Value) -> Value { elementwise("Mul", a, b) }
  /// a mod b of integers from 0.
  mutating func remainder(_ a: Value, _ b: Value) -> Value { elementwise("Mod", a, b) }
  /// The smaller of a and b, elementwise and broadcast.
  mutating func minimum(_ a: Value, _ b: Value) -> Value { elementwise("Min", a, b) }
  /// Whether a = b.
  mutating func equal(_ a: Value, _ b: Value) -> Value { elementwise("Equal", a, b, type: .boolean) }
  /// Whether a <= b.
  mutating func atMost(_ a: Value, _ b: Value) -> Value { elementwise("LessOrEqual", a, b, type: .boolean) }

  mutating func tanh(_ x: Value) -> Value { node("Tanh", [x], x.shape) }
  mutating func sigmoid(_ x: Value) -> Value { node("Sigmoid", [x], x.shape) }
  mutating func rectified(_ x: Value) -> Value { node("Relu", [x], x.shape) }
  mutating func exp(_ x: Value) -> Value { node("Exp", [x], x.shape) }
  mutating func absolute(_ x: Value) -> Value { node("Abs", [x], x.shape) }
  mutating func negative(_ x: Value) -> Value { node("Neg", [x], x.shape) }

  private mutating func elementwise(
    _ operation: String, _ a: Value, _ b: Value, type: ElementType? = nil
  ) -> Value {
    precondition(a.type == b.type, "\(operation) of \(a.type) and \(b.type)")
    return node(operation, [a, b], StepGraph.broadcast(a.shape, b.shape), type: type ?? a.type)
  }

  private static func broadcast(_ a: [Int], _ b: [Int]) -> [Int] {
    let rank = max(a.count, b.count)
    let (a, b) = (padded(a, rank), padded(b, rank))
    return zip(a, b).map { x, y in
      precondition(x == y || x == 1 || y == 1, "\(a) and \(b) do not broadcast")
      return max(x, y)
    }
  }

  private static func padded(_ shape: [Int], _ rank: Int) -> [Int] {
    [Int](repeating: 1, count: rank - shape.count) + shape
  }

  /// a where the condition holds, b elsewhere.
  mutating func choose(_ condition: Value, _ a: Value, _ b: Value) -> Value {
    precondition(condition.type == .boolean, "a condition of \(condition.type)")
    let shape = StepGraph.broadcast(condition.shape, StepGraph.broadcast(a.shape, b.shape))
    return node("Where", [condition, a, b], shape)
  }

  /// Vectors side by side.
  mutating func concatenated(_ a: Value, _ b: Value) -> Value {
    node("Concat", [a, b], [a.shape[0] + b.shape[0]], [("axis", .integer(1))])
  }

  /// Some features of a vector.
  mutating func slice(_ x: Value, _ range: Range<Int>) -> Value {
    precondition(x.shape.count == 1 && range.upperBound <= x.shape[0], "\(range) of \(x.shape)")
    let bounds = (integers([range.lowerBound]), integers([range.upperBound]))
    return node("Slice", [x, bounds.0, bounds.1, integers([1])], [range.count])
  }

  /// A vector with zeros behind it.
  mutating func padded(_ x: Value, to count: Int) -> Value {
    node("Pad", [x, integers([0, 0, 0, count - x.shape[0]])], [count])
  }

  /// Rows of a constant table (rows, features), one for each integer.
  mutating func rows(of table: Value, at index: Value) -> Value {
    node("Gather", [table, index], index.shape + table.shape.dropFirst(), [("axis", .integer(0))])
  }

  /// The elements of a vector that a constant array of places names; the shape is that of the places.
  mutating func elements(of x: Value, at places: Value) -> Value {
    node("Gather", [x, places], places.shape, [("axis", .integer(1))])
  }

  /// The sum over the last axis.
  mutating func lastAxisSum(_ x: Value) -> Value {
    node("ReduceSum", [x, integers([-1])], Array(x.shape.dropLast()), [("keepdims", .integer(0))])
  }

  /// The same numbers in another shape.
  mutating func reshaped(_ x: Value, _ shape: [Int]) -> Value {
    precondition(x.shape.reduce(1, *) == shape.reduce(1, *), "\(x.shape) as \(shape)")
    // 0 keeps the batch, whatever it is.
    return node("Reshape", [x, integers([0] + shape)], shape, type: x.type)
  }

  /// Axes in another order; `order` counts from 0 without the batch, which stays first.
  mutating func transposed(_ x: Value, _ order: [Int]) -> Value {
    let axes = [0] + order.map { $0 + 1 }
    return node("Transpose", [x], order.map { x.shape[$0] }, [("perm", .integers(axes))])
  }

  /// Matrix products of the last two axes.
  mutating func product(_ a: Value, _ b: Value) -> Value {
    let rank = a.shape.count
    precondition(rank == b.shape.count && a.shape[rank - 1] == b.shape[rank - 2], "\(a.shape) \(b.shape)")
    return node("MatMul", [a, b], a.shape.dropLast() + [b.shape[rank - 1]])
  }

  /// exp(x) over its sum, along the last axis.
  mutating func softmax(_ x: Value) -> Value { node("Softmax", [x], x.shape, [("axis", .integer(-1))]) }

  /// Layer normalisation over the features by the name of its weight and bias, epsilon 1e-5.
  mutating func normalized(_ x: Value, _ name: String) -> Value {
    let weight = parameter("\(name).weight")
    return node(
      "LayerNormalization", [x, weight, parameter("\(name).bias")], x.shape,
      [("axis", .integer(-1)), ("epsilon", .number(1e-5))])
  }
}
