/// The operators of ONNX that are understood, by their names: those of `StepGraph`, and what exporters of PyTorch and
/// Keras make of the layers of a small recurrent network. Sources: onnx/docs/Operators.md, versions 13 to 23.
enum StepOperators {
  /// Adds what a node computes to the builder; returns its results.
  typealias Reading = @Sendable (inout StepReader) throws -> [StepTensor]

  static let all: [String: Reading] = functions.merging(pairs) { $1 }.merging(shapes) { $1 }
    .merging(sums) { $1 }.merging(recurrent) { $1 }

  private static func one(
    _ read: @escaping @Sendable (inout StepReader) throws -> StepTensor
  ) -> Reading {
    { reader in [try read(&reader)] }
  }

  // MARK: Functions of one tensor

  private static func unary(_ function: UnaryOperation.Function) -> Reading {
    one { reader in try reader.builder.unary(function, reader.input(0)) }
  }

  private static let functions: [String: Reading] = [
    "Tanh": unary(.tanh), "Sigmoid": unary(.sigmoid), "Relu": unary(.relu), "Exp": unary(.exp),
    "Log": unary(.log), "Abs": unary(.abs), "Neg": unary(.negative), "Sqrt": unary(.squareRoot),
    "Reciprocal": unary(.reciprocal), "Erf": unary(.erf), "Softplus": unary(.softplus), "Sin": unary(.sine),
    "Cos": unary(.cosine), "Floor": unary(.floor),
    "Elu": one { reader in
      try reader.builder.unary(.elu(try reader.number("alpha", default: 1)), reader.input(0))
    },
    "LeakyRelu": one { reader in
      try reader.builder.unary(.leakyRelu(try reader.number("alpha", default: 0.01)), reader.input(0))
    },
    "Identity": one { reader in try reader.input(0) },
    // Which drops nothing in play.
    "Dropout": one { reader in try reader.input(0) },
    "Not": one { reader in
      let one = try reader.builder.constant(integers: [1], [], .boolean)
      return try reader.builder.logical(.xor, reader.input(0), one)
    },
    "Cast": one { reader in
      let type = try reader.integer("to", default: 0)
      guard let element = StepElement(onnx: type) else {
        throw reader.refused("the type \(type)", StepElement.known)
      }
      return try reader.builder.converted(reader.input(0), to: element)
    },
    "Clip": one { reader in
      var x = try reader.input(0)
      if let least = reader.optional(1) { x = try reader.builder.binary(.maximum, .maximum, x, least) }
      if let most = reader.optional(2) { x = try reader.builder.binary(.minimum, .minimum, x, most) }
      return x
    },
  ]

  // MARK: Functions of two

  private static func binary(
    _ float: FloatOperation.Function, _ integer: IntegerOperation.Function?
  ) -> Reading {
    one { reader in try reader.builder.binary(float, integer, reader.input(0), reader.input(1)) }
  }

  /// Of any number of tensors, one after the other.
  private static func fold(
    _ float: FloatOperation.Function, _ integer: IntegerOperation.Function?
  ) -> Reading {
    one { reader in
      var result = try reader.input(0)
      for other in try reader.allInputs().dropFirst() {
        result = try reader.builder.binary(float, integer, result, other)
      }
      return result
    }
  }

  private static func logical(_ function: IntegerOperation.Function) -> Reading {
    one { reader in try reader.builder.logical(function, reader.input(0), reader.input(1)) }
  }

  private static func comparison(_ relation: Comparison.Relation, turned: Bool = false) -> Reading {
    one { reader in
      let (a, b) = (try reader.input(turned ? 1 : 0), try reader.input(turned ? 0 : 1))
      return try reader.builder.comparison(relation, a, b)
    }
  }

  private static let pairs: [String: Reading] = [
    "Add": binary(.add, .add), "Sub": binary(.subtract, .subtract), "Mul": binary(.multiply, .multiply),
    "Div": binary(.divide, .divide), "Min": fold(.minimum, .minimum), "Max": fold(.maximum, .maximum),
    "Sum": fold(.add, nil),
    "Pow": one { reader in
      let exponent = try reader.builder.converted(try reader.input(1), to: .float)
      return try reader.builder.binary(.power, nil, reader.input(0), exponent)
    },
    "Mod": one { reader in
      let isFloat = try reader.integer("fmod", default: 0) != 0
      if !isFloat { try reader.builder.expect(.integer, [reader.input(0)]) }
      return try reader.builder.binary(
        .remainder, isFloat ? .remainder : .modulo, reader.input(0), reader.input(1))
    },
    "Equal": comparison(.equal), "Less": comparison(.less), "LessOrEqual": comparison(.atMost),
    "Greater": comparison(.less, turned: true), "GreaterOrEqual": comparison(.atMost, turned: true),
    "And": logical(.and), "Or": logical(.or), "Xor": logical(.xor),
    "Where": one { reader in
      try reader.builder.choice(reader.input(0), reader.input(1), reader.input(2))
    },
  ]

