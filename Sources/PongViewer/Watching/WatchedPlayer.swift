import Demonstrations
import Determinism
import PongEngine

/// A court at play, with what it shows: an agent's, a person's, or both by turns.
struct WatchedPlayer {
  let name: String
  /// The agent; nil where there is none (a person's own court, a replay).
  private(set) var policy: (any Policy)?
  private(set) var session: Session<SeededServes>
  private(set) var view: CourtView
  private var agentCounts = HandCounts()
  private var personCounts = HandCounts()
  /// Who holds the paddle.
  private(set) var hand: Hand
  /// What there was to hear since `takeCues`.
  private var cues: SoundCues = []
  /// What goes on inside, once somebody has looked.
  private(set) var record: NetworkRecord?
  /// Places of the hidden vector whose neurons are silenced.
  private(set) var silenced: Set<Int> = []
  private var perturbation = Perturbation()
  private var disturbance: Disturbance?
  private var lastAction: Action?
  private var lastObservation: Observation

  init(name: String, policy: (any Policy)?, hand: Hand = .agent, rules: Rules, seed: UInt64) {
    self.name = name
    self.policy = policy
    self.hand = hand
    session = Session(rules: rules, serves: SeededServes(seed: seed))
    view = CourtView(name: name, state: session.state)
    view.hand = hand
    lastObservation = session.observation
    self.policy?.reset()
  }

  /// Starts over by rules with the serves of a seed; the paddle stays in the same hand.
  mutating func restart(seed: UInt64, rules: Rules) {
    var record = record
    let (silenced, perturbation) = (silenced, perturbation)
    self = WatchedPlayer(name: name, policy: policy, hand: hand, rules: rules, seed: seed)
    record?.reset(seeing: session.observation)
    self.record = record
    // Still silenced in the network itself, and still to be seen through noise.
    self.silenced = silenced
    disturb(perturbation, seed: seed)
  }

  /// From now on the agent sees and moves through a perturbation: the same draws for all players of a seed.
  mutating func disturb(_ perturbation: Perturbation, seed: UInt64) {
    self.perturbation = perturbation
    disturbance =
      perturbation == Perturbation() ? nil : Disturbance(perturbation, serves: SeededGenerator(seed: seed))
  }

  /// Silences neurons by their places in the hidden vector, and lets all others speak; false where that cannot be.
  mutating func silence(_ places: Set<Int>) -> Bool {
    guard let network = policy as? any NetworkView, network.silence(places) else { return false }
    silenced = places
    return true
  }

  /// Puts the paddle in a hand, whose counts are shown from then on.
  mutating func give(to hand: Hand) {
    guard hand != self.hand else { return }
    self.hand = hand
    view.hand = hand
    showCounts()
  }

  /// What was seen and done in a step.
  typealias Row = (observation: Observation, action: Action)

  /// Plays one step: the agent's, or the person's if they hold the paddle.
  mutating func step(person: Action?) -> Row {
    let shown = session.observation
    let seen = disturbance?.view(shown) ?? shown
    // The agent is asked at every step, also while a person plays: its memory runs on, so it has watched all
    // the time when it gets the paddle back.
    let proposed = policy?.action(for: seen)
    var action = (hand == .person ? person : proposed) ?? .stay
    // A person's paddle does what it is told.
    if hand == .agent, let moved = disturbance?.move(action) { action = moved }
    // What is shown of a network is its own choice, also where a person makes another.
    (lastObservation, lastAction) = (seen, proposed)
    if let proposed { record?.record(seen, proposed) }
    play(action)
    return (shown, action)
  }

  /// Plays one step with a given action. Returns what happened and whether it set a record.
  @discardableResult
  mutating func play(_ action: Action) -> (event: Event, isNewRecord: Bool) {
    let before = session.state
    let event = session.step(action)
    view.state = session.state
    view.before = before
    view.trail.add(x: before.ballX, y: before.ballY)
    guard event != .none else {
      if (view.state.ballDX < 0) != (before.ballDX < 0) || (view.state.ballDY < 0) != (before.ballDY < 0) {
        cues.insert(.wall)
      }
      return (event, false)
    }
    cues.insert(event == .miss ? .miss : .catch)
    if event == .miss {
      // From here to a new serve there is nothing in between.
      view.before = nil
      view.trail.clear()
      flash(\.missGlow)
    }
    let isNewRecord = hand == .agent ? agentCounts.add(event) : personCounts.add(event)
    if isNewRecord {
      flash(\.recordGlow)
      cues.insert(.record)
    }
    showCounts()
    return (event, isNewRecord)
  }

  private mutating func showCounts() {
    let (own, other) = hand == .agent ? (agentCounts, personCounts) : (personCounts, agentCounts)
    view.streak = own.streak
    view.best = own.best
    view.misses = own.misses
    view.catchRate = own.catchRate
    view.isRecord = own.isRecord
    view.otherBest = other.catchRate == nil ? nil : other.best
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
