import Demonstrations
import Determinism
import Evaluation
import PongEngine
import SequenceModels

/// Plays the rounds of an aggregation: the learner and now and then the teacher move, the teacher labels.
struct Aggregator: Sendable {
  let config: AggregationConfig
  let rules: RuleSet
  /// Decides serves, who moves, and what a teacher varies.
  let generator: SeededGenerator

  /// A round as episodes of what the learner saw and the teacher would have done, a function of weights and round
  /// alone.
  /// - Parameters:
  ///   - round: counted from 1.
  ///   - lengths: steps of each episode.
  func play(
    round: Int, lengths: [Int], _ weights: any ModelWeights, _ team: ThreadTeam
  ) -> AggregatedRound {
    let source = generator.split(UInt64(round))
    let beta = config.beta(round: round)
    // As wide as the widest lanes, or as the threads need.
    let parts = team.mapShards(Array(lengths.indices), width: Aggregator.width) { games in
      [play(games.map { (lengths[$0], source.split(UInt64($0))) }, beta, weights)]
    }
    return AggregatedRound(
      dataset: Dataset(
        metadata: DatasetMetadata(
          ruleSet: rules, expert: "labels by \(config.teacher)", seed: 0),
        episodes: parts.flatMap(\.episodes)),
      agreed: parts.reduce(0) { $0 + $1.agreed })
  }

  private static let width = 64

  /// Games side by side on one thread.
  private func play(
    _ games: [(length: Int, generator: SeededGenerator)], _ beta: Double, _ weights: any ModelWeights
  ) -> (episodes: [Episode], agreed: Int) {
    let rules = Rules.preset(rules)
    let player = LanePlayer(weights, rules: rules, serves: games.map { $0.generator.split("serves") })
    var teachers = games.map {
      Teacher(config.teacher, rules: rules, seed: $0.generator.split("teacher").state[0])
    }
    var coins = games.map { $0.generator.split("mixture") }
    var episodes = [Episode](repeating: Episode(), count: games.count)
    for game in games.indices { episodes[game].reserveCapacity(games[game].length) }
    var agreed = 0
    for step in 0..<(games.map(\.length).max() ?? 0) {
      player.decide()
      for game in games.indices where step < games[game].length {
        let observation = player.games.observation(game)
        let label = teachers[game].label(player.games[game], observation)
        episodes[game].append(observation, label)
        if player.games.actions[game] == label.rawValue { agreed += 1 }
        if beta > 0, coins[game].bernoulli(beta) { player.games.actions[game] = label.rawValue }
      }
      player.games.step()
    }
    return (episodes, agreed)
  }
}
