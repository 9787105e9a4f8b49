import Demonstrations
import Determinism
import PongEngine
import Testing

/// `DemonstrationStatistics` as they are defined, with every value kept and episodes one after the other.
private struct NaiveStatistics {
  var steps = 0
  var catches = 0
  var misses = 0
  var actions = [0, 0, 0]
  var bursts = 0
  var meanBurst: Double?
  var medianBurst: Double?
  var movingShare: [Double?] = []
  var medianDistance: [Double?] = []
  private static let (bandCount, bandHeight) = (7, 40)

  init(_ dataset: Dataset) {
    let rules = Rules.preset(dataset.metadata.ruleSet)
    var bands = Bands()
    var lengths: [Double] = []
    for episode in dataset.asSeenByAgent.episodes {
      count(episode)
      lengths += NaiveStatistics.burstLengths(of: episode)
      follow(episode, rules, &bands)
    }
    bursts = lengths.count
    if !lengths.isEmpty { meanBurst = lengths.reduce(0, +) / Double(lengths.count) }
    medianBurst = median(lengths)
    movingShare = zip(bands.moving, bands.steps).map { $1 == 0 ? nil : Double($0) / Double($1) }
    medianDistance = bands.distances.map(median)
  }

  private mutating func count(_ episode: Episode) {
    steps += episode.count
    for action in episode.actions { actions[Int(action.rawValue)] += 1 }
  }

  private static func burstLengths(of episode: Episode) -> [Double] {
    var lengths: [Double] = []
    var previous = Action.stay
    for action in episode.actions {
      if action != .stay {
        if action == previous { lengths[lengths.count - 1] += 1 } else { lengths.append(1) }
      }
      previous = action
    }
    return lengths
  }

  /// Sums by band of y.
  private struct Bands {
    var steps = [Int](repeating: 0, count: bandCount)
    var moving = [Int](repeating: 0, count: bandCount)
    var distances = [[Double]](repeating: [], count: bandCount)
  }

  /// Follows the ball through an episode.
  private mutating func follow(_ episode: Episode, _ rules: Rules, _ bands: inout Bands) {
    var motion = BallMotion(rules: rules)
    var state = GameState(rules: rules, serve: Serve(x: 0, y: 0, dx: 0, dy: 0))
    var landingX: Int32 = 0
    var velocity: (Int32, Int32) = (0, 0)
    for (row, observation) in episode.observations.enumerated() {
      state = motion.observe(observation)
      if motion.jumped, row > 0 { misses += 1 }
      let band = Int(max(0, state.ballY) / rules.unitsPerPixel) / NaiveStatistics.bandHeight
      guard band < NaiveStatistics.bandCount else { continue }
      bands.steps[band] += 1
      if episode.actions[row] != .stay { bands.moving[band] += 1 }
      guard state.ballDY > 0 else { continue }
      if velocity != (state.ballDX, state.ballDY) || motion.jumped {
        velocity = (state.ballDX, state.ballDY)
        landingX = state.landingX(rules: rules)
      }
      bands.distances[band].append(rules.distance(paddleX: state.paddleX, ballX: landingX))
    }
    catches += motion.catches
    countLastStep(episode.actions.last, state, rules)
  }

  /// What a step brought about shows in the next row; that of the last step is played by the rules.
  private mutating func countLastStep(_ action: Action?, _ last: GameState, _ rules: Rules) {
    guard let action else { return }
    var state = last
    var serves = ScriptedServes([Serve(x: 0, y: 0, dx: 0, dy: 0)])
    switch state.step(action, rules: rules, serves: &serves) {
    case .none: break
    case .catch: catches += 1
    case .miss: misses += 1
    }
  }
}

/// The middle value, or the mean of the two middle ones; nil of nothing.
private func median(_ values: [Double]) -> Double? {
  guard !values.isEmpty else { return nil }
  let sorted = values.sorted()
  let middle = sorted.count / 2
  return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

extension DemonstrationStatisticsTests {
  @Test(
    "Counts of streamed episodes come to what all values come to", arguments: RuleSet.allCases,
    PaddleAlignment.allCases)
  func naiveTwin(_ ruleSet: RuleSet, _ alignment: PaddleAlignment) throws {
    let played = DemonstrationGenerator(expert: .humanlike, ruleSet: ruleSet, seed: 5).dataset(
      lengths: [70_000, 0, 1, 2, 9_000])
    var random = played
    random.episodes = played.episodes.map { episode in
      var other = Episode()
      // A game that no rules play, and a key held for longer than any person holds one.
      for row in 0..<episode.count {
        let bits = UInt32(truncatingIfNeeded: row &* 2_654_435_761 >> 7)
        other.append(Observation(bits: bits), row % 20_000 < 15_000 ? .right : Action.allCases[row % 3])
      }
      return other
    }
    for dataset in [played.recorded(as: alignment), random] {
      let found = try DemonstrationStatistics(DatasetStream(dataset), ThreadTeam(threads: 3))
      let naive = NaiveStatistics(dataset)
      #expect(found.steps == naive.steps && found.catches == naive.catches && found.misses == naive.misses)
      #expect(found.actions == naive.actions && found.bursts == naive.bursts)
      #expect(found.meanBurst == naive.meanBurst && found.medianBurst == naive.medianBurst)
      #expect(found.movingShare == naive.movingShare)
      #expect(found.medianDistance == naive.medianDistance)
      #expect(DemonstrationStatistics(dataset) == found)
    }
  }
}
