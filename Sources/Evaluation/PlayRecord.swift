import PongEngine

/// What is counted of one play, a session or a round, until it is over.
protocol PlayRecord: Sendable {
  /// Whether nothing more counts.
  var isOver: Bool { get }
  /// How much of it has been played, 0 to 1.
  var share: Double { get }
  /// Counts one step.
  /// - Parameter paddleX: where it left the paddle, in pixels.
  mutating func count(_ event: Event, paddleX: Int)
}

/// What one session, a fixed number of steps, came to.
struct SessionRecord: PlayRecord {
  private(set) var totals = PlayTotals()
  /// Whether it ended in a limit cycle; false where that was not asked for.
  private(set) var endsInCycle = false
  private let looksForCycle: Bool
  /// The paddle's x after every step so far, where a cycle is looked for.
  private var paddlePath: [Int16] = []
  private let steps: Int
  private var remaining: Int
  private var streak = 0

  /// A session about to start.
  /// - Parameter looksForCycle: whether it is to say if it ended in a limit cycle.
  init(steps: Int, looksForCycle: Bool) {
    (self.steps, remaining) = (steps, steps)
    self.looksForCycle = looksForCycle
  }

  var isOver: Bool { remaining == 0 }
  var share: Double { isOver ? 1 : Double(steps - remaining) / Double(steps) }

  mutating func count(_ event: Event, paddleX: Int) {
    remaining -= 1
    if looksForCycle {
      paddlePath.append(Int16(paddleX))
      // There may be many sessions, and a path is long.
      if isOver { (endsInCycle, paddlePath) = (LimitCycle.ends(paddlePath), []) }
    }
    switch event {
    case .none: break
    case .catch:
      totals.catches += 1
      streak += 1
      totals.longest = max(totals.longest, streak)
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
  var share: Double { isOver ? 1 : Double(catches) / Double(EvaluationSettings.roundCap) }

  mutating func count(_ event: Event, paddleX: Int) {
    steps += 1
    if event == .catch { catches += 1 }
    if event == .miss { isMissed = true }
  }
}
