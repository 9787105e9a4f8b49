/// Where every lane stands in its block of context: a step sees the steps of its own block up to itself, and a
/// new block begins every `context` steps. Kept in a state tensor, so that a lane reset to zero begins a block.
public final class BlockPosition: AttentionSpan {
  /// Steps of a block.
  public let context: Int
  /// The position of the next step in its block, 0 ..< context, as (1, 1, L) floats.
  public let state: Tensor
  public var slots: Int { context }
  public let most: Int
  /// The position that every lane's window begins at.
  private var start: [Int]
  /// The most steps that any lane has cached at the window's start.
  private var cached = 0
  /// (T, most, L) of 0 and 1, and whether any lane has 1.
  private let mask: Tensor
  private let any: UnsafeMutablePointer<UInt8>

  /// For windows of up to `steps` steps; all lanes at the start of a block.
  public init(context: Int, lanes: Int, steps: Int) {
    self.context = context
    state = Tensor(steps: 1, features: 1, lanes: lanes)
    start = [Int](repeating: 0, count: lanes)
    most = context + steps
    mask = Tensor(steps: steps, features: most, lanes: lanes)
    any = .allocate(capacity: steps * most)
    any.initialize(repeating: 0, count: steps * most)
  }

  deinit { any.deallocate() }

  public func begin(steps: Int) {
    for lane in start.indices { start[lane] = clamped(state.values[lane], context - 1) }
    cached = start.max() ?? 0
    fillMask(steps)
  }

  public func finish(steps: Int) {
    for lane in start.indices { state.values[lane] = Float((start[lane] + steps) % context) }
  }

  /// The position of step `step` of the window.
  @inline(__always) func position(_ step: Int, lane: Int) -> Int { (start[lane] + step) % context }
  /// Its block, counted from the one at the window's start.
  @inline(__always) private func block(_ step: Int, lane: Int) -> Int { (start[lane] + step) / context }

  /// Key j < cached is position j of the block that the window began in; key cached + s is step s.
  private func fillMask(_ steps: Int) {
    let lanes = start.count
    for t in 0..<steps {
      for j in 0..<cached + t + 1 {
        let row = mask.step(t) + j * lanes
        var seen: Float = 0
        for lane in 0..<lanes {
          let own = block(t, lane: lane)
          let isSeen = j < cached ? own == 0 && j < start[lane] : own == block(j - cached, lane: lane)
          row[lane] = isSeen ? 1 : 0
          seen += row[lane]
        }
        any[t * most + j] = seen > 0 ? 1 : 0
      }
    }
  }

  public func keys(_ step: Int) -> SpanKeys {
    SpanKeys(
      count: cached + step + 1, cached: cached, oldest: 0, first: 0, mask: UnsafePointer(mask.step(step)),
      any: UnsafePointer(any + step * most))
  }

  public var strays: [(lane: Int, slots: Int)] { [] }

  public var isShared: Bool { start.allSatisfy { $0 == start[0] } }

  /// Of the block that the next step is in.
  public func slot(_ step: Int, of steps: Int, lane: Int) -> Int? {
    block(step, lane: lane) == block(steps, lane: lane) ? position(step, lane: lane) : nil
  }
}
