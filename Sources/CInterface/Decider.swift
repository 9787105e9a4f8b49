import Agents
import PongEngine
import SequenceModels

/// A player that decides for any number of games side by side, each with a memory of its own.
final class Decider {
  /// The rules it plays by.
  let rules: RuleSet
  private let player: Player
  private var side = Side.policies([])

  private enum Side {
    /// Networks, on lanes; all but the last as wide as can be.
    case lanes([BatchPolicy])
    /// A policy a game: experts, and a network that plays alone, which is faster on a lane of its own.
    case policies([any Policy])
  }

  init(_ player: Player, rules: RuleSet) {
    self.player = player
    self.rules = rules
  }

  /// Begins `count` games. The seed is of what varies in an expert.
  func begin(_ count: Int, seed: UInt64) {
    guard case .agent(let agent) = player, count > 1 else {
      side = .policies(
        (0..<count).map { game in
          var policy = player.makePolicy(seed: seed &+ UInt64(game))
          policy.reset()
          return policy
        })
      return
    }
    let weights = agent.model.makeWeights()
    weights.load(agent.parameters)
    side = .lanes(
      stride(from: 0, to: count, by: BatchPolicy.mostGames).map {
        BatchPolicy(weights, count: min(BatchPolicy.mostGames, count - $0))
      })
  }

  /// Forgets what a game has shown.
  func forget(_ game: Int) {
    switch side {
    case .lanes(let shards): shards[game / BatchPolicy.mostGames].reset(game % BatchPolicy.mostGames)
    case .policies(var policies):
      side = .policies([])
      policies[game].reset()
      side = .policies(policies)
    }
  }

  /// The next action of every game, for what each shows, [games, 24].
  func act(_ observations: UnsafePointer<Int8>, _ actions: UnsafeMutablePointer<Int64>) {
    switch side {
    case .lanes(let shards):
      var first = 0
      for shard in shards {
        for game in 0..<shard.count { shard.show(game, Decider.observation(observations, first + game)) }
        shard.decide { game, action in actions[first + game] = Int64(action.rawValue) }
        first += shard.count
      }
    case .policies(var policies):
      side = .policies([])
      for game in policies.indices {
        actions[game] = Int64(policies[game].action(for: Decider.observation(observations, game)).rawValue)
      }
      side = .policies(policies)
    }
  }

  private static func observation(_ bytes: UnsafePointer<Int8>, _ game: Int) -> Observation {
    var bits: UInt32 = 0
    for bit in 0..<Observation.count {
      bits = bits << 1 | (bytes[Observation.count * game + bit] == 0 ? 0 : 1)
    }
    return Observation(bits: bits)
  }
}
