import Demonstrations

/// The rounds of an aggregation: when they are due, and what they make of the plan.
extension Trainer {
  /// The steps of episodes one after the other.
  static func ranges(_ lengths: [Int]) -> [Range<Int>] {
    var end = 0
    return lengths.map { length in
      defer { end += length }
      return end..<end + length
    }
  }

  /// Rounds that are due before the passes after the first `passes`.
  func roundsDue(after passes: Int) -> Int {
    config.aggregation.map { min(roundLengths.count, passes / $0.every) } ?? 0
  }

  /// The pass after which the last round comes; 0 without rounds.
  var lastRoundPass: Int {
    config.aggregation?.lastRoundPass(of: roundLengths.count, passes: config.training.passes) ?? 0
  }

  /// Updates of the first `passes` passes.
  func updates(ofPasses passes: Int) -> Int {
    guard let every = config.aggregation?.every else { return passes * chunkCounts[0] }
    let whole = min(passes / every, roundLengths.count)
    return chunkCounts[..<whole].reduce(0) { $0 + $1 * every } + (passes - whole * every) * chunkCounts[whole]
  }

  /// Plays the round that is due, if one is.
  func aggregate(_ report: (TrainingReport) throws -> Void) rethrows {
    guard let aggregator, progress.rounds < roundsDue(after: progress.pass) else { return }
    playWeights.load(average)
    let lengths = roundLengths[progress.rounds]
    let round = aggregator.play(round: progress.rounds + 1, lengths: lengths, playWeights, team)
    add(round.dataset)
    progress.rounds += 1
    progress.agreed = round.agreed
    makeWorkers()
    try report(.round(progress.rounds, round))
  }

  /// What the rounds have come to; nil where nothing is aggregated.
  var aggregated: TrainingMetrics.Aggregation? {
    guard aggregator != nil else { return nil }
    let last = progress.rounds == 0 ? nil : roundLengths[progress.rounds - 1].reduce(0, +)
    return .init(
      frames: data.count, agreement: last.map { Double(progress.agreed) / Double($0) })
  }
}
