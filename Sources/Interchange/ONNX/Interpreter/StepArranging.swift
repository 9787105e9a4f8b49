/// What moves numbers: all of it is one table, a stretch, or nothing but another shape.
extension StepBuilder {
  /// x seen through strides, from `offset` on: a transposition, a slice, a repetition (strides of 0).
  mutating func view(_ x: StepTensor, _ shape: [Int], strides: [Int], offset: Int = 0) throws -> StepTensor {
    let plain = StepTensor(buffer: x.buffer, element: x.element, shape: try checked(shape))
    let isStretch = zip(shape.indices, strides).allSatisfy { shape[$0] == 1 || plain.strides[$0] == $1 }
    if isStretch {
      if plain.count == x.count { return plain }
      return try made(x.element, shape, of: [x], mayBeEmpty: true) { Excerpt(x: x, start: offset, y: $0) }
    }
    return try made(x.element, shape, of: [x], mayBeEmpty: true) {
      Arrangement(x: x, y: $0, table: StepBuilder.table(shape, strides, offset), filling: nil)
    }
  }

  /// The places of x in the order of a view.
  private static func table(_ shape: [Int], _ strides: [Int], _ offset: Int) -> [Int32] {
    var table = [Int32(offset)]
    for (length, stride) in zip(shape, strides) {
      table = table.flatMap { start in (0..<length).map { start + Int32($0 * stride) } }
    }
    return table
  }

  /// x repeated along axes of length 1 and along new ones in front.
  mutating func expanded(_ x: StepTensor, to shape: [Int]) throws -> StepTensor {
    if x.shape == shape { return x }
    let missing = shape.count - x.shape.count
    guard missing >= 0 else { throw refused("the shape \(x.shape)", "one that stretches to \(shape)") }
    var strides = [Int](repeating: 0, count: missing)
    for (axis, stride) in x.strides.enumerated() {
      guard x.shape[axis] == shape[missing + axis] || x.shape[axis] == 1 else {
        throw refused("the shape \(x.shape)", "one that stretches to \(shape)")
      }
      strides.append(x.shape[axis] == 1 ? 0 : stride)
    }
    return try view(x, shape, strides: strides)
  }

  /// The shape that several stretch to.
  func common(_ shapes: [[Int]]) throws -> [Int] {
    try shapes.reduce([]) { a, b in
      let rank = max(a.count, b.count)
      func padded(_ shape: [Int]) -> [Int] { [Int](repeating: 1, count: rank - shape.count) + shape }
      return try zip(padded(a), padded(b)).map { x, y in
        guard x == y || x == 1 || y == 1 else {
          throw refused("the shapes \(a) and \(b)", "shapes that stretch to one")
        }
        return x == 1 ? y : x
      }
    }
  }

  /// The same numbers in another shape.
  func reshaped(_ x: StepTensor, _ shape: [Int]) throws -> StepTensor {
    let plain = StepTensor(buffer: x.buffer, element: x.element, shape: try checked(shape))
    guard plain.count == x.count else { throw refused("\(x.shape) to be \(shape)", "as many numbers") }
    return plain
  }

  /// Axes in another order, each once.
  mutating func transposed(_ x: StepTensor, _ order: [Int]) throws -> StepTensor {
    guard order.sorted() == Array(x.shape.indices) else {
      throw refused("the axes \(order) of \(x.shape)", "each once")
    }
    return try view(x, order.map { x.shape[$0] }, strides: order.map { x.strides[$0] })
  }

  /// Places from `start` on along an axis.
  mutating func slice(_ x: StepTensor, axis: Int, start: Int, count: Int, step: Int = 1) throws -> StepTensor
  {
    var (shape, strides) = (x.shape, x.strides)
    let offset = start * strides[axis]
    shape[axis] = count
    strides[axis] *= step
    return try view(x, shape, strides: strides, offset: offset)
  }

  mutating func concatenated(_ parts: [StepTensor], axis: Int) throws -> StepTensor {
    guard let first = parts.first else { throw refused("no inputs", "at least one") }
    var shape = first.shape
    shape[axis] = 0
    for part in parts {
      var other = part.shape
      guard other.count == shape.count, part.element == first.element else {
        throw refused("the shapes \(first.shape) and \(part.shape)", "tensors of one type and rank")
      }
      let (sum, isTooLarge) = shape[axis].addingReportingOverflow(other[axis])
      other[axis] = first.shape[axis]
      guard other == first.shape, !isTooLarge else {
        throw refused(
          "the shapes \(first.shape) and \(part.shape)", "shapes that differ along axis \(axis) alone")
      }
      shape[axis] = sum
    }
    if parts.count == 1 { return first }
    let blocks = shape[..<axis].reduce(1, *)
    return try made(first.element, shape, of: parts, mayBeEmpty: true) {
      Concatenation(parts: parts, blocks: blocks, y: $0)
    }
  }

  /// x with places before and behind along every axis; fewer than none cut off. `filling` is one number.
  mutating func padded(
    _ x: StepTensor, before: [Int], behind: [Int], filling: StepTensor
  ) throws -> StepTensor {
    let edge = 1 << 40
    guard (before + behind).allSatisfy({ (-edge...edge).contains($0) }) else {
      throw refused("pads \(before + behind)", "less")
    }
    let shape = try checked(x.shape.indices.map { x.shape[$0] + before[$0] + behind[$0] })
    let (own, strides) = (x.shape, x.strides)
    return try made(x.element, shape, of: [x, filling]) { y in
      var table: [Int32] = [0]
      for axis in shape.indices {
        table = table.flatMap { start in
          (0..<shape[axis]).map { place in
            let source = place - before[axis]
            return start < 0 || !(0..<own[axis]).contains(source)
              ? -1 : start + Int32(source * strides[axis])
          }
        }
      }
      return Arrangement(x: x, y: y, table: table, filling: filling)
    }
  }

  /// The parts of x along an axis that whole numbers name.
  mutating func gathered(_ x: StepTensor, at indices: StepTensor, axis: Int) throws -> StepTensor {
    guard indices.element == .integer else {
      throw refused("indices that are no whole numbers", "int64 or int32")
    }
    let length = x.shape[axis]
    let inner = x.shape[(axis + 1)...].reduce(1, *)
    let shape = x.shape[..<axis] + indices.shape + x.shape[(axis + 1)...]
    guard length > 0 else { throw refused("nothing to gather along axis \(axis)", "a length of at least 1") }
    guard isConstant(indices), !isConstant(x) else {
      return try made(x.element, Array(shape), of: [x, indices]) {
        Lookup(x: x, indices: indices, y: $0, length: length, inner: inner)
      }
    }
    let places = constantIntegers(indices)
    if let wrong = places.first(where: { $0 < -length || $0 >= length }) {
      throw refused("the index \(wrong) along axis \(axis)", "\(-length) to \(length - 1)")
    }
    return try made(x.element, Array(shape), of: [x]) { y in
      var table: [Int32] = []
      table.reserveCapacity(y.count)
      for outer in 0..<y.count / (places.count * inner) {
        for place in places {
          let start = (outer * length + Int(place < 0 ? place + Int64(length) : place)) * inner
          table += (start..<start + inner).map { Int32($0) }
        }
      }
      return Arrangement(x: x, y: y, table: table, filling: nil)
    }
  }
}
