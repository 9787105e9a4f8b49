/// What a tensor holds. Truth values are kept as whole numbers, 0 and 1.
enum StepElement: Sendable {
  case float
  case integer
  case boolean
}

/// A tensor of a step: the number of its buffer and how that is seen, row-major. A tensor that is another in a new shape
/// shares its buffer; nothing writes to a buffer but the operation that makes it.
struct StepTensor: Sendable {
  let buffer: Int
  let element: StepElement
  let shape: [Int]
  /// Numbers in it.
  let count: Int

  init(buffer: Int, element: StepElement, shape: [Int]) {
    self.buffer = buffer
    self.element = element
    self.shape = shape
    count = shape.reduce(1, *)
  }

  /// The same numbers in another shape.
  func seen(as shape: [Int]) -> StepTensor {
    let tensor = StepTensor(buffer: buffer, element: element, shape: shape)
    precondition(tensor.count == count, "\(self.shape) as \(shape)")
    return tensor
  }

  /// Places from one element to the next along every axis.
  var strides: [Int] {
    var strides = [Int](repeating: 1, count: shape.count)
    for axis in shape.indices.dropLast().reversed() { strides[axis] = strides[axis + 1] * shape[axis + 1] }
    return strides
  }
}

/// The numbers of a tensor: 32-bit floats, or 64-bit integers. Zero at first.
///
/// Sendable, because constants are written once, before any player reads them, and other buffers belong to one player.
final class StepBuffer: @unchecked Sendable {
  let address: UnsafeMutableRawPointer
  let bytes: Int

  init(_ element: StepElement, count: Int) {
    let size = element == .float ? MemoryLayout<Float>.size : MemoryLayout<Int64>.size
    bytes = max(count, 1) * size
    address = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
    clear()
  }

  deinit { address.deallocate() }

  func clear() { address.initializeMemory(as: UInt8.self, repeating: 0, count: bytes) }
}

/// Where the buffers of a step lie, by their numbers.
struct StepMemory {
  private(set) var buffers: [StepBuffer?] = []

  mutating func append(_ buffer: StepBuffer?) { buffers.append(buffer) }

  func isFilled(_ tensor: StepTensor) -> Bool { buffers[tensor.buffer] != nil }

  /// The numbers of a tensor, floats or integers as it holds them.
  func numbers<Number>(_ tensor: StepTensor, as _: Number.Type = Number.self) -> UnsafeMutablePointer<Number>
  {
    guard let buffer = buffers[tensor.buffer] else {
      preconditionFailure("buffer \(tensor.buffer) is not there")
    }
    return buffer.address.assumingMemoryBound(to: Number.self)
  }

  func floats(_ tensor: StepTensor) -> UnsafeMutablePointer<Float> { numbers(tensor) }
  func integers(_ tensor: StepTensor) -> UnsafeMutablePointer<Int64> { numbers(tensor) }
}
