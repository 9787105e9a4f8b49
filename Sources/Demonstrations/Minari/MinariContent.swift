import PongEngine

/// A demonstration as a Minari dataset has it: episodes, and what no episode of Minari's can be.
struct MinariContent: Equatable {
  /// An episode of which its player saw nothing: one without a row, or the only row of one that shows the paddle after
  /// the move.
  struct LeftOut: Equatable {
    /// Its place among all.
    var position: Int
    var seed: UInt64?
    /// The row, as a number.
    var row: Int64?
  }

  var episodes: [MinariEpisode] = []
  var leftOut: [LeftOut] = []

  init(_ dataset: Dataset) {
    let rules = Rules.preset(dataset.metadata.ruleSet)
    let seen = dataset.asSeenByAgent
    for (position, episode) in dataset.episodes.enumerated() {
      let made = MinariEpisode(
        episode, seen: seen.episodes[position], alignment: dataset.metadata.alignment, rules: rules)
      if let made {
        episodes.append(made)
      } else {
        let row = episode.count == 0 ? nil : MinariEpisode.word(episode, 0)
        leftOut.append(LeftOut(position: position, seed: episode.seed, row: row))
      }
    }
  }
}
