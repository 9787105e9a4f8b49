/// What puts numbers elsewhere as they are: the same for floats and whole numbers.
protocol MovingOperation: StepOperation {
  var y: StepTensor { get }
  func move<Number>(_ memory: StepMemory, _: Number.Type)
}

extension MovingOperation {
  func run(_ memory: StepMemory) {
    if y.element == .float { move(memory, Float.self) } else { move(memory, Int64.self) }
  }
}

/// y[i] = x[table[i]]: a transposition, a slice, a repetition. Where the table says -1 it is `filling`, one number.
struct Arrangement: MovingOperation {
  let x: StepTensor
  let y: StepTensor
  let table: [Int32]
  let filling: StepTensor?

  func move<Number>(_ memory: StepMemory, _: Number.Type) {
    let (x, y) = (memory.numbers(x, as: Number.self), memory.numbers(y, as: Number.self))
    table.withUnsafeBufferPointer { table in
      guard let filling else {
        for index in table.indices { y[index] = x[Int(table[index])] }
        return
      }
      let value = memory.numbers(filling, as: Number.self)[0]
      for index in table.indices { y[index] = table[index] < 0 ? value : x[Int(table[index])] }
    }
  }
}

/// Some of x that lie together.
struct Excerpt: MovingOperation {
  let x: StepTensor
  let start: Int
  let y: StepTensor

  func move<Number>(_ memory: StepMemory, _: Number.Type) {
    memory.numbers(y, as: Number.self).update(from: memory.numbers(x) + start, count: y.count)
  }
}

/// Tensors behind each other along an axis: `blocks` times a stretch of each.
struct Concatenation: MovingOperation {
  let parts: [StepTensor]
  let blocks: Int
  let y: StepTensor

  func move<Number>(_ memory: StepMemory, _: Number.Type) {
    var y = memory.numbers(y, as: Number.self)
    for block in 0..<blocks {
      for part in parts {
        let count = part.count / blocks
        y.update(from: memory.numbers(part, as: Number.self) + block * count, count: count)
        y += count
      }
    }
  }
}

/// The parts of x along an axis that indices name, which are known only at play. (outer, length, inner) becomes
/// (outer, indices, inner); an index counts from the end where it is negative, and one beyond an end is that end.
struct Lookup: MovingOperation {
  let x: StepTensor
  let indices: StepTensor
  let y: StepTensor
  let length: Int
  let inner: Int

  func move<Number>(_ memory: StepMemory, _: Number.Type) {
    let (x, indices) = (memory.numbers(x, as: Number.self), memory.integers(indices))
    var y = memory.numbers(y, as: Number.self)
    for outer in 0..<self.y.count / (self.indices.count * inner) {
      for place in 0..<self.indices.count {
        let index = indices[place] < 0 ? indices[place] &+ Int64(length) : indices[place]
        let row = outer * length + Int(min(max(index, 0), Int64(length - 1)))
        y.update(from: x + row * inner, count: inner)
        y += inner
      }
    }
  }
}
