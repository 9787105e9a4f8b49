import PongEngine

/// What is counted of one play, a session or a round, until it is over.
protocol PlayRecord: Sendable {
  /// Whether nothing more counts.
  var isOver: Bool { get }
  /// Counts one step.
  /// - Parameter paddleX: where it left the paddle, in pixels.
  mutating func count(_ event: Event, paddleX: Int)
  /// Whether a new ball is to be put into play now, though none was missed.
  var wantsServe: Bool { get }
}

extension PlayRecord {
  var wantsServe: Bool { false }
}

/// What one session, a fixed number of steps, came to.
struct SessionRecord: PlayRecord {
  private(set) var totals = PlayTotals()
  /// The paddle's x after every step, where it was asked for.
  private(set) var paddlePath: [Int16] = []
  private let keepsPath: Bool
  private let catchesPerServe: Int
  private var remaining: Int
  private var streak = 0
  private(set) var wantsServe = false

  /// A session about to start. `paddles` asks for the paddle's path.
  /// - Parameter catchesPerServe: after how many catches in a row a new ball is put into play; 0 for never.
  init(steps: Int, paddles: Bool, catchesPerServe: Int = 0) {
    remaining = steps
    keepsPath = paddles
    self.catchesPerServe = catchesPerServe
    if paddles { paddlePath.reserveCapacity(steps) }
  }

  var isOver: Bool { remaining == 0 }

  mutating func count(_ event: Event, paddleX: Int) {
    remaining -= 1
    wantsServe = false
    if keepsPath { paddlePath.append(Int16(paddleX)) }
    switch event {
    case .none: break
    case .catch:
      totals.catches += 1
      streak += 1
      totals.longest = max(totals.longest, streak)
      wantsServe = catchesPerServe > 0 && streak % catchesPerServe == 0
    case .miss:
      totals.misses += 1
      streak = 0
    }
  }
}

/// What one round, a serve played to its miss or to the cap, came to.
struct RoundRecord: PlayRecord, Equatable {
  private(set) var catches = 0
  private(set) var steps = 0
  private var isMissed = false

  var isOver: Bool { isMissed || catches >= EvaluationSettings.roundCap }

  mutating func count(_ event: Event, paddleX: Int) {
    steps += 1
    if event == .catch { catches += 1 }
    if event == .miss { isMissed = true }
  }
}
