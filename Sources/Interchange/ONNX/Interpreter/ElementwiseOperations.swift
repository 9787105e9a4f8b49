import CKernels
import Foundation
import NeuralCore

/// y = f(x), floats.
struct UnaryOperation: StepOperation {
  enum Function: Sendable {
    case tanh, sigmoid, relu, exp, log, abs, negative, squareRoot, reciprocal, erf, softplus, sine, cosine,
      floor
    case elu(Float)
    case leakyRelu(Float)
  }

  let function: Function
  let x: StepTensor
  let y: StepTensor

  func run(_ memory: StepMemory) {
    let (x, y) = (memory.floats(x), memory.floats(y))
    switch function {
    case .tanh: ck_tanh(self.y.count, x, y)
    case .sigmoid:
      // Half an angle's tanh, the same on every machine as the models'.
      map(x, y) { $0 * 0.5 }
      ck_tanh(self.y.count, y, y)
      map(y, y) { $0 * 0.5 + 0.5 }
    case .relu: map(x, y) { $0 < 0 ? 0 : $0 }
    case .exp: map(x, y, exponential)
    case .log: map(x, y) { Float(Foundation.log(Double($0))) }
    case .abs: map(x, y) { Swift.abs($0) }
    case .negative: map(x, y) { -$0 }
    case .squareRoot: map(x, y) { $0.squareRoot() }
    case .reciprocal: map(x, y) { 1 / $0 }
    case .erf: map(x, y) { Float(Foundation.erf(Double($0))) }
    case .softplus: map(x, y) { Swift.max($0, 0) + Float(log1p(Foundation.exp(-Double(Swift.abs($0))))) }
    case .sine: map(x, y) { Float(DeterministicMath.cosSin(Double($0)).sin) }
    case .cosine: map(x, y) { Float(DeterministicMath.cosSin(Double($0)).cos) }
    case .floor: map(x, y) { $0.rounded(.down) }
    case .elu(let alpha): map(x, y) { $0 < 0 ? alpha * (exponential($0) - 1) : $0 }
    case .leakyRelu(let alpha): map(x, y) { $0 < 0 ? alpha * $0 : $0 }
    }
  }

  @inline(__always)
  private func map(_ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>, _ function: (Float) -> Float)
  {
    for index in 0..<self.y.count { y[index] = function(x[index]) }
  }
}

/// e^x, the same on every machine.
func exponential(_ x: Float) -> Float { x.isNaN ? x : Float(DeterministicMath.exp(Double(x))) }

/// c = f(a, b), element by element: floats of floats.
struct FloatOperation: StepOperation {
  enum Function: Sendable { case add, subtract, multiply, divide, power, minimum, maximum, remainder }

  let function: Function
  let a: StepTensor
  let b: StepTensor
  let c: StepTensor

  func run(_ memory: StepMemory) {
    let (a, b, c) = (memory.floats(a), memory.floats(b), memory.floats(c))
    switch function {
    case .add: zip(a, b, c) { $0 + $1 }
    case .subtract: zip(a, b, c) { $0 - $1 }
    case .multiply: zip(a, b, c) { $0 * $1 }
    case .divide: zip(a, b, c) { $0 / $1 }
    case .power: zip(a, b, c) { Float(pow(Double($0), Double($1))) }
    case .minimum: zip(a, b, c) { $0.isNaN || $0 < $1 ? $0 : $1 }
    case .maximum: zip(a, b, c) { $0.isNaN || $0 > $1 ? $0 : $1 }
    case .remainder: zip(a, b, c) { $0.truncatingRemainder(dividingBy: $1) }
    }
  }

  @inline(__always)
  private func zip(
    _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, _ c: UnsafeMutablePointer<Float>,
    _ function: (Float, Float) -> Float
  ) {
    for index in 0..<self.c.count { c[index] = function(a[index], b[index]) }
  }
}

/// c = f(a, b), element by element: whole numbers of whole numbers. What is too large wraps around.
struct IntegerOperation: StepOperation {
  enum Function: Sendable {
    case add, subtract, multiply, divide, minimum, maximum, remainder, modulo, and, or, xor
  }

