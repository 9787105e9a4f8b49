import Determinism
import PongEngine
import Synchronization

/// How a demonstration was played: the figures in which the published human one is described
/// (reference.md, section 2).
///
/// Computed from the rows as the player saw them (`Dataset.asSeenByAgent`); velocities and landing points
/// are inferred from the observations and the rules, so imported data have them, too.
public struct DemonstrationStatistics: Sendable, Equatable {
  /// Steps.
  public private(set) var steps = 0
  /// Balls that the paddle met.
  public private(set) var catches = 0
  /// Balls lost: the ball jumps to a new serve.
  public private(set) var misses = 0
  /// Steps by action: right, left, stay.
  public private(set) var actions = [0, 0, 0]
  /// Unbroken runs of the same moving action.
  public private(set) var bursts = 0
  /// Their mean length, steps; nil without a burst.
  public private(set) var meanBurst: Double?
  /// Their median length, steps; nil without a burst.
  public private(set) var medianBurst: Double?
  /// Of the steps with the ball's y in 40b..<40b + 40, ball rising or falling, the share with a moving
  /// action, b = 0...6; nil for a band without a step.
  public private(set) var movingShare: [Double?] = []
  /// The median distance in pixels, along x, from the paddle's centre to the ball's centre at landing, over
  /// the steps with the ball falling and its y in 40b..<40b + 40, b = 0...6; nil for a band without a step.
  public private(set) var medianDistance: [Double?] = []

  /// Height of a band of y, pixels.
  public static let bandHeight = 40
  /// Number of bands; the last ends at 280.
  public static let bandCount = 7

  /// The share of steps with this action; nil without a step.
  public func share(of action: Action) -> Double? {
    steps == 0 ? nil : Double(actions[Int(action.rawValue)]) / Double(steps)
  }

  /// The statistics of all episodes together.
  public init(_ dataset: Dataset) {
    do {
      try self.init(DatasetStream(dataset), ThreadTeam(threads: 1))
    } catch {
      preconditionFailure("DemonstrationStatistics: rows in memory were refused: \(error)")
    }
  }

  /// The statistics of all episodes together, each looked at by one thread; a row is not kept.
  /// - Throws: `FileError`.
  public init(_ stream: DatasetStream, _ team: ThreadTeam) throws {
    let rules = Rules.preset(stream.metadata.ruleSet)
    let all = Mutex(PlayCounts())
    try stream.forEachEpisode(team) { _, rows in
      var seen = SeenRows(stream.metadata.alignment)
      var follower = PlayFollower(rules)
      while let block = try rows.next() { follower.follow(seen.seen(block)) }
      let counts = follower.finished()
      all.withLock { $0.add(counts) }
    }
    self.init(all.withLock { $0 }, rules)
  }

  private init(_ counts: PlayCounts, _ rules: Rules) {
    (steps, catches, misses, actions) = (counts.steps, counts.catches, counts.misses, counts.actions)
    bursts = counts.bursts.count
    meanBurst = counts.bursts.mean
    medianBurst = counts.bursts.median()
    movingShare = zip(counts.bandMoving, counts.bandSteps).map { $1 == 0 ? nil : Double($0) / Double($1) }
    medianDistance = counts.distances.map { $0.median(over: Double(2 * rules.unitsPerPixel)) }
  }
}
