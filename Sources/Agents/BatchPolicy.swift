import NeuralCore
import PongEngine
import SequenceModels

/// A network that decides for many games side by side, a lane each. Lanes do not influence each other, so what a game
/// is told is a function of what it has shown since its last reset. Used by one thread at a time.
package final class BatchPolicy {
  /// Most games of one policy: the widest lanes that the kernels have.
  package static let mostGames = 64

  /// Games.
  package let count: Int
  /// Lanes that a decision computes, played on or not.
  package let lanes: Int
  private let weights: any ModelWeights
  private let runner: any SequenceRunner
  private let input: Tensor

  /// Lanes for a number of games: as wide as they need.
  package static func lanes(for games: Int) -> Int {
    precondition(games <= mostGames, "\(games) games on one shard of lanes")
    return games <= 16 ? 16 : games <= 32 ? 32 : 64
  }

  /// Decides for `count` games, with empty memories; the weights are loaded already.
  package init(_ weights: any ModelWeights, count: Int) {
    self.count = count
    self.weights = weights
    lanes = BatchPolicy.lanes(for: count)
    runner = weights.makeRunner(lanes: lanes, steps: 1, records: false)
    input = Tensor(steps: 1, features: Observation.count, lanes: lanes)
  }

  /// Forgets what one game has shown.
  package func reset(_ game: Int) { runner.resetState(lane: game) }

  /// What one game shows next.
  package func show(_ game: Int, _ observation: Observation) {
    observation.write(to: input.values + game, stride: lanes)
  }

  /// Takes a step with what all games have been shown, and tells `act` the action of each.
  package func decide(_ act: (Int, Action) -> Void) {
    let output = runner.forward(input, steps: 1, tape: nil).values
    for game in 0..<count {
      act(game, Action.argmax(output[game], output[lanes + game], output[2 * lanes + game]))
    }
  }

  /// These games alone, with their memories, on as few lanes as they need.
  package func keeping(_ kept: [Int]) -> BatchPolicy {
    let policy = BatchPolicy(weights, count: kept.count)
    for (state, source) in zip(policy.runner.states, runner.states) {
      for feature in 0..<state.features {
        for (lane, game) in kept.enumerated() {
          state.values[feature * state.lanes + lane] = source.values[feature * source.lanes + game]
        }
      }
    }
    return policy
  }
}
