import Demonstrations
import PongEngine

/// Everything a picture shows, as plain values.
public struct SceneContent: Sendable, Equatable {
  /// The players, at least one, in the order of their courts.
  public var courts: [CourtView]
  /// The rules all of them play by.
  public var rules: Rules
  /// The seed of the serves.
  public var seed: UInt64
  /// Steps played.
  public var steps: Int
  /// How far between `CourtView.before` and `CourtView.state` things are drawn: 0 before, 1 there.
  public var fraction: Double
  /// The speed.
  public var speed: Speed
  /// Whether the game stands still.
  public var isPaused: Bool
  /// What goes on inside a player, if that is shown.
  public var inside: InsideView?
  /// The training run whose newest weights play, if there is one.
  public var training: TrainingView?
  /// Whether the keys are shown.
  public var showsHelp: Bool
  /// What goes wrong for all agents.
  public var perturbation = Perturbation()
  /// Neurons of agents that are silenced.
  public var silenced = 0
  /// A short word on what has just been done, or nil.
  public var message: String?
  /// How the streaks went since the start.
  public var timeline: StreakTimeline
  /// What the window is for.
  public var purpose = Purpose.watch
  /// What is left to count down before play goes on, 3 to 1; 0 for nothing.
  public var countdown = 0
  /// The court that keys act on, where there are several and one was chosen.
  public var selected: Int?
  /// Where a replay stands; nil unless one is shown.
  public var timeBar: TimeBar?

  /// What goes wrong, a few words each.
  var disturbances: [String] {
    let wrong = perturbation.kinds.map { kind in
      switch kind {
      case .bits: "noise \(Numbers.percent(perturbation.bits))"
      case .delay: "delay \(perturbation.delay)"
      case .speed: "ball \(Speed.times(perturbation.speed).label)"
      case .drop, .paddle, .neurons, .edges: "\(kind) \(Numbers.percent(perturbation[kind]))"
      }
    }
    return wrong + (silenced > 0 ? ["\(silenced) silenced"] : [])
  }

  /// A picture of players at normal speed.
  public init(
    courts: [CourtView], rules: Rules, seed: UInt64 = 0, steps: Int = 0, fraction: Double = 1,
    speed: Speed = .normal, isPaused: Bool = false, showsHelp: Bool = false, message: String? = nil,
    timeline: StreakTimeline? = nil
  ) {
    self.courts = courts
    self.rules = rules
    self.seed = seed
    self.steps = steps
    self.fraction = fraction
    self.speed = speed
    self.isPaused = isPaused
    self.showsHelp = showsHelp
    self.message = message
    self.timeline = timeline ?? StreakTimeline(players: courts.count)
  }
}

/// One player's court and counts.
public struct CourtView: Sendable, Equatable {
  /// The player's name.
  public var name: String
  /// The game as it stands.
  public var state: GameState
  /// The game one step earlier, to draw what lies between; nil where nothing does (a serve, a start).
  public var before: GameState?
  /// Where the ball was.
  public var trail = Trail()
  /// Consecutive catches now.
  public var streak: Int
  /// The longest streak.
  public var best: Int
  /// Misses.
  public var misses: Int
  /// Catches / (catches + misses); nil before the first of either.
  public var catchRate: Double?
  /// Who holds the paddle: the counts are those of this hand.
  public var hand = Hand.agent
  /// The longest streak of the other hand; nil if it has not met a ball.
  public var otherBest: Int?
  /// Whether the streak is longer than any that ended.
  public var isRecord = false
  /// Strength of the flash after a miss, 1 fading to 0.
  public var missGlow = 0.0
  /// Strength of the flash after a record, 1 fading to 0.
  public var recordGlow = 0.0

  /// A court without flashes and without a trail.
  public init(
    name: String, state: GameState, before: GameState? = nil, streak: Int = 0, best: Int = 0,
    misses: Int = 0, catchRate: Double? = nil
  ) {
    self.name = name
    self.state = state
    self.before = before
    self.streak = streak
    self.best = best
    self.misses = misses
    self.catchRate = catchRate
  }
}

/// What a window is for.
public enum Purpose: Sendable, Equatable {
  /// Agents play; a person may take over.
  case watch
  /// A person plays in the first court.
  case play
  /// A session is looked at again.
  case replay
}

extension CourtView {
  /// Whose counts these are: the agent's, or those of the person who plays for it.
  public var owner: String { hand == .person ? WatchModel.personName : name }
}

/// Where a replay stands, for its time bar.
public struct TimeBar: Sendable, Equatable {
  /// Steps from the start.
  public var position: Int
  /// Steps of the whole replay.
  public var total: Int
  /// What is marked on the bar.
  public var marks: ReplayMarks
}

/// The ball's last places, newest first, in units of the rules. Held in place, so that taking it along from
/// frame to frame allocates nothing.
public struct Trail: Sendable, Equatable {
  /// How many places are kept.
  public static let capacity = 16
  /// How many there are.
  public private(set) var count = 0
  private var xs = SIMD16<Int32>()
  private var ys = SIMD16<Int32>()

  /// An empty trail.
  public init() {}

  /// Left and top edge of the ball `index` steps ago.
  public subscript(index: Int) -> (x: Int32, y: Int32) { (xs[index], ys[index]) }

  /// Adds the newest place; the oldest falls off.
  public mutating func add(x: Int32, y: Int32) {
    Trail.shift(&xs)
    Trail.shift(&ys)
    xs[0] = x
    ys[0] = y
    count = min(count + 1, Trail.capacity)
  }

  /// Forgets all places.
  public mutating func clear() { self = Trail() }

  /// Moves every number one place on. As bytes at once: one by one it took most of a step at full speed.
  private static func shift(_ numbers: inout SIMD16<Int32>) {
    withUnsafeMutableBytes(of: &numbers) { bytes in
      UnsafeMutableRawBufferPointer(rebasing: bytes[4...])
        .copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[..<60]))
    }
  }
}
