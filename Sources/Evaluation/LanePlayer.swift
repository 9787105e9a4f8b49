import Determinism
import NeuralCore
import PongEngine
import SequenceModels

/// A network playing many games side by side, one a lane. Lanes do not influence each other, so a game's
/// course is a function of its serves alone, whatever is played beside it.
package final class LanePlayer {
  /// The games, as many as there are serves; the remaining lanes see zeros.
  package let games: BatchEngine
  private let weights: any ModelWeights
  private let runner: any SequenceRunner
  private let input: Tensor
  private let perturbation: Perturbation
  /// What goes wrong in each game; none where nothing does.
  private var disturbances: [Disturbance]

  /// Lanes for a number of games: as wide as they need, at most the widest that the kernels have.
  static func lanes(for games: Int) -> Int {
    precondition(games <= 64, "\(games) games on one shard of lanes")
    return games <= 16 ? 16 : games <= 32 ? 32 : 64
  }

  /// Games about to start, with empty memories.
  package convenience init(
    _ weights: any ModelWeights, rules: Rules, serves: [SeededGenerator],
    _ perturbation: Perturbation = Perturbation()
  ) {
    self.init(
      weights, BatchEngine(rules: perturbation.apply(to: rules), serves: serves), perturbation,
      perturbation.leavesTheGame ? [] : serves.map { Disturbance(perturbation, serves: $0) })
  }

  private init(
    _ weights: any ModelWeights, _ games: BatchEngine, _ perturbation: Perturbation,
    _ disturbances: [Disturbance]
  ) {
    self.weights = weights
    self.games = games
    self.perturbation = perturbation
    self.disturbances = disturbances
    let lanes = LanePlayer.lanes(for: games.count)
    runner = weights.makeRunner(lanes: lanes, steps: 1, records: false)
    input = Tensor(steps: 1, features: Observation.count, lanes: lanes)
  }

  /// Starts one game anew, with an empty memory.
  func start(_ game: Int, serves: SeededGenerator) {
    games.start(game, serves: serves)
    runner.resetState(lane: game)
    if !disturbances.isEmpty { disturbances[game] = Disturbance(perturbation, serves: serves) }
  }

  /// Lanes that a step computes, played on or not.
  var lanes: Int { input.lanes }

  /// These games alone, as they stand, on as few lanes as they need.
  func keeping(_ kept: [Int]) -> LanePlayer {
    let player = LanePlayer(
      weights, games.keeping(kept), perturbation, disturbances.isEmpty ? [] : kept.map { disturbances[$0] })
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
    decide()
    games.step()
  }

  /// All games: observe and decide, which leaves the actions with the games.
  package func decide() {
    let lanes = input.lanes
    for game in 0..<games.count {
      var observation = games.observation(game)
      if !disturbances.isEmpty { observation = disturbances[game].view(observation) }
      let bits = observation.bits
      for bit in 0..<Observation.count {
        input.values[bit * lanes + game] = Float(bits >> UInt32(23 - bit) & 1)
      }
    }
    let output = runner.forward(input, steps: 1, tape: nil).values
    for game in 0..<games.count {
      let action = Action.argmax(output[game], output[lanes + game], output[2 * lanes + game])
      games.actions[game] = (disturbances.isEmpty ? action : disturbances[game].move(action)).rawValue
    }
  }
}
