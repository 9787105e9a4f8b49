/// The last values of a sequence, to be told one of them late.
struct DelayLine<Value: Sendable>: Sendable {
  private let delay: Int
  /// The last `delay` + 1 of them; the oldest is at `place` once there are so many.
  private var values: [Value] = []
  private var place = 0

  init(delay: Int) { self.delay = delay }

  /// Forgets all values.
  mutating func clear() {
    values.removeAll(keepingCapacity: true)
    place = 0
  }

  /// Takes in a value; returns that of `delay` values ago, or the first while there are fewer.
  mutating func push(_ value: Value) -> Value {
    guard values.count > delay else {
      values.append(value)
      return values[0]
    }
    values[place] = value
    place = place == delay ? 0 : place + 1
    return values[place]
  }
}
