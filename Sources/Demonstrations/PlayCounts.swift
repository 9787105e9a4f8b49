import PongEngine

/// What `DemonstrationStatistics` are made of: counts, so that those of episodes add up to those of a dataset.
struct PlayCounts: Sendable {
  var steps = 0
  var catches = 0
  var misses = 0
  /// By action.
  var actions = [0, 0, 0]
  /// Lengths.
  var bursts = Tally()
  /// By band of y.
  var bandSteps = [Int](repeating: 0, count: DemonstrationStatistics.bandCount)
  var bandMoving = [Int](repeating: 0, count: DemonstrationStatistics.bandCount)
  /// From paddle to landing point, half units.
  var distances = [Tally](repeating: Tally(), count: DemonstrationStatistics.bandCount)

  /// Adds those of others.
  mutating func add(_ other: PlayCounts) {
    steps += other.steps
    catches += other.catches
    misses += other.misses
    for index in actions.indices { actions[index] += other.actions[index] }
    bursts.add(other.bursts)
    for band in distances.indices {
      bandSteps[band] += other.bandSteps[band]
      bandMoving[band] += other.bandMoving[band]
      distances[band].add(other.distances[band])
    }
  }
}

/// Follows the ball through the rows of an episode as its player saw them.
struct PlayFollower {
  private let rules: Rules
  private var counts = PlayCounts()
  private var motion: BallMotion
  private var state: GameState
  private var landingX: Int32 = 0
  private var velocity: (Int32, Int32) = (0, 0)
  private var last: Action?
  /// Steps of the burst that goes on.
  private var burst = 0

  init(_ rules: Rules) {
    self.rules = rules
    motion = BallMotion(rules: rules)
    state = GameState(rules: rules, serve: Serve(x: 0, y: 0, dx: 0, dy: 0))
  }

  mutating func follow(_ rows: [UInt32]) {
    for row in rows {
      let action = Action(rawValue: UInt8(row >> 24)) ?? .stay
      count(action)
      follow(Observation(bits: row), action)
    }
  }

  private mutating func count(_ action: Action) {
    counts.actions[Int(action.rawValue)] += 1
    if action != last { endBurst() }
    if action != .stay { burst += 1 }
    last = action
  }

  private mutating func endBurst() {
    if burst > 0 { counts.bursts.add(burst) }
    burst = 0
  }

  private mutating func follow(_ observation: Observation, _ action: Action) {
    state = motion.observe(observation)
    if motion.jumped, counts.steps > 0 { counts.misses += 1 }
    counts.steps += 1
    let band = Int(max(0, state.ballY) / rules.unitsPerPixel) / DemonstrationStatistics.bandHeight
    guard band < DemonstrationStatistics.bandCount else { return }
    counts.bandSteps[band] += 1
    if action != .stay { counts.bandMoving[band] += 1 }
    guard state.ballDY > 0 else { return }
    if velocity != (state.ballDX, state.ballDY) || motion.jumped {
      velocity = (state.ballDX, state.ballDY)
      landingX = state.landingX(rules: rules)
    }
    let distance = rules.distance(paddleX: state.paddleX, ballX: landingX) * Double(2 * rules.unitsPerPixel)
    counts.distances[band].add(Int(distance))
  }

  /// What there was. What a step brought about shows in the next row; that of the last is played by the rules.
  mutating func finished() -> PlayCounts {
    endBurst()
    counts.catches += motion.catches
    guard let last else { return counts }
    var after = state
    var serves = ScriptedServes([Serve(x: 0, y: 0, dx: 0, dy: 0)])
    switch after.step(last, rules: rules, serves: &serves) {
    case .none: break
    case .catch: counts.catches += 1
    case .miss: counts.misses += 1
    }
    return counts
  }
}

/// How often each whole number, 0 or more, was there.
struct Tally: Sendable {
  /// Those of small numbers, by number: most are.
  private var small: [Int] = []
  private var large: [Int: Int] = [:]
  private(set) var count = 0
  private var sum = 0

  private static let firstLarge = 1 << 12

  mutating func add(_ number: Int, times: Int = 1) {
    precondition(number >= 0, "Tally: \(number)")
    count += times
    sum += number * times
    guard number < Tally.firstLarge else {
      large[number, default: 0] += times
      return
    }
    if number >= small.count { small += [Int](repeating: 0, count: number + 1 - small.count) }
    small[number] += times
  }

  mutating func add(_ other: Tally) {
    for (number, times) in other.small.enumerated() where times > 0 { add(number, times: times) }
    for (number, times) in other.large { add(number, times: times) }
  }

  /// Nil of nothing.
  var mean: Double? { count == 0 ? nil : Double(sum) / Double(count) }

  /// The middle number divided by `divisor`, or the mean of the two middle ones; nil of nothing.
  func median(over divisor: Double = 1) -> Double? {
    guard count > 0 else { return nil }
    let upper = Double(number(at: count / 2)) / divisor
    return count % 2 == 1 ? upper : (Double(number(at: count / 2 - 1)) / divisor + upper) / 2
  }

  /// The number at a place of all of them, sorted.
  private func number(at place: Int) -> Int {
    var before = 0
    for (number, times) in small.enumerated() {
      before += times
      if before > place { return number }
    }
    for (number, times) in large.sorted(by: { $0.key < $1.key }) {
      before += times
      if before > place { return number }
    }
    preconditionFailure("Tally: place \(place) of \(count)")
  }
}
