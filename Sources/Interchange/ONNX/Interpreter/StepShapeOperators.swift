/// The operators that move numbers, and those that say shapes.
extension StepOperators {
  static let shapes: [String: Reading] = [
    "Reshape": { reader in [try reshape(&reader)] },
    "Flatten": { reader in
      let x = try reader.input(0)
      let axis = try reader.integer("axis", default: 1)
      let split = axis == x.shape.count ? axis : try reader.axis(axis, of: x.shape.count)
      let shape = [x.shape[..<split].reduce(1, *), x.shape[split...].reduce(1, *)]
      return [try reader.builder.reshaped(x, shape)]
    },
    "Squeeze": { reader in [try squeeze(&reader)] },
    "Unsqueeze": { reader in [try unsqueeze(&reader)] },
    "Transpose": { reader in
      let x = try reader.input(0)
      let order = try reader.integers("perm") ?? x.shape.indices.reversed()
      return [try reader.builder.transposed(x, order)]
    },
    "Concat": { reader in
      let parts = try reader.allInputs()
      let axis = try reader.axis(reader.integer("axis", default: 0), of: parts.first?.shape.count ?? 0)
      return [try reader.builder.concatenated(parts, axis: axis)]
    },
    "Slice": { reader in [try slice(&reader)] },
    "Split": split,
    "Gather": { reader in
      let x = try reader.input(0)
      let axis = try reader.axis(reader.integer("axis", default: 0), of: x.shape.count)
      return [try reader.builder.gathered(x, at: reader.input(1), axis: axis)]
    },
    "Expand": { reader in
      let x = try reader.input(0)
      let shape = try reader.builder.integers(reader.input(1), "lengths")
      return [try reader.builder.expanded(x, to: reader.builder.common([x.shape, shape]))]
    },
    "Pad": { reader in [try pad(&reader)] },
    "Shape": { reader in
      let shape = try reader.input(0).shape
      func bound(_ place: Int) -> Int { min(max(place < 0 ? place + shape.count : place, 0), shape.count) }
      let start = bound(min(max(try reader.integer("start", default: 0), -99), 99))
      let end = bound(min(max(try reader.integer("end", default: shape.count), -99), 99))
      let lengths = shape[start..<max(start, end)].map { Int64($0) }
      return [try reader.builder.constant(integers: lengths, [lengths.count])]
    },
    "Constant": { reader in [try constant(&reader)] },
    "ConstantOfShape": { reader in
      let shape = try reader.builder.integers(reader.input(0), "lengths")
      guard case .tensor(let value)? = reader.node.attributes["value"] else {
        let zero = try reader.builder.constant(floats: [0], [])
        return [try reader.builder.expanded(zero, to: shape)]
      }
      guard value.count == 1 else { throw reader.refused("a value of shape \(value.shape)", "a single one") }
      return [try reader.builder.expanded(value.seen(as: []), to: shape)]
    },
  ]

  /// Lengths of 0 stay as they are; one of -1 takes what is left.
  private static func reshape(_ reader: inout StepReader) throws -> StepTensor {
    let x = try reader.input(0)
    var shape = try reader.builder.integers(reader.input(1), "lengths")
    let keepsZero = try reader.integer("allowzero", default: 0) != 0
    for (axis, length) in shape.enumerated() where length == 0 && !keepsZero {
      guard axis < x.shape.count else { throw reader.refused("\(x.shape) to be \(shape)", "an axis \(axis)") }
      shape[axis] = x.shape[axis]
    }
    if let open = shape.firstIndex(of: -1) {
      shape[open] = 1
      let rest = try reader.builder.checked(shape).reduce(1, *)
      guard rest > 0, x.count % rest == 0 else {
        throw reader.refused("\(x.shape) to be \(shape) with axis \(open) open", "as many numbers")
      }
      shape[open] = x.count / rest
    }
    return try reader.builder.reshaped(x, shape)
  }

  private static func squeeze(_ reader: inout StepReader) throws -> StepTensor {
    let x = try reader.input(0)
    let ones = x.shape.indices.filter { x.shape[$0] == 1 }
    let axes = try reader.integers("axes", orInput: 1).map { try reader.axes($0, of: x.shape.count) } ?? ones
    guard axes.allSatisfy(ones.contains) else {
      throw reader.refused("the axes \(axes) of \(x.shape)", "axes of length 1")
    }
    return try reader.builder.reshaped(x, x.shape.indices.filter { !axes.contains($0) }.map { x.shape[$0] })
  }

  private static func unsqueeze(_ reader: inout StepReader) throws -> StepTensor {
    let x = try reader.input(0)
    let named = try reader.integers("axes", orInput: 1) ?? []
    guard named.count <= StepBuilder.mostAxes else {
      throw reader.refused("\(named.count) axes", "at most \(StepBuilder.mostAxes)")
    }
    var shape = x.shape
    for axis in try reader.axes(named, of: x.shape.count + named.count) { shape.insert(1, at: axis) }
    return try reader.builder.reshaped(x, shape)
  }