  // MARK: Sums

  private static func reduction(_ function: Reduction.Function) -> Reading {
    one { reader in
      let x = try reader.input(0)
      let named = try reader.integers("axes", orInput: 1) ?? []
      if named.isEmpty, try reader.integer("noop_with_empty_axes", default: 0) != 0 { return x }
      let axes = named.isEmpty ? Array(x.shape.indices) : try reader.axes(named, of: x.shape.count)
      let keeps = try reader.integer("keepdims", default: 1) != 0
      return try reader.builder.reduced(function, x, axes: axes, keeps: keeps)
    }
  }

  /// Along one axis, which is made the last meanwhile.
  private static func alongAxis(_ function: RowOperation.Function) -> Reading {
    one { reader in
      let x = try reader.input(0)
      let axis = try reader.axis(reader.integer("axis", default: -1), of: x.shape.count)
      var order = Array(x.shape.indices)
      order.swapAt(axis, order.count - 1)
      let rows = try reader.builder.transposed(x, order)
      return try reader.builder.transposed(reader.builder.byRow(function, rows, axes: 1), order)
    }
  }

  private static let sums: [String: Reading] = [
    "ReduceSum": reduction(.sum), "ReduceMean": reduction(.mean), "ReduceMax": reduction(.maximum),
    "ReduceMin": reduction(.minimum), "Softmax": alongAxis(.softmax), "LogSoftmax": alongAxis(.logSoftmax),
    "LayerNormalization": one { reader in
      let x = try reader.input(0)
      let axis = try reader.axis(reader.integer("axis", default: -1), of: x.shape.count)
      let epsilon = try reader.number("epsilon", default: 1e-5)
      var y = try reader.builder.byRow(.normalized(epsilon: epsilon), x, axes: x.shape.count - axis)
      y = try reader.builder.multiply(y, reader.input(1))
      if let bias = reader.optional(2) { y = try reader.builder.add(y, bias) }
      return y
    },
    "MatMul": one { reader in
      var (a, b) = (try reader.input(0), try reader.input(1))
      let (isRow, isColumn) = (a.shape.count == 1, b.shape.count == 1)
      if isRow { a = try reader.builder.reshaped(a, [1] + a.shape) }
      if isColumn { b = try reader.builder.reshaped(b, b.shape + [1]) }
      let product = try reader.builder.product(a, b)
      var shape = product.shape
      if isColumn { shape.removeLast() }
      if isRow { shape.remove(at: shape.count - (isColumn ? 1 : 2)) }
      return product.seen(as: shape)
    },
    "Gemm": one { reader in
      var (a, b) = (try reader.input(0), try reader.input(1))
      guard a.shape.count == 2, b.shape.count == 2 else {
        throw reader.refused("a product of \(a.shape) and \(b.shape)", "matrices")
      }
      if try reader.integer("transA", default: 0) != 0 { a = try reader.builder.transposed(a, [1, 0]) }
      let isTransposed = try reader.integer("transB", default: 0) != 0
      var y = try reader.builder.product(a, b, isTransposed: isTransposed)
      y = try scaled(y, try reader.number("alpha", default: 1), &reader)
      guard let c = reader.optional(2) else { return y }
      let added = try scaled(c, try reader.number("beta", default: 1), &reader)
      return try reader.builder.add(y, reader.builder.expanded(added, to: y.shape))
    },
  ]

  private static func scaled(_ x: StepTensor, _ factor: Float, _ reader: inout StepReader) throws
    -> StepTensor
  {
    if factor == 1 { return x }
    return try reader.builder.multiply(x, reader.builder.constant(floats: [factor], []))
  }
}

extension StepElement {
  /// The types that are read, as errors name them.
  static let known = "float, double, int64, int32 or bool"

  /// By ONNX's number of the type: 64-bit floats become 32-bit ones, 32-bit integers 64-bit ones.
  init?(onnx type: Int) {
    switch type {
    case 1, 11: self = .float
    case 6, 7: self = .integer
    case 9: self = .boolean
    default: return nil
    }
  }
}
