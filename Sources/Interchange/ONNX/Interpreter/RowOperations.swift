import CKernels
import Foundation

/// y = x W' for a constant W (columns, inner) and any number of rows of x.
struct WeightProduct: StepOperation {
  let x: StepTensor
  /// W as the kernels read it.
  let panels: StepTensor
  let rows: Int
  let inner: Int
  let columns: Int
  let y: StepTensor

  func run(_ memory: StepMemory) {
    ck_window_product(
      columns, inner, rows, 1, memory.floats(panels), memory.floats(x), inner, 0, memory.floats(y), columns)
  }
}

/// Puts a constant matrix (inner, columns), or where it is transposed (columns, inner), into the order of the kernels.
struct Packing: StepOperation {
  let matrix: StepTensor
  let isTransposed: Bool
  let inner: Int
  let columns: Int
  let panels: StepTensor

  func run(_ memory: StepMemory) {
    let strides = isTransposed ? (column: inner, inner: 1) : (column: 1, inner: columns)
    ck_pack_panels(
      columns, inner, memory.floats(matrix), strides.column, strides.inner, memory.floats(panels))
  }
}

/// c = a b for `count` pairs of matrices (rows, inner) and (inner, columns).
struct MatrixProducts: StepOperation {
  let a: StepTensor
  let b: StepTensor
  let c: StepTensor
  let count: Int
  let rows: Int
  let inner: Int
  let columns: Int

  func run(_ memory: StepMemory) {
    var (a, b, c) = (memory.floats(a), memory.floats(b), memory.floats(c))
    for _ in 0..<count {
      for _ in 0..<rows {
        c.update(repeating: 0, count: columns)
        for place in 0..<inner {
          let (factor, row) = (a[place], b + place * columns)
          for column in 0..<columns { c[column] += factor * row[column] }
        }
        a += inner
        c += columns
      }
      b += inner * columns
    }
  }
}

/// A number for every row of `length` numbers.
struct Reduction: StepOperation {
  enum Function: Sendable { case sum, mean, maximum, minimum }

  let function: Function
  let x: StepTensor
  let length: Int
  let y: StepTensor

  func run(_ memory: StepMemory) {
    var x = memory.floats(x)
    let y = memory.floats(y)
    for row in 0..<self.y.count {
      y[row] = value(UnsafeBufferPointer(start: x, count: length))
      x += length
    }
  }

  private func value(_ row: UnsafeBufferPointer<Float>) -> Float {
    switch function {
    case .sum: row.reduce(0, +)
    case .mean: row.reduce(0, +) / Float(length)
    case .maximum: row.reduce(-.infinity) { $0.isNaN || $0 > $1 ? $0 : $1 }
    case .minimum: row.reduce(.infinity) { $0.isNaN || $0 < $1 ? $0 : $1 }
    }
  }
}

/// Rows of `length` numbers, each by itself.
struct RowOperation: StepOperation {
  enum Function: Sendable {
    case softmax
    case logSoftmax
    /// To mean 0 and variance 1.
    case normalized(epsilon: Float)
  }

  let function: Function
  let x: StepTensor
  let length: Int
  let y: StepTensor

  func run(_ memory: StepMemory) {
    let (x, y) = (memory.floats(x), memory.floats(y))
    for start in stride(from: 0, to: self.y.count, by: length) {
      switch function {
      case .softmax: softmax(x + start, y + start)
      case .logSoftmax: logSoftmax(x + start, y + start)
      case .normalized(let epsilon): normalize(x + start, y + start, Double(epsilon))
      }
    }
  }

  private func largest(_ x: UnsafePointer<Float>) -> Float {
    (1..<length).reduce(x[0]) { Swift.max($0, x[$1]) }
  }

  private func softmax(_ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>) {
    let largest = largest(x)
    var sum: Float = 0
    for index in 0..<length {
      y[index] = exponential(x[index] - largest)
      sum += y[index]
    }
    for index in 0..<length { y[index] /= sum }
  }

  private func logSoftmax(_ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>) {
    let largest = largest(x)
    let sum = (0..<length).reduce(Float(0)) { $0 + exponential(x[$1] - largest) }
    let logarithm = Float(log(Double(sum)))
    for index in 0..<length { y[index] = x[index] - largest - logarithm }
  }

  private func normalize(_ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>, _ epsilon: Double) {
    let count = Double(length)
    let mean = (0..<length).reduce(0.0) { $0 + Double(x[$1]) } / count
    let variance = (0..<length).reduce(0.0) { $0 + (Double(x[$1]) - mean) * (Double(x[$1]) - mean) } / count
    let scale = 1 / (variance + epsilon).squareRoot()
    for index in 0..<length { y[index] = Float((Double(x[index]) - mean) * scale) }
  }
}
