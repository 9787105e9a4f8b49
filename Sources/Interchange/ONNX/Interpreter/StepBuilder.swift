import Storage

/// Makes a program, tensor by tensor. Every size is compared with what there may be before anything is allocated for
/// it, and what needs constants alone is computed at once.
struct StepBuilder {
  /// The file, for errors.
  let path: String
  /// What is being read, for errors: "Gemm \"sum\"".
  var subject = "the graph"
  /// Numbers that may still be made.
  private var room: Int
  private let limit: Int
  /// Multiplications that a step may still take.
  private var work = StepBuilder.mostWork
  private var memory = StepMemory()
  private var own: [StepProgram.OwnBuffer?] = []
  private var operations: [any StepOperation] = []

  /// Multiplications of a step at most: a quarter of a second.
  static let mostWork = 1 << 28
  /// Axes of a tensor at most.
  static let mostAxes = 8

  /// A builder for a file of so many bytes: at most four numbers for each, or 4 million where that is more.
  init(path: String, bytes: Int) {
    self.path = path
    limit = max(4 * bytes, 1 << 22)
    room = limit
  }

  /// An error about what is being read.
  func refused(_ found: String, _ expected: String) -> FileError {
    .malformed(path: path, offset: nil, found: "\(subject.prefix(200)) with \(found)", expected: expected)
  }

  /// The program that gives these outputs.
  func program(
    observation: StepTensor, outputs: StepTensor, states: [StepProgram.State]
  ) -> StepProgram {
    StepProgram(
      constants: memory.buffers, own: own, operations: operations, observation: observation, outputs: outputs,
      states: states)
  }

  func isConstant(_ tensor: StepTensor) -> Bool { memory.isFilled(tensor) }

  // MARK: Tensors

  /// Numbers of a shape.
  private func count(_ shape: [Int]) throws -> Int {
    guard shape.count <= StepBuilder.mostAxes else {
      throw refused("\(shape.count) axes", "at most \(StepBuilder.mostAxes)")
    }
    // A length of 0 counts as 1, or there would be strides beyond any integer behind it.
    var count = 1
    for length in shape {
      let (product, isTooLarge) = count.multipliedReportingOverflow(by: max(length, 1))
      guard length >= 0, !isTooLarge, product <= limit else {
        throw refused("the shape \(shape)", "lengths from 0 on that come to at most \(limit) numbers")
      }
      count = product
    }
    return shape.contains(0) ? 0 : count
  }

  /// A shape, once it is known not to be too large.
  func checked(_ shape: [Int]) throws -> [Int] {
    _ = try count(shape)
    return shape
  }

  /// Takes from what there may be.
  private mutating func take(numbers: Int, work: Int = 0) throws {
    guard numbers <= room else {
      throw refused("more than \(limit) numbers in all tensors", "at most as many in a file of this size")
    }
    guard work <= self.work else {
      throw refused(
        "more than \(StepBuilder.mostWork) multiplications a step", "a network that is fast enough to play")
    }
    room -= numbers
    self.work -= work
  }

  private mutating func append(_ buffer: StepBuffer?, _ element: StepElement, _ shape: [Int], _ count: Int)
    -> StepTensor
  {
    memory.append(buffer)
    own.append(buffer == nil ? StepProgram.OwnBuffer(element: element, count: count) : nil)
    return StepTensor(buffer: own.count - 1, element: element, shape: shape)
  }

  /// What is given at every step.
  mutating func input(_ element: StepElement, _ shape: [Int]) throws -> StepTensor {
    let count = try count(shape)
    try take(numbers: count)
    return append(nil, element, shape, count)
  }

  /// A constant whose numbers `fill` writes.
  mutating func constant(
    _ element: StepElement, _ shape: [Int], _ fill: (UnsafeMutableRawPointer) -> Void
  ) throws -> StepTensor {
    let count = try count(shape)
    try take(numbers: count)
    let buffer = StepBuffer(element, count: count)
    fill(buffer.address)
    return append(buffer, element, shape, count)
  }

  mutating func constant(floats: [Float], _ shape: [Int]) throws -> StepTensor {
    try constant(.float, shape) { address in
      for (index, number) in floats.enumerated() {
        address.storeBytes(of: number, toByteOffset: 4 * index, as: Float.self)
      }
    }
  }

  mutating func constant(
    integers: [Int64], _ shape: [Int], _ element: StepElement = .integer
  ) throws -> StepTensor {
    try constant(element, shape) { address in
      for (index, number) in integers.enumerated() {
        address.storeBytes(of: number, toByteOffset: 8 * index, as: Int64.self)
      }
    }
  }

  /// The tensor that an operation makes of others: at once, where they are all constants.
  /// - Parameters:
  ///   - work: multiplications beyond one for each number.
  ///   - mayBeEmpty: whether the operation can make no numbers, as exporters cut shapes down to nothing.
  mutating func made(
    _ element: StepElement, _ shape: [Int], of sources: [StepTensor], work: Int = 0, mayBeEmpty: Bool = false,
    _ operation: (StepTensor) -> any StepOperation
  ) throws -> StepTensor {
    let count = try count(shape)
    guard count > 0 || mayBeEmpty else {
      throw refused("a result of the shape \(shape)", "at least one number")
    }
    try take(numbers: count, work: count + work)
    let isConstant = sources.allSatisfy(isConstant)
    let tensor = append(isConstant ? StepBuffer(element, count: count) : nil, element, shape, count)
    if isConstant { operation(tensor).run(memory) } else { operations.append(operation(tensor)) }
    return tensor
  }

  /// Whole numbers that say how an operator works, which must be known before play.
  func integers(_ tensor: StepTensor, _ name: String) throws -> [Int] {
    guard tensor.element == .integer, tensor.shape.count <= 1 else {
      throw refused("\(name) of shape \(tensor.shape)", "a list of whole numbers")
    }
    guard isConstant(tensor) else { throw refused("\(name) that are not known before play", "constants") }
    return UnsafeBufferPointer(start: memory.integers(tensor), count: tensor.count).map { Int($0) }
  }

  /// All of a constant, for what is computed from it.
  func constantIntegers(_ tensor: StepTensor) -> UnsafeBufferPointer<Int64> {
    UnsafeBufferPointer(start: memory.integers(tensor), count: tensor.count)
  }
}
