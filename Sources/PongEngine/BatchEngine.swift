import CKernels
import Determinism

/// Many games side by side, as a structure of arrays. Game i is, step for step, the scalar game with the same
/// serves: `reference` runs in a branch-free kernel, `classic` through `GameState.step`. A step allocates
/// nothing. Used by one thread at a time.
public final class BatchEngine {
  /// The rules of all games.
  public let rules: Rules
  /// Number of games.
  public let count: Int
  /// What each game's player does next; write before `step`.
  public let actions: UnsafeMutablePointer<UInt8>
  /// What the last step brought each game: raw values of `Event`.
  public let events: UnsafePointer<UInt8>

  private let eventStorage: UnsafeMutablePointer<UInt8>
  /// Six arrays of `count`: ball x, y, dx, dy, paddle x and streak.
  private let numbers: UnsafeMutablePointer<Int32>
  private var serves: [SeededServes]
  private var kernelRules: ck_pong_rules

  /// Games about to start, one for each generator of serves.
  public init(rules: Rules, serves generators: [SeededGenerator]) {
    self.rules = rules
    count = generators.count
    actions = .allocate(capacity: max(count, 1))
    actions.initialize(repeating: Action.stay.rawValue, count: max(count, 1))
    eventStorage = .allocate(capacity: max(count, 1))
    eventStorage.initialize(repeating: Event.none.rawValue, count: max(count, 1))
    events = UnsafePointer(eventStorage)
    numbers = .allocate(capacity: max(6 * count, 1))
    numbers.initialize(repeating: 0, count: max(6 * count, 1))
    serves = generators.map { SeededServes(generator: $0) }
    kernelRules = ck_pong_rules(
      field_width: rules.fieldWidth, field_height: rules.fieldHeight, paddle_width: rules.paddleWidth,
      paddle_height: rules.paddleHeight, paddle_y: rules.paddleY, paddle_speed: rules.paddleSpeed,
      ball_size: rules.ballSize)
    for game in 0..<count { start(game, serves: generators[game]) }
  }

  deinit {
    actions.deallocate()
    eventStorage.deallocate()
    numbers.deallocate()
  }

  /// Starts one game anew with serves of its own.
  public func start(_ game: Int, serves generator: SeededGenerator) {
    serves[game] = SeededServes(generator: generator)
    self[game] = GameState(rules: rules, serve: serves[game].next(rules))
  }

  /// Starts one game anew with the next of its serves: the paddle at its start.
  public func restart(_ game: Int) { restart(game, serve: serves[game].next(rules)) }

  /// Starts one game anew with a given serve, and leaves its own for later.
  public func restart(_ game: Int, serve: Serve) { self[game] = GameState(rules: rules, serve: serve) }

  /// From now on nothing has happened in one game's last step.
  public func forgetEvent(_ game: Int) { eventStorage[game] = Event.none.rawValue }

  /// Puts the ball of one game into play with a given serve, in place of the one it has: the paddle stays.
  public func serve(_ game: Int, _ serve: Serve) {
    var state = self[game]
    state.serve(serve)
    self[game] = state
  }

  /// These games alone, as they stand, with the serves that they have left.
  public func keeping(_ kept: [Int]) -> BatchEngine {
    let engine = BatchEngine(rules: rules, serves: kept.map { serves[$0].generator })
    for (index, game) in kept.enumerated() {
      engine.serves[index] = serves[game]
      engine[index] = self[game]
    }
    return engine
  }

  /// One game as a value.
  public private(set) subscript(game: Int) -> GameState {
    get {
      let serve = Serve(
        x: numbers[game], y: numbers[count + game], dx: numbers[2 * count + game],
        dy: numbers[3 * count + game])
      var state = GameState(rules: rules, serve: serve)
      state.paddleX = numbers[4 * count + game]
      state.streak = numbers[5 * count + game]
      return state
    }
    set {
      numbers[game] = newValue.ballX
      numbers[count + game] = newValue.ballY
      numbers[2 * count + game] = newValue.ballDX
      numbers[3 * count + game] = newValue.ballDY
      numbers[4 * count + game] = newValue.paddleX
      numbers[5 * count + game] = newValue.streak
    }
  }

  /// What the player of one game sees.
  public func observation(_ game: Int) -> Observation {
    let shift = Int32(rules.unitsPerPixel.trailingZeroBitCount)
    return Observation(
      ballX: Int(numbers[game] >> shift), ballY: Int(numbers[count + game] >> shift),
      paddleX: Int(numbers[4 * count + game] >> shift))
  }

  /// What all players see, [count, 24]: a byte a bit, in the published order.
  public func observe(into observations: UnsafeMutablePointer<Int8>) {
    ck_pong_observe(
      count, Int32(rules.unitsPerPixel.trailingZeroBitCount), numbers, numbers + count, numbers + 4 * count,
      observations)
  }

  /// Plays one step of every game.
  public func step() {
    switch rules.ruleSet {
    case .reference:
      let missed = ck_pong_step(
        &kernelRules, count, actions, numbers, numbers + count, numbers + 2 * count, numbers + 3 * count,
        numbers + 4 * count, numbers + 5 * count, eventStorage)
      if missed != 0 { serveMissed() }
    case .classic:
      for game in 0..<count {
        var state = self[game]
        let action = Action(rawValue: actions[game]) ?? .stay
        eventStorage[game] = state.step(action, rules: rules, serves: &serves[game]).rawValue
        self[game] = state
      }
    }
  }

  private func serveMissed() {
    for game in 0..<count where eventStorage[game] == Event.miss.rawValue {
      let serve = serves[game].next(rules)
      numbers[game] = serve.x
      numbers[count + game] = serve.y
      numbers[2 * count + game] = serve.dx
      numbers[3 * count + game] = serve.dy
      numbers[5 * count + game] = 0
    }
  }
}