  let function: Function
  let a: StepTensor
  let b: StepTensor
  let c: StepTensor

  func run(_ memory: StepMemory) {
    let (a, b, c) = (memory.integers(a), memory.integers(b), memory.integers(c))
    for index in 0..<self.c.count { c[index] = IntegerOperation.value(function, a[index], b[index]) }
  }

  static func value(_ function: Function, _ a: Int64, _ b: Int64) -> Int64 {
    switch function {
    case .add: a &+ b
    case .subtract: a &- b
    case .multiply: a &* b
    // A division by zero, which ONNX leaves open, changes nothing.
    case .divide: a.dividedReportingOverflow(by: b).partialValue
    case .minimum: Swift.min(a, b)
    case .maximum: Swift.max(a, b)
    case .remainder: a.remainderReportingOverflow(dividingBy: b).partialValue
    case .modulo: modulo(a, b)
    case .and: a & b
    case .or: a | b
    case .xor: a ^ b
    }
  }

  /// The remainder that has the sign of b.
  private static func modulo(_ a: Int64, _ b: Int64) -> Int64 {
    let remainder = a.remainderReportingOverflow(dividingBy: b).partialValue
    return b != 0 && remainder != 0 && (remainder < 0) != (b < 0) ? remainder &+ b : remainder
  }
}

/// c = whether a and b are so, element by element.
struct Comparison: StepOperation {
  enum Relation: Sendable { case equal, less, atMost }

  let relation: Relation
  let a: StepTensor
  let b: StepTensor
  let c: StepTensor

  func run(_ memory: StepMemory) {
    if a.element == .float { compare(memory, Float.self) } else { compare(memory, Int64.self) }
  }

  private func compare<Number: Comparable>(_ memory: StepMemory, _: Number.Type) {
    let (a, b, c) = (
      memory.numbers(a, as: Number.self), memory.numbers(b, as: Number.self), memory.integers(c)
    )
    for index in 0..<self.c.count {
      let holds =
        switch relation {
        case .equal: a[index] == b[index]
        case .less: a[index] < b[index]
        case .atMost: a[index] <= b[index]
        }
      c[index] = holds ? 1 : 0
    }
  }
}

/// y = a where the condition holds, b elsewhere.
struct Choice: MovingOperation {
  let condition: StepTensor
  let a: StepTensor
  let b: StepTensor
  let y: StepTensor

  func move<Number>(_ memory: StepMemory, _: Number.Type) {
    let condition = memory.integers(condition)
    let (a, b, y) = (
      memory.numbers(a, as: Number.self), memory.numbers(b, as: Number.self),
      memory.numbers(y, as: Number.self)
    )
    for index in 0..<self.y.count { y[index] = condition[index] != 0 ? a[index] : b[index] }
  }
}

/// y = x as another type.
struct Conversion: StepOperation {
  let x: StepTensor
  let y: StepTensor

  func run(_ memory: StepMemory) {
    switch (x.element, y.element) {
    case (.float, .boolean): map(memory, Float.self, Int64.self) { $0 != 0 ? 1 : 0 }
    case (.float, .integer): map(memory, Float.self, Int64.self, Conversion.whole)
    case (_, .float): map(memory, Int64.self, Float.self) { Float($0) }
    case (_, .boolean): map(memory, Int64.self, Int64.self) { $0 != 0 ? 1 : 0 }
    default: map(memory, Int64.self, Int64.self) { $0 }
    }
  }

  private func map<From, To>(_ memory: StepMemory, _: From.Type, _: To.Type, _ function: (From) -> To) {
    let (x, y) = (memory.numbers(x, as: From.self), memory.numbers(y, as: To.self))
    for index in 0..<self.y.count { y[index] = function(x[index]) }
  }

  /// Towards zero; the nearest that there is of what is too large, 0 of what is no number.
  private static func whole(_ x: Float) -> Int64 {
    Int64(exactly: x.rounded(.towardZero)) ?? (x.isNaN ? 0 : x < 0 ? .min : .max)
  }
}
