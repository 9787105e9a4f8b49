import CKernels

/// What computes: the operations behind the operators, each on shapes that fit.
extension StepBuilder {
  mutating func unary(_ function: UnaryOperation.Function, _ x: StepTensor) throws -> StepTensor {
    try expect(.float, [x])
    return try made(.float, x.shape, of: [x], work: 4 * x.count) {
      UnaryOperation(function: function, x: x, y: $0)
    }
  }

  /// f(a, b), stretched to one shape: of floats, or of whole numbers.
  mutating func binary(
    _ float: FloatOperation.Function, _ integer: IntegerOperation.Function?, _ a: StepTensor, _ b: StepTensor
  ) throws -> StepTensor {
    let (a, b) = try paired(a, b)
    if let integer, a.element == .integer {
      return try made(.integer, a.shape, of: [a, b]) {
        IntegerOperation(function: integer, a: a, b: b, c: $0)
      }
    }
    try expect(.float, [a, b])
    return try made(.float, a.shape, of: [a, b]) { FloatOperation(function: float, a: a, b: b, c: $0) }
  }

  mutating func add(_ a: StepTensor, _ b: StepTensor) throws -> StepTensor { try binary(.add, .add, a, b) }

  mutating func multiply(_ a: StepTensor, _ b: StepTensor) throws -> StepTensor {
    try binary(.multiply, .multiply, a, b)
  }

  /// f(a, b) of truth values.
  mutating func logical(
    _ function: IntegerOperation.Function, _ a: StepTensor, _ b: StepTensor
  ) throws -> StepTensor {
    let (a, b) = try paired(a, b)
    try expect(.boolean, [a, b])
    return try made(.boolean, a.shape, of: [a, b]) { IntegerOperation(function: function, a: a, b: b, c: $0) }
  }

  mutating func comparison(
    _ relation: Comparison.Relation, _ a: StepTensor, _ b: StepTensor
  ) throws -> StepTensor {
    let (a, b) = try paired(a, b)
    return try made(.boolean, a.shape, of: [a, b]) { Comparison(relation: relation, a: a, b: b, c: $0) }
  }

  mutating func choice(_ condition: StepTensor, _ a: StepTensor, _ b: StepTensor) throws -> StepTensor {
    try expect(.boolean, [condition])
    let shape = try common([condition.shape, a.shape, b.shape])
    let condition = try expanded(condition, to: shape)
    let (a, b) = try paired(try expanded(a, to: shape), b)
    return try made(a.element, shape, of: [condition, a, b]) {
      Choice(condition: condition, a: a, b: b, y: $0)
    }
  }

  mutating func converted(_ x: StepTensor, to element: StepElement) throws -> StepTensor {
    if x.element == element { return x }
    return try made(element, x.shape, of: [x]) { Conversion(x: x, y: $0) }
  }

  private mutating func paired(_ a: StepTensor, _ b: StepTensor) throws -> (StepTensor, StepTensor) {
    guard a.element == b.element else {
      throw refused("\(a.element)s and \(b.element)s", "one type")
    }
    let shape = try common([a.shape, b.shape])
    return (try expanded(a, to: shape), try expanded(b, to: shape))
  }

  func expect(_ element: StepElement, _ tensors: [StepTensor]) throws {
    if let other = tensors.first(where: { $0.element != element }) {
      throw refused("a tensor of \(other.element)s", "\(element)s")
    }
  }

  // MARK: Rows

  /// A number for all that lie along some axes, which stay with length 1 or go.
  mutating func reduced(
    _ function: Reduction.Function, _ x: StepTensor, axes: [Int], keeps: Bool
  ) throws -> StepTensor {
    try expect(.float, [x])
    let kept = x.shape.indices.filter { !axes.contains($0) }
    let rows = try transposed(x, kept + axes)
    let length = axes.map { x.shape[$0] }.reduce(1, *)
    let y = try made(.float, kept.map { x.shape[$0] }, of: [rows], work: x.count) {
      Reduction(function: function, x: rows, length: length, y: $0)
    }
    return keeps ? y.seen(as: x.shape.indices.map { axes.contains($0) ? 1 : x.shape[$0] }) : y
  }

  /// What is done to all that lies along the last `axes` axes.
  mutating func byRow(_ function: RowOperation.Function, _ x: StepTensor, axes: Int) throws -> StepTensor {
    try expect(.float, [x])
    let length = x.shape.suffix(axes).reduce(1, *)
    return try made(.float, x.shape, of: [x], work: 8 * x.count) {
      RowOperation(function: function, x: x, length: length, y: $0)
    }
  }

  // MARK: Products

  /// Matrix products of the last two axes; b may be the transposed of what is meant, where it has no more than two.
  mutating func product(_ a: StepTensor, _ b: StepTensor, isTransposed: Bool = false) throws -> StepTensor {
    try expect(.float, [a, b])
    guard a.shape.count >= 2, b.shape.count >= 2 else {
      throw refused("a product of \(a.shape) and \(b.shape)", "matrices")
    }
    let (inner, columns) =
      isTransposed ? (b.shape[1], b.shape[0]) : (b.shape[b.shape.count - 2], b.shape.last ?? 0)
    let rows = a.shape[a.shape.count - 2]
    guard a.shape.last == inner, inner > 0, rows > 0, columns > 0 else {
      throw refused(
        "a product of \(a.shape) and \(b.shape)\(isTransposed ? " transposed" : "")", "shapes that fit")
    }
    if b.shape.count == 2, isConstant(b), !isConstant(a) {
      return try weighed(a, b, isTransposed, inner: inner, columns: columns)
    }
    let right = isTransposed ? try transposed(b, [1, 0]) : b
    let outer = try common([Array(a.shape.dropLast(2)), Array(right.shape.dropLast(2))])
    let left = try expanded(a, to: outer + [rows, inner])
    let matrices = try expanded(right, to: outer + [inner, columns])
    let (work, isTooLarge) = left.count.multipliedReportingOverflow(by: columns)
    return try made(
      .float, outer + [rows, columns], of: [left, matrices], work: isTooLarge ? .max / 2 : work
    ) {
      MatrixProducts(
        a: left, b: matrices, c: $0, count: outer.reduce(1, *), rows: rows, inner: inner, columns: columns)
    }
  }

  /// The product with a constant, put into the order of the kernels.
  private mutating func weighed(
    _ a: StepTensor, _ b: StepTensor, _ isTransposed: Bool, inner: Int, columns: Int
  ) throws -> StepTensor {
    let panels = try made(.float, [ck_panel_floats(columns, inner)], of: [b]) {
      Packing(matrix: b, isTransposed: isTransposed, inner: inner, columns: columns, panels: $0)
    }
    let rows = a.count / inner
    let (work, isTooLarge) = a.count.multipliedReportingOverflow(by: columns)
    return try made(
      .float, a.shape.dropLast() + [columns], of: [a, panels], work: isTooLarge ? .max / 2 : work
    ) {
      WeightProduct(x: a, panels: panels, rows: rows, inner: inner, columns: columns, y: $0)
    }
  }
}
