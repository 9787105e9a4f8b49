/// Every step sees itself and the `context` - 1 steps before it, as far as its lane has had them since it began.
///
/// The cache is a ring: its slots are the last `context` - 1 steps of all lanes alike, of which a lane that began
/// later has only the youngest. So keys of one age lie side by side in memory, whenever each lane began.
public final class SlidingWindow: AttentionSpan {
  /// Steps that a step sees, itself included.
  public let context: Int
  /// For each lane how many steps it has cached, 0 ..< context, and the slot that its next step goes to,
  /// (1, 2, L).
  public let state: Tensor
  public var slots: Int { context - 1 }
  public var most: Int { context }
  /// The slot that the window's first step goes to.
  private var slot = 0
  /// The most steps that any lane has cached at the window's start.
  private var cached = 0
  /// Lanes whose ring must be turned by so many slots to be as the others'. No run makes any; lanes whose states come
  /// from several runners may be such.
  public private(set) var strays: [(lane: Int, slots: Int)] = []
  private var own: [Int]
  /// Row r is 1 for the lanes that have cached `slots` - r steps or more; from row `slots` on, the window's own
  /// steps, all.
  private let mask: Tensor
  /// Some lane has had every key: ones.
  private let any: UnsafeMutablePointer<UInt8>

  /// For windows of up to `steps` steps; all lanes at the start of a session.
  public init(context: Int, lanes: Int, steps: Int) {
    precondition(context > 0, "a context of \(context) steps")
    self.context = context
    state = Tensor(steps: 1, features: 2, lanes: lanes)
    own = [Int](repeating: 0, count: lanes)
    mask = Tensor(steps: context - 1 + steps, features: 1, lanes: lanes)
    any = .allocate(capacity: context)
    any.initialize(repeating: 1, count: context)
    mask.step(slots).update(repeating: 1, count: steps * lanes)
  }

  deinit { any.deallocate() }

  public func begin(steps: Int) {
    (cached, slot) = (0, 0)
    var isChanged = false
    for lane in own.indices {
      let count = clamped(state.values[lane], slots)
      isChanged = isChanged || own[lane] != count
      own[lane] = count
      if count > cached { (cached, slot) = (count, place(lane)) }
    }
    strays.removeAll(keepingCapacity: true)
    for lane in own.indices where own[lane] > 0 && place(lane) != slot {
      strays.append((lane, (slot - place(lane) + slots) % slots))
    }
    guard isChanged else { return }
    for row in 0..<slots {
      for lane in own.indices { mask.step(row)[lane] = own[lane] >= slots - row ? 1 : 0 }
    }
  }

  public func finish(steps: Int) {
    for lane in own.indices {
      state.values[lane] = Float(min(own[lane] + steps, slots))
      state.values[own.count + lane] = slots == 0 ? 0 : Float((slot + steps) % slots)
    }
  }

  private func place(_ lane: Int) -> Int { clamped(state.values[own.count + lane], slots - 1) }

  public func keys(_ step: Int) -> SpanKeys {
    let count = min(context, cached + step + 1)
    let cached = max(0, count - step - 1)
    return SpanKeys(
      count: count, cached: cached, oldest: slots == 0 ? 0 : (slot + slots - cached) % slots,
      first: step + 1 - (count - cached), mask: UnsafePointer(mask.step(slots + step + 1 - count)),
      any: UnsafePointer(any))
  }

  public var isShared: Bool { true }

  public func slot(_ step: Int, of steps: Int, lane: Int) -> Int? {
    step < steps - slots ? nil : (slot + step) % slots
  }
}

extension AttentionSpan {
  /// A count of the state, which may come from a file: clamped before it is an integer.
  func clamped(_ value: Float, _ most: Int) -> Int { Int(min(max(value, 0), Float(most))) }
}
