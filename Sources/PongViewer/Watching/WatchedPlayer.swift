import PongEngine

/// A policy at play, with what its court shows.
struct WatchedPlayer {
  let name: String
  var policy: any Policy
  private(set) var session: Session<SeededServes>
  private(set) var view: CourtView
  private var longestEnded = 0
  /// What there was to hear since `takeCues`.
  private var cues: SoundCues = []
  /// What goes on inside, once somebody has looked.
  private(set) var record: NetworkRecord?
  private var lastAction: Action?
  private var lastObservation: Observation

  init(name: String, policy: any Policy, rules: Rules, seed: UInt64) {
    self.name = name
    self.policy = policy
    session = Session(rules: rules, serves: SeededServes(seed: seed))
    view = CourtView(name: name, state: session.state)
    lastObservation = session.observation
    self.policy.reset()
  }

  /// Starts over with the serves of a seed.
  mutating func restart(seed: UInt64) {
    var record = record
    self = WatchedPlayer(name: name, policy: policy, rules: session.rules, seed: seed)
    record?.reset(seeing: session.observation)
    self.record = record
  }

  /// Plays one step.
  mutating func step() {
    let before = session.state
    let observation = session.observation
    let action = policy.action(for: observation)
    let event = session.step(action)
    (lastObservation, lastAction) = (observation, action)
    record?.record(observation, action)
    view.state = session.state
    view.before = before
    view.trail.add(x: before.ballX, y: before.ballY)
    guard event != .none else {
      if (view.state.ballDX < 0) != (before.ballDX < 0) || (view.state.ballDY < 0) != (before.ballDY < 0) {
        cues.insert(.wall)
      }
      return
    }
    cues.insert(event == .miss ? .miss : .catch)
    if event == .miss {
      // From here to a new serve there is nothing in between.
      view.before = nil
      view.trail.clear()
      longestEnded = session.longestStreak
      flash(\.missGlow)
    } else if longestEnded > 0, session.streak == longestEnded + 1 {
      flash(\.recordGlow)
      cues.insert(.record)
    }
    view.streak = session.streak
    view.best = session.longestStreak
    view.misses = session.misses
    view.catchRate = session.catchRate
    view.isRecord = longestEnded > 0 && session.streak > longestEnded
  }

  /// What there was to hear since the last call.
  mutating func takeCues() -> SoundCues {
    defer { cues = [] }
    return cues
  }

  /// Starts to record what goes on inside, if there is a network.
  mutating func openNetwork() {
    guard record == nil, let network = policy as? any NetworkView else { return }
    record = NetworkRecord(network, seeing: lastObservation)
    if let lastAction { record?.record(lastObservation, lastAction) }
    record?.settle(elapsed: nil)
  }

  /// Lets what is shown of the inside follow for some seconds.
  mutating func settle(_ elapsed: Double) {
    record?.refresh()
    record?.settle(elapsed: elapsed)
  }

  /// Lets flashes fade by a share of their strength.
  mutating func fade(by amount: Double) {
    view.missGlow = max(0, view.missGlow - amount)
    view.recordGlow = max(0, view.recordGlow - amount)
  }

  /// Starts a flash unless one is still to be seen: at high speed it must not flicker more than twice a
  /// second, which could harm people with photosensitive epilepsy.
  private mutating func flash(_ glow: WritableKeyPath<CourtView, Double>) {
    if view[keyPath: glow] == 0 { view[keyPath: glow] = 1 }
  }
}
