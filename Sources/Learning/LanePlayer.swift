import Determinism
import NeuralCore
import PongEngine
import SequenceModels

/// Sums of play.
public struct PlayTotals: Sendable, Equatable {
  /// Catches.
  public var catches = 0
  /// Misses.
  public var misses = 0
  /// The longest streak of catches.
  public var longest = 0

  /// Nothing played.
  public init(catches: Int = 0, misses: Int = 0, longest: Int = 0) {
    self.catches = catches
    self.misses = misses
    self.longest = longest
  }

  /// Catches / (catches + misses); nil before the first of either.
  public var rate: Double? {
    catches + misses == 0 ? nil : Double(catches) / Double(catches + misses)
  }

  /// Consecutive catches a miss: catches / misses. Without a miss, the catches: a lower bound.
  public var meanStreak: Double { Double(catches) / Double(max(misses, 1)) }

  /// The sums of two.
  public static func + (a: PlayTotals, b: PlayTotals) -> PlayTotals {
    PlayTotals(
      catches: a.catches + b.catches, misses: a.misses + b.misses, longest: max(a.longest, b.longest))
  }
}

/// A network playing many games side by side, one a lane. Lanes do not influence each other, so a game's
/// course is a function of its serves alone, whatever is played beside it.
final class LanePlayer {
  /// The games, as many as there are serves; the remaining lanes see zeros.
  let games: BatchEngine
  private let runner: any SequenceRunner
  private let input: Tensor

  /// Lanes for a number of games: as wide as they need, at most the widest that the kernels have.
  static func lanes(for games: Int) -> Int {
    precondition(games <= 64, "\(games) games on one shard of lanes")
    return games <= 16 ? 16 : games <= 32 ? 32 : 64
  }

  init(_ weights: any ModelWeights, rules: Rules, serves: [SeededGenerator]) {
    games = BatchEngine(rules: rules, serves: serves)
    let lanes = LanePlayer.lanes(for: serves.count)
    runner = weights.makeRunner(lanes: lanes, steps: 1, records: false)
    input = Tensor(steps: 1, features: Observation.count, lanes: lanes)
  }

  /// Starts one game anew, with an empty memory.
  func start(_ game: Int, serves: SeededGenerator) {
    games.start(game, serves: serves)
    runner.resetState(lane: game)
  }

  /// All games: observe, decide, play one step.
  func step() {
    let lanes = input.lanes
    for game in 0..<games.count {
      let bits = games.observation(game).bits
      for bit in 0..<Observation.count {
        input.values[bit * lanes + game] = Float(bits >> UInt32(23 - bit) & 1)
      }
    }
    let output = runner.forward(input, steps: 1, tape: nil).values
    for game in 0..<games.count {
      let action = Action.argmax(output[game], output[lanes + game], output[2 * lanes + game])
      games.actions[game] = action.rawValue
    }
    games.step()
  }
}

/// Sessions of fixed length, played side by side.
enum SessionPlay {
  /// Sessions in a full shard.
  static let width = 64

  /// Plays one session of `steps` steps for each generator, or fewer once `shouldStop` says so. `paddles` asks
  /// for the paddle's path.
  static func run(
    _ weights: any ModelWeights, rules: Rules, serves: [SeededGenerator], steps: Int, paddles: Bool,
    shouldStop: () -> Bool = { false }
  ) -> [SessionRecord] {
    let player = LanePlayer(weights, rules: rules, serves: serves)
    var records = [SessionRecord](repeating: SessionRecord(), count: serves.count)
    if paddles { for game in records.indices { records[game].paddlePath.reserveCapacity(steps) } }
    for _ in 0..<steps {
      if shouldStop() { break }
      player.step()
      for game in records.indices {
        records[game].count(Event(rawValue: player.games.events[game]) ?? .none)
        if paddles { records[game].paddlePath.append(Int16(player.games.observation(game).paddleX)) }
      }
    }
    return records
  }
}

/// What one session came to.
struct SessionRecord: Sendable {
  var totals = PlayTotals()
  /// The paddle's x after every step, where it was asked for.
  var paddlePath: [Int16] = []
  private var streak = 0

  mutating func count(_ event: Event) {
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
