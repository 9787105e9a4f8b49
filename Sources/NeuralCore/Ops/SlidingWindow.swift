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
  /// Steps that the ring holds.
  var slots: Int { context - 1 }
  /// The slot that the window's first step goes to.
  private(set) var slot = 0
  /// The most steps that any lane has cached at the window's start.
  private(set) var cached = 0
  /// Lanes whose ring must be turned by so many slots to be as the others'. No run makes any; lanes whose states come
  /// from several runners may be such.
  private(set) var strays: [(lane: Int, slots: Int)] = []
  private var own: [Int]
  /// Row r is 1 for the lanes that have cached `slots` - r steps or more; from row `slots` on, the window's own
  /// steps, all.
  private let mask: Tensor

  /// For windows of up to `steps` steps; all lanes at the start of a session.
  public init(context: Int, lanes: Int, steps: Int) {
    precondition(context > 0, "a context of \(context) steps")
    self.context = context
    state = Tensor(steps: 1, features: 2, lanes: lanes)
    own = [Int](repeating: 0, count: lanes)
    mask = Tensor(steps: context - 1 + steps, features: 1, lanes: lanes)
    mask.step(slots).update(repeating: 1, count: steps * lanes)
  }

  public func begin() {
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
  /// A count of the state, which may come from a file.
  private func clamped(_ value: Float, _ most: Int) -> Int { Int(min(max(value, 0), Float(most))) }

  /// What step `step` of the window sees.
  @inline(__always) func keys(_ step: Int) -> SlidingKeys {
    let count = min(context, cached + step + 1)
    let cached = max(0, count - step - 1)
    return SlidingKeys(
      count: count, cached: cached, oldest: slots == 0 ? 0 : (slot + slots - cached) % slots,
      first: step + 1 - (count - cached), mask: mask.step(slots + step + 1 - count))
  }
}

/// The keys of one step, oldest first.
struct SlidingKeys {
  /// How many there are, itself among them.
  let count: Int
  /// How many of them are cached, from slot `oldest` on.
  let cached: Int
  let oldest: Int
  /// The first step of the window among them.
  let first: Int
  /// (count, L) of 0 and 1: whether the lane has had the step.
  let mask: UnsafePointer<Float>

  init(count: Int, cached: Int, oldest: Int, first: Int, mask: UnsafeMutablePointer<Float>) {
    (self.count, self.cached, self.oldest, self.first) = (count, cached, oldest, first)
    self.mask = UnsafePointer(mask)
  }
}
