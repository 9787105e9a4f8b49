import Determinism

/// Plays like the person of the published demonstration (reference.md, section 2): anticipates, reacts late,
/// is content with about the right place, and moves in bursts.
///
/// It aims a fixed time ahead along the ball's way, but not beyond the landing point. So it runs with the
/// ball while that is high, and settles under the landing point well before the ball is there. A burst
/// starts when the aim is further off than the dead zone and ends when the paddle has come near enough; in
/// between the key is held.
///
/// Made to be cloned: given the last few observations the action is decided, but for a dead zone, an
/// aim and an end of burst that differ a little from flight to flight and burst to burst. No step draws a
/// random number of its own.
public struct Humanlike: Policy, Sendable {
  private let rules: Rules
  private let habits: Habits
  private let seed: UInt64
  private var generator: SeededGenerator
  private var motion: BallMotion

  /// Where the paddle's centre should have been in the last `reactionDelay` steps.
  private var aims: DelayLine<Int32>
  private var glance = Glance()
  /// The key held: +1 right, -1 left, 0 none.
  private var held: Int32 = 0
  /// Catches when this flight began.
  private var flight = 0
  /// This flight's aim beside the ball's centre, doubled units.
  private var aimBias: Int32 = 0
  /// This flight's dead zone, doubled units.
  private var deadZone: Int32 = 0
  /// This burst's rest of the way at which the key is released, doubled units.
  private var release: Int32 = 0

  /// A player for a game with these rules; its variation is a function of the seed.
  public init(rules: Rules, seed: UInt64, habits: Habits = .calibrated) {
    self.rules = rules
    self.habits = habits
    self.seed = seed
    generator = SeededGenerator(seed: seed).split("humanlike")
    motion = BallMotion(rules: rules)
    aims = DelayLine(delay: habits.reactionDelay)
    beginFlight()
  }

  /// Forgets the game and starts its variation over: the same observations then give the same actions.
  public mutating func reset() { self = Humanlike(rules: rules, seed: seed, habits: habits) }

  /// Goes on with the burst, ends it or begins one.
  public mutating func action(for observation: Observation) -> Action {
    let state = motion.observe(observation)
    if motion.jumped || motion.catches != flight {
      flight = motion.catches
      beginFlight()
    }
    let offset = delayedAim(of: state) &- (2 &* state.paddleX &+ rules.paddleWidth)
    if held == 0 {
      guard abs(offset) > deadZone else { return .stay }
      held = offset.signum()
      release = vary(habits.release, by: habits.releaseSpread)
    } else if offset &* held <= release {
      held = 0
      return .stay
    }
    return held > 0 ? .right : .left
  }

  private mutating func beginFlight() {
    aimBias = vary(0, by: habits.aimSpread)
    deadZone = vary(habits.deadZone, by: habits.deadZoneSpread)
  }

  /// A value in doubled units, uniform in `mean` +- `spread` pixels.
  private mutating func vary(_ mean: Int, by spread: Int) -> Int32 {
    let pixels = mean + (spread == 0 ? 0 : generator.uniform(below: 2 * spread + 1) - spread)
    return 2 &* rules.pixels(pixels)
  }

  /// Where the paddle's centre should be as of `reactionDelay` steps ago, doubled units.
  private mutating func delayedAim(of state: GameState) -> Int32 {
    if motion.jumped { aims.clear() }
    return aims.push(aim(for: state))
  }

  private mutating func aim(for state: GameState) -> Int32 {
    let horizon = state.ballDY < 0 ? habits.risingHorizon : habits.fallingHorizon
    let ahead = glance.ahead(of: state, rules: rules, steps: horizon)
    var wanted = 2 &* ahead.ballX &+ rules.ballSize &+ aimBias
    // As long as the landing point is not in sight, the middle of the field is the safer side to err on.
    if !ahead.hasLanded(rules) {
      wanted = rules.fieldWidth &+ (wanted &- rules.fieldWidth) &* Int32(habits.boldness) / 100
    }
    // No key is held against a wall.
    return min(max(wanted, rules.paddleWidth), 2 &* rules.fieldWidth &- rules.paddleWidth)
  }
}

extension Humanlike {
  /// What makes one player differ from another.
  public struct Habits: Sendable, Equatable {
    /// Steps from seeing to acting.
    public var reactionDelay: Int
    /// How many steps ahead it aims while the ball rises.
    public var risingHorizon: Int
    /// How many steps ahead it aims while the ball falls, at most to the landing point.
    public var fallingHorizon: Int
    /// How far from the middle of the field it follows a ball whose landing point is not yet in sight, percent
    /// of the ball's own distance from it.
    public var boldness: Int
    /// Pixels off the aim that begin a burst.
    public var deadZone: Int
    /// Pixels by which the dead zone may differ from flight to flight.
    public var deadZoneSpread: Int
    /// Pixels short of the aim (negative: past it) at which a burst ends.
    public var release: Int
    /// Pixels by which the release may differ from burst to burst.
    public var releaseSpread: Int
    /// Pixels by which the aim may differ from the ball's centre, from flight to flight.
    public var aimSpread: Int

    /// A player with these habits.
    public init(
      reactionDelay: Int, risingHorizon: Int, fallingHorizon: Int, boldness: Int, deadZone: Int,
      deadZoneSpread: Int, release: Int, releaseSpread: Int, aimSpread: Int
    ) {
      precondition(
        min(reactionDelay, risingHorizon, fallingHorizon, deadZoneSpread, releaseSpread, aimSpread) >= 0,
        "Habits: delay, horizons and spreads must not be negative")
      precondition(deadZone > deadZoneSpread, "Habits: dead zone \(deadZone) <= spread \(deadZoneSpread)")
      self.reactionDelay = reactionDelay
      self.risingHorizon = risingHorizon
      self.fallingHorizon = fallingHorizon
      self.boldness = boldness
      self.deadZone = deadZone
      self.deadZoneSpread = deadZoneSpread
      self.release = release
      self.releaseSpread = releaseSpread
      self.aimSpread = aimSpread
    }

    /// Calibrated to the published demonstration; Tests/Goldens/humanlike-calibration.md has the figures.
    public static let calibrated = Habits(
      reactionDelay: 4, risingHorizon: 0, fallingHorizon: 19, boldness: 62, deadZone: 23, deadZoneSpread: 3,
      release: -7, releaseSpread: 3, aimSpread: 3)
  }
}
