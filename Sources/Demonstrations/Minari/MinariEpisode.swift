import PongEngine

/// An episode as Minari keeps one: T actions between T + 1 observations, which are what the player saw. The action of a
/// demonstration's last row has no observation after it; it is kept apart.
struct MinariEpisode: Equatable {
  /// What an episode whose rows show the paddle after the move has beyond what its player saw: its first row, and the
  /// last row's paddle.
  struct Recorded: Equatable {
    /// The first row: bits 0-23 the observation, bits 24-31 the action, as in a `.pong` file.
    let first: Int64
    /// The observation of the last row.
    let last: Int64
  }

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
  /// Only where rows show the paddle after the move.
  let recorded: Recorded?

  /// The steps between its observations, T.
  var steps: Int { actions.count }

  /// An episode, and the same as its player saw it; nil where the player saw nothing.
  init?(_ episode: Episode, seen: Episode, alignment: PaddleAlignment, rules: Rules) {
    guard let last = seen.actions.last else { return nil }
    observations = seen.observations.flatMap { observation in
      (0..<Observation.count).map { observation[$0] ? 1 : 0 }
    }
    actions = seen.actions.dropLast().map { Int64($0.rawValue) }
    lastAction = Int64(last.rawValue)
    seed = episode.seed
    recorded =
      alignment == .afterMove
      ? Recorded(first: MinariEpisode.word(episode, 0), last: Int64(episode.observations[seen.count].bits))
      : nil
    var motion = BallMotion(rules: rules)
    var caught = 0
    rewards = seen.observations.indices.compactMap { row in
      _ = motion.observe(seen.observations[row])
      defer { caught = motion.catches }
      // What a step brought about shows in the row after it.
      if row == 0 { return nil }
      return motion.jumped ? -1 : motion.catches > caught ? 1 : 0
    }
  }

  /// A row as one number.
  static func word(_ episode: Episode, _ row: Int) -> Int64 {
    Int64(rowWord(episode.observations[row], episode.actions[row]))
  }

  /// A row from one number, if it is one.
  static func row(_ word: Int64) -> (observation: Observation, action: Action)? {
    UInt32(exactly: word).flatMap(Demonstrations.row(ofWord:))
  }

  /// The rows as they were recorded, the paddle after the move, of those that the player saw.
  static func recorded(
    _ seen: Episode, first: (observation: Observation, action: Action), last: Observation
  ) -> Episode {
    var episode = Episode(seed: seen.seed)
    episode.reserveCapacity(seen.count + 1)
    episode.append(first.observation, first.action)
    for row in seen.observations.indices {
      let next = row + 1 < seen.count ? seen.observations[row + 1] : last
      episode.append(seen.observations[row].withPaddle(next.paddleX), seen.actions[row])
    }
    return episode
  }
}
