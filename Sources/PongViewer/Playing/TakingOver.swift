import Demonstrations
import PongEngine

// How a person comes by a paddle and gives it back. There is one person, so one paddle at most is theirs.

extension WatchModel {
  /// A person in the first court, opponents on the same serves in courts beside it.
  ///
  /// - Parameter recorder: takes in what the person sees and does.
  public init(
    playing opponents: [(name: String, policy: any Policy)], rules: Rules, seed: UInt64,
    speed: Speed = .normal, isPaused: Bool = false, isMuted: Bool = false,
    recorder: (any DemonstrationRecorder)? = nil
  ) {
    let own = WatchedPlayer(
      name: WatchModel.personName, policy: nil, hand: .person, rules: rules, seed: seed)
    let courts = opponents.map {
      WatchedPlayer(name: $0.name, policy: $0.policy, rules: rules, seed: seed)
    }
    self.init(.play, [own] + courts, rules, seed, speed, isPaused: isPaused, isMuted: isMuted)
    person.court = 0
    countdown = WatchModel.countdownDuration
    self.recorder = recorder
    recorder?.begin(seed: seed)
  }

  /// Does what a person's hands ask for.
  mutating func handle(_ input: PersonInput) {
    switch input {
    case .steer(let side, let isDown, let isRepeat): steer(side, isDown: isDown, isRepeat: isRepeat)
    case .mouse(let mouse): purpose == .replay ? drag(mouse) : move(mouse)
    case .tilt(let value):
      guard purpose != .replay else { return }
      // A stick that is still tilted does not take back what has just been given.
      if abs(value) > Steering.stickRest, person.court != nil || person.mayTake { take(keyCourt) }
      person.steering.tilt(value)
    case .select(let court): choose(court)
    case .inputLost:
      person.steering.release()
      person.dragsTimeBar = false
      // Nobody can play without keys or gamepad.
      if person.court != nil { isPaused = true }
    }
  }

  /// The court that keys and gamepad act on.
  private var keyCourt: Int { purpose == .play ? 0 : selected ?? person.court ?? 0 }

  private mutating func steer(_ side: Steering.Side, isDown: Bool, isRepeat: Bool) {
    if purpose == .replay {
      if isDown { skip(steps: side == .left ? -60 : 60) }
    } else if !isRepeat {
      if isDown { take(keyCourt) }
      person.steering.steer(side, isDown: isDown)
    }
  }

  /// The mouse takes the paddle of the court it moves in, and goes on guiding it from outside.
  private mutating func move(_ mouse: Mouse) {
    let isMeant = person.notice(mouse)
    if isMeant, purpose == .watch, case .court(let court) = mouse.place { take(court) }
    // Over the panel it looks at neurons.
    guard let held = person.court, held < mouse.fieldX.count, mouse.place != .panel else { return }
    if isMeant || person.steering.followsMouse { person.steering.aim(x: mouse.fieldX[held]) }
  }

  private mutating func take(_ court: Int) {
    guard purpose == .watch, person.court != court else { return }
    giveBack()
    person.court = court
    person.steering.release()
    select(court)
    players[court].give(to: .person)
    show("you play for \(players[court].name)")
  }

  private mutating func giveBack() {
    guard let held = person.court else { return }
    players[held].give(to: .agent)
    show("\(players[held].name) plays on")
    person.letGo()
  }

  mutating func takeOrGive() {
    switch purpose {
    case .watch: person.court == nil ? take(keyCourt) : giveBack()
    case .play: show("this paddle is yours")
    case .replay: show("a replay plays by itself")
    }
  }

  /// Chooses the court that keys act on and whose inside is shown, where there are several.
  mutating func choose(_ court: Int) {
    guard players.count > 1, court < players.count else { return }
    select(court)
    show("\(court + 1): \(players[court].name)")
  }
}
