/// A block of floats with the shape (T steps, F features, L lanes), lanes innermost.
///
/// Lanes are independent sequences; a feature is a neuron, an input or an output. Memory is aligned to 64
/// bytes and zero at first. It is never resized, and there are no views.
///
/// Sendable, because whoever owns one sees to it that no two threads touch a number that either of them writes: a shard's is
/// used by one thread at a time, weights are read by many and written when none reads, and a flat buffer is worked on in
/// pieces.
public final class Tensor: @unchecked Sendable {
  /// Steps, T.
  public let steps: Int
  /// Features, F.
  public let features: Int
  /// Lanes, L.
  public let lanes: Int
  /// The values, T x F x L.
  public let values: UnsafeMutablePointer<Float>
  /// The gradient of the loss by the values; there only where `init` asked for it.
  public let gradients: UnsafeMutablePointer<Float>?

  /// A tensor of zeros.
  public init(steps: Int, features: Int, lanes: Int, gradients: Bool = false) {
    precondition(
      steps >= 0 && features >= 0 && lanes >= 0, "Tensor(\(steps), \(features), \(lanes)): negative size")
    self.steps = steps
    self.features = features
    self.lanes = lanes
    let count = steps * features * lanes
    values = alignedZeros(count)
    self.gradients = gradients ? alignedZeros(count) : nil
  }

  deinit {
    values.deallocate()
    gradients?.deallocate()
  }

  /// Number of values.
  public var count: Int { steps * features * lanes }
  /// Values in one step, F x L.
  public var stepCount: Int { features * lanes }

  /// The F x L values of one step.
  public func step(_ index: Int) -> UnsafeMutablePointer<Float> { values + index * stepCount }

  /// Sets all values to zero.
  public func clear() { values.update(repeating: 0, count: count) }

  /// A copy of the values, for checkpoints and tests.
  public var array: [Float] { Array(UnsafeBufferPointer(start: values, count: count)) }

  /// Replaces all values.
  public func copy(from array: [Float]) {
    precondition(array.count == count, "Tensor.copy: found \(array.count) values, expected \(count)")
    array.withUnsafeBufferPointer { values.update(from: $0.baseAddress!, count: count) }
  }
}

extension Tensor {
  /// A copy of some lanes' values, (T, F, those lanes).
  public func array(ofLanes range: Range<Int>) -> [Float] {
    if range == 0..<lanes { return array }
    return (0..<steps * features).flatMap { row in range.map { values[row * lanes + $0] } }
  }

  /// Replaces the values of some lanes by those that `array(ofLanes:)` gave.
  public func copy(from array: [Float], toLanes range: Range<Int>) {
    precondition(
      array.count == steps * features * range.count,
      "Tensor.copy: found \(array.count) values, expected \(steps * features * range.count)")
    if range == 0..<lanes { return copy(from: array) }
    for row in 0..<steps * features {
      for (place, lane) in range.enumerated() {
        values[row * lanes + lane] = array[row * range.count + place]
      }
    }
  }
}

/// `count` zeros, aligned for the widest vectors; at least one, so that the address is valid.
func alignedZeros(_ count: Int) -> UnsafeMutablePointer<Float> {
  let bytes = max(count, 16) * MemoryLayout<Float>.stride
  let raw = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
  let floats = raw.bindMemory(to: Float.self, capacity: max(count, 16))
  floats.initialize(repeating: 0, count: max(count, 16))
  return floats
}
