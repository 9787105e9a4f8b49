import CKernels
import Determinism
import Evaluation
import PongEngine
import PongViewer

/// What happens to a game whose episode has ended, as Gymnasium 1.x names it.
enum Autoreset: Int32 {
  /// The next step starts it anew, whatever its action.
  case nextStep = 0
  /// The step that ends it starts it anew; what was seen last is kept aside.
  case sameStep = 1
  /// The caller does.
  case disabled = 2
}

/// Where steps write their results: arrays of the caller's, which outlive the games.
struct StepBuffers {
  /// [count, 24], a byte a bit.
  let observations: UnsafeMutablePointer<Int8>
  /// [count]
  let rewards: UnsafeMutablePointer<Double>
  /// [count], 0 or 1.
  let terminated: UnsafeMutablePointer<UInt8>
  /// [count], 0 or 1.
  let truncated: UnsafeMutablePointer<UInt8>
  /// [count, 24]: of games that ended and were started anew in the same step, what was seen last.
  let finalObservations: UnsafeMutablePointer<Int8>
}

/// Games side by side with episodes: a reward for every catch and every miss, an end at a miss or after a number
/// of steps. A step allocates nothing.
final class VectorGames {
  let engine: BatchEngine
  /// Steps after which an episode is truncated; nil for none.
  private let limit: Int32?
  private let endsAtMiss: Bool
  private let autoreset: Autoreset
  private let buffers: StepBuffers
  /// Steps of every game's episode so far.
  private let steps: UnsafeMutablePointer<Int32>
  /// Games whose episode ended in the last step and that have not been started anew.
  private var ended: [Int] = []
  /// Those that a step starts anew, and their states before it.
  private var fresh: [Int] = []
  private var firstStates: [GameState] = []
  /// Whether the last step truncated an episode.
  private var isTruncated = false
  /// Serves that a caller gave, used before the seeded ones; by game.
  private var scripts: [Int: ScriptedServes] = [:]
  /// Where the balls were; empty unless the games are drawn.
  private var trails: [Trail]
  private var picture: CourtPicture?

  /// - Parameters:
  ///   - limit: steps after which an episode is truncated; 0 for none.
  ///   - isDrawn: whether `draw` will be asked for.
  init(
    rules: RuleSet, count: Int, limit: Int32, endsAtMiss: Bool, autoreset: Autoreset, isDrawn: Bool,
    _ buffers: StepBuffers
  ) {
    let serves = EvaluationSettings(.all, rules: rules).serves(session: 0)
    engine = BatchEngine(rules: .preset(rules), serves: [SeededGenerator](repeating: serves, count: count))
    self.limit = limit > 0 ? limit : nil
    self.endsAtMiss = endsAtMiss
    self.autoreset = autoreset
    self.buffers = buffers
    steps = .allocate(capacity: max(count, 1))
    steps.initialize(repeating: 0, count: max(count, 1))
    trails = [Trail](repeating: Trail(), count: isDrawn ? count : 0)
  }

  deinit { steps.deallocate() }

  /// Starts a game with the serves that an evaluation with this seed gives this session.
  func start(_ game: Int, seed: UInt64, session: Int) {
    let settings = EvaluationSettings(.all, seed: seed, rules: engine.rules.ruleSet)
    scripts[game] = nil
    engine.start(game, serves: settings.serves(session: session))
    engine.forgetEvent(game)
    begin(game)
  }

  /// Starts a game with given serves, which start over when they are used up.
  func start(_ game: Int, serves: [Serve]) {
    scripts[game] = ScriptedServes(serves)
    // What a miss has put into play is of the serves before.
    engine.forgetEvent(game)
    restart(game)
  }

  /// Starts a game with the next of its serves: the one that a miss has just put into play, if so.
  func restart(_ game: Int) {
    if steps[game] > 0, engine.events[game] == Event.miss.rawValue {
      engine.restart(game, serve: engine[game].serve)
    } else if let serve = scripts[game]?.next(engine.rules) {
      engine.restart(game, serve: serve)
    } else {
      engine.restart(game)
    }
    begin(game)
  }

  private func begin(_ game: Int) {
    steps[game] = 0
    ended.removeAll { $0 == game }
    if !trails.isEmpty { trails[game].clear() }
  }

  /// Writes what all players see.
  func observe() { engine.observe(into: buffers.observations) }

  /// Whether games wait to be started anew by the caller.
  var isWaiting: Bool { autoreset == .disabled && !ended.isEmpty }

  /// Plays one step of every game with the actions that the engine has been given. Returns how many episodes ended.
  func step() -> Int {
    let count = engine.count
    if !trails.isEmpty { follow() }
    // Those that ended are served before the step, which they do not take part in: what it does to them is undone.
    swap(&ended, &fresh)
    for game in fresh { restart(game) }
    for game in fresh { firstStates.append(engine[game]) }
    engine.step()
    ck_pong_rewards(count, engine.events, buffers.rewards)
    let reachesLimit = ck_pong_count_steps(count, limit ?? .max, steps) != 0
    for (game, state) in zip(fresh, firstStates) { undo(game, state) }
    fresh.removeAll(keepingCapacity: true)
    firstStates.removeAll(keepingCapacity: true)
    buffers.terminated.update(repeating: 0, count: count)
    if endsAtMiss || !scripts.isEmpty { closeMisses() }
    if let limit, reachesLimit || isTruncated { closeLimits(limit) }
    observe()
    let done = ended.count
    if autoreset == .sameStep { startEndedOver() }
    return done
  }

  private func undo(_ game: Int, _ first: GameState) {
    engine.restart(game, serve: first.serve)
    engine.forgetEvent(game)
    buffers.rewards[game] = 0
    steps[game] = 0
  }

  /// Ends the episodes of those who missed, and serves anew where the caller gave the serves.
  private func closeMisses() {
    for game in 0..<engine.count where buffers.rewards[game] < 0 {
      if let serve = scripts[game]?.next(engine.rules) { engine.serve(game, serve) }
      if endsAtMiss {
        buffers.terminated[game] = 1
        ended.append(game)
      }
    }
  }

  /// Ends the episodes that have taken all their steps.
  private func closeLimits(_ limit: Int32) {
    isTruncated = false
    for game in 0..<engine.count {
      let isOver = steps[game] >= limit
      buffers.truncated[game] = isOver ? 1 : 0
      guard isOver else { continue }
      isTruncated = true
      if buffers.terminated[game] == 0 { ended.append(game) }
    }
  }

  private func startEndedOver() {
    swap(&ended, &fresh)
    for game in fresh {
      let row = Observation.count * game
      (buffers.finalObservations + row).update(from: buffers.observations + row, count: Observation.count)
      restart(game)
    }
    fresh.removeAll(keepingCapacity: true)
    observe()
  }

  private func follow() {
    for game in trails.indices {
      let state = engine[game]
      trails[game].add(x: state.ballX, y: state.ballY)
    }
  }

  /// Draws a game, [height, width, 3], at `scale` pixels to one of the game.
  func draw(_ game: Int, scale: Int, into pixels: UnsafeMutablePointer<UInt8>) {
    if picture?.scale != scale { picture = CourtPicture(rules: engine.rules, scale: scale) }
    picture?.draw(engine[game], trail: trails.isEmpty ? Trail() : trails[game])
    picture?.copy(to: pixels)
  }
}

extension GameState {
  /// The ball as a serve.
  fileprivate var serve: Serve { Serve(x: ballX, y: ballY, dx: ballDX, dy: ballDY) }
}
