import Determinism
import NeuralCore
import PongEngine
import SequenceModels

/// A network playing many games side by side, one a lane. Lanes do not influence each other, so a game's
/// course is a function of its serves alone, whatever is played beside it.
final class LanePlayer {
  /// The games, as many as there are serves; the remaining lanes see zeros.
  let games: BatchEngine
  private let weights: any ModelWeights
  private let runner: any SequenceRunner
  private let input: Tensor

  /// Lanes for a number of games: as wide as they need, at most the widest that the kernels have.
  static func lanes(for games: Int) -> Int {
    precondition(games <= 64, "\(games) games on one shard of lanes")
    return games <= 16 ? 16 : games <= 32 ? 32 : 64
  }

  /// Games about to start, with empty memories.
  convenience init(_ weights: any ModelWeights, rules: Rules, serves: [SeededGenerator]) {
    self.init(weights, BatchEngine(rules: rules, serves: serves))
  }

  private init(_ weights: any ModelWeights, _ games: BatchEngine) {
    self.weights = weights
    self.games = games
    let lanes = LanePlayer.lanes(for: games.count)
    runner = weights.makeRunner(lanes: lanes, steps: 1, records: false)
    input = Tensor(steps: 1, features: Observation.count, lanes: lanes)
  }

  /// Starts one game anew, with an empty memory.
  func start(_ game: Int, serves: SeededGenerator) {
    games.start(game, serves: serves)
    runner.resetState(lane: game)
  }

  /// Lanes that a step computes, played on or not.
  var lanes: Int { input.lanes }

  /// These games alone, as they stand, on as few lanes as they need.
  func keeping(_ kept: [Int]) -> LanePlayer {
    let player = LanePlayer(weights, games.keeping(kept))
    for (state, source) in zip(player.runner.states, runner.states) {
      for feature in 0..<state.features {
        for (lane, game) in kept.enumerated() {
          state.values[feature * state.lanes + lane] = source.values[feature * source.lanes + game]
        }
      }
    }
    return player
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
