/// Where every lane stands in its block of context: a step sees the steps of its own block up to itself, and a
/// new block begins every `context` steps. Kept in a state tensor, so that a lane reset to zero begins a block.
public final class BlockPosition: AttentionSpan {
  /// Steps of a block.
  public let context: Int
  /// The position of the next step in its block, 0 ..< context, as (1, 1, L) floats.
  public let state: Tensor
  private var start: [Int]

  /// All lanes at the start of a block.
  public init(context: Int, lanes: Int) {
    self.context = context
    state = Tensor(steps: 1, features: 1, lanes: lanes)
    start = [Int](repeating: 0, count: lanes)
  }

  public func begin() {
    for lane in start.indices { start[lane] = min(max(Int(state.values[lane]), 0), context - 1) }
  }

  public func finish(steps: Int) {
    for lane in start.indices { state.values[lane] = Float((start[lane] + steps) % context) }
  }

  /// The position of step `step` of the window.
  @inline(__always) func position(_ step: Int, lane: Int) -> Int { (start[lane] + step) % context }
  /// Its block, counted from the one at the window's start.
  @inline(__always) func block(_ step: Int, lane: Int) -> Int { (start[lane] + step) / context }
  /// The most steps that any lane has cached at the window's start.
  var cached: Int { start.max() ?? 0 }
  /// The steps that a lane has cached at the window's start.
  @inline(__always) func cached(lane: Int) -> Int { start[lane] }
  /// The position that all lanes share, if they do.
  var shared: Int? { start.allSatisfy { $0 == start[0] } ? start.first : nil }
}

/// Adds a learned vector for every position, in place: x(t) += P[position of t]. P is (context, F).
public final class PositionEmbedding: WindowOperation {
  public let name = "PositionEmbedding"
  private let parameters: Tensor
  private let offset: Int
  private let positions: BlockPosition
  private var steps = 0
  private var input: Tensor?

  /// A table at `offset` of the flat buffer.
  public init(_ parameters: Tensor, offset: Int, positions: BlockPosition) {
    self.parameters = parameters
    self.offset = offset
    self.positions = positions
  }

  public func forward(_ input: Tensor, steps: Int, tape: Tape?) -> Tensor {
    let (features, lanes) = (input.features, input.lanes)
    for t in 0..<steps {
      for lane in 0..<lanes {
        let row = parameters.values + offset + positions.position(t, lane: lane) * features
        let x = input.step(t) + lane
        for i in 0..<features { x[i * lanes] += row[i] }
      }
    }
    self.steps = steps
    self.input = input
    tape?.append(self)
    return input
  }

  public func backward(into gradients: UnsafeMutablePointer<Float>) {
    guard let input, let dx = input.gradients else {
      preconditionFailure("PositionEmbedding.backward without a recorded forward")
    }
    let (features, lanes) = (input.features, input.lanes)
    for t in 0..<steps {
      for lane in 0..<lanes {
        let row = gradients + offset + positions.position(t, lane: lane) * features
        let d = dx + t * features * lanes + lane
        for i in 0..<features { row[i] += d[i * lanes] }
      }
    }
  }
}