  private static func slice(_ reader: inout StepReader) throws -> StepTensor {
    var x = try reader.input(0)
    func list(_ index: Int, _ name: String) throws -> [Int]? {
      try reader.optional(index).map { try reader.builder.integers($0, name) }
    }
    let (starts, ends) = (try list(1, "starts") ?? [], try list(2, "ends") ?? [])
    let axes = try list(3, "axes") ?? Array(starts.indices)
    let steps = try list(4, "steps") ?? axes.map { _ in 1 }
    guard starts.count == ends.count, axes.count == starts.count, steps.count == axes.count else {
      throw reader.refused("\(starts.count) starts and \(ends.count) ends", "as many as axes and steps")
    }
    _ = try reader.axes(axes, of: x.shape.count)
    for index in axes.indices {
      let axis = try reader.axis(axes[index], of: x.shape.count)
      let places = SlicePlaces(starts[index], ends[index], steps[index], of: x.shape[axis])
      guard let places else { throw reader.refused("steps of 0", "another number") }
      x = try reader.builder.slice(
        x, axis: axis, start: places.first, count: places.count, step: places.step)
    }
    return x
  }

  private static let split: Reading = { reader in
    let x = try reader.input(0)
    let axis = try reader.axis(reader.integer("axis", default: 0), of: x.shape.count)
    let length = x.shape[axis]
    let count = try reader.integer("num_outputs", default: reader.node.outputs)
    guard (1...1024).contains(count) else { throw reader.refused("\(count) outputs", "1 to 1024") }
    let even = (length + count - 1) / count
    let lengths =
      try reader.integers("split", orInput: 1)
      ?? (0..<count).map { min(even, length - min($0 * even, length)) }
    var start = 0
    var parts: [StepTensor] = []
    for part in lengths {
      guard part > 0, part <= length - start else { break }
      parts.append(try reader.builder.slice(x, axis: axis, start: start, count: part))
      start += part
    }
    guard start == length else {
      throw reader.refused("parts \(lengths) of \(length)", "lengths from 1 on that add up to it")
    }
    return parts
  }

  private static func pad(_ reader: inout StepReader) throws -> StepTensor {
    let mode = try reader.text("mode", default: "constant")
    guard mode == "constant" else { throw reader.refused("the mode \"\(mode)\"", "constant") }
    let x = try reader.input(0)
    let pads = try reader.builder.integers(reader.input(1), "pads")
    let named = try reader.optional(3).map { try reader.builder.integers($0, "axes") }
    let axes =
      try named.map { try $0.map { try reader.axis($0, of: x.shape.count) } } ?? Array(x.shape.indices)
    guard pads.count == 2 * axes.count, Set(axes).count == axes.count else {
      throw reader.refused("\(pads.count) pads", "two for each of \(axes.count) axes")
    }
    var (before, behind) = (x.shape.map { _ in 0 }, x.shape.map { _ in 0 })
    for (index, axis) in axes.enumerated() {
      (before[axis], behind[axis]) = (pads[index], pads[axes.count + index])
    }
    let zero =
      x.element == .float
      ? try reader.builder.constant(floats: [0], [])
      : try reader.builder.constant(integers: [0], [], x.element)
    let filling = reader.optional(2) ?? zero
    guard filling.count == 1, filling.element == x.element else {
      throw reader.refused("a filling of shape \(filling.shape)", "one number of the tensor's type")
    }
    return try reader.builder.padded(x, before: before, behind: behind, filling: filling)
  }

  private static func constant(_ reader: inout StepReader) throws -> StepTensor {
    switch reader.node.attributes.first(where: { $0.key.hasPrefix("value") })?.value {
    case .tensor(let tensor): tensor
    case .number(let number): try reader.builder.constant(floats: [number], [])
    case .integer(let integer): try reader.builder.constant(integers: [Int64(integer)], [])
    case .numbers(let numbers): try reader.builder.constant(floats: numbers, [numbers.count])
    case .integers(let integers):
      try reader.builder.constant(integers: integers.map { Int64($0) }, [integers.count])
    default: throw reader.refused("no value", "numbers")
    }
  }
}

/// The places that a slice takes of an axis; bounds count from the end where they are negative, and stop at the ends.
struct SlicePlaces {
  let first: Int
  let count: Int
  let step: Int

  /// Nil for a step of 0.
  init?(_ start: Int, _ end: Int, _ step: Int, of length: Int) {
    guard step != 0 else { return nil }
    func bound(_ place: Int, _ range: ClosedRange<Int>) -> Int {
      let own = place < 0 ? place + length : place
      return min(max(own, range.lowerBound), range.upperBound)
    }
    let isForward = step > 0
    first = isForward ? bound(start, 0...length) : bound(start, 0...max(length - 1, 0))
    let end = isForward ? bound(end, 0...length) : bound(end, -1...max(length - 1, -1))
    let distance = isForward ? end - first : first - end
    // A step beyond the axis takes one place; so large a one could not be multiplied.
    let stride = Int(min(step.magnitude, UInt(max(length, 1))))
    count = distance <= 0 ? 0 : (distance + stride - 1) / stride
    self.step = isForward ? stride : -stride
  }
}
