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
  /// A short word on what has just been done, or nil.
  public var message: String?

  /// A picture of players at normal speed.
  public init(
    courts: [CourtView], rules: Rules, seed: UInt64 = 0, steps: Int = 0, fraction: Double = 1,
    speed: Speed = .normal, isPaused: Bool = false, showsHelp: Bool = false, message: String? = nil
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
    for i in stride(from: min(count, Trail.capacity - 1), to: 0, by: -1) {
      xs[i] = xs[i - 1]
      ys[i] = ys[i - 1]
    }
    xs[0] = x
    ys[0] = y
    count = min(count + 1, Trail.capacity)
  }

  /// Forgets all places.
  public mutating func clear() { self = Trail() }
}
