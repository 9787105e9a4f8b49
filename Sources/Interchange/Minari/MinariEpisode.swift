import Demonstrations
import PongEngine

/// An episode as Minari keeps one: T actions between T + 1 observations. The action of a demonstration's last row
/// has no observation after it; it is kept apart.
struct MinariEpisode {
  /// (T + 1, 24) bits.
  let observations: [Int8]
  /// T actions: 0 right, 1 left, 2 stay.
  let actions: [Int64]
  /// T rewards: 1 for a catch, -1 for a miss, else 0, as the rows show them.
  let rewards: [Double]
  /// The action of the last row.
  let lastAction: Int64
  /// The seed of its serves, where it is known.
  let seed: UInt64?

  /// An episode whose rows show what its player saw.
  init?(_ episode: Episode, rules: Rules) {
    guard let last = episode.actions.last else { return nil }
    observations = episode.observations.flatMap { observation in
      (0..<Observation.count).map { observation[$0] ? 1 : 0 }
    }
    actions = episode.actions.dropLast().map { Int64($0.rawValue) }
    lastAction = Int64(last.rawValue)
    seed = episode.seed
    var motion = BallMotion(rules: rules)
    var caught = 0
    rewards = episode.observations.indices.compactMap { row in
      _ = motion.observe(episode.observations[row])
      defer { caught = motion.catches }
      // What a step brought about shows in the row after it.
      if row == 0 { return nil }
      return motion.jumped ? -1 : motion.catches > caught ? 1 : 0
    }
  }

  /// The steps between its observations, T.
  var steps: Int { actions.count }
}
