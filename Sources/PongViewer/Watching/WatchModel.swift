import Demonstrations
import PongEngine

/// The players being watched and the clock they play by. No window and no clock of its own: time is an
/// argument, so every behaviour can be tested.
///
/// All players meet the same serves: the n-th serve of one is the n-th of the others.
///
/// A person may take a paddle (`handle`), have a court of their own (`init(playing:)`), or look at a session again
/// (`init(replay:)`).
public struct WatchModel {
  /// Steps a second at normal speed.
  public static let stepsPerSecond = 60.0
  /// How long a flash is seen, seconds.
  static let flashDuration = 0.5
  /// How long a message is seen, seconds.
  static let messageDuration = 1.5
  /// A longer pause between two frames (a suspended laptop, a dragged window) is not caught up with, seconds.
  static let longestFrame = 0.25

  /// The seed of the serves.
  public private(set) var seed: UInt64
  /// The speed.
  public private(set) var speed: Speed
  /// Whether the game stands still.
  public internal(set) var isPaused: Bool
  /// Whether the keys are shown.
  public private(set) var showsHelp = false
  /// Whether sounds are off.
  public private(set) var isMuted: Bool
  /// The training run whose newest weights play, if there is one.
  public var training: TrainingView?
  /// Whether the inside of the selected player is shown.
  public internal(set) var showsInside = false
  /// What goes wrong for all agents, or did where a replay stands.
  public internal(set) var perturbation = Perturbation()
  /// What a key makes worse.
  var chosenKind = Perturbation.Kind.bits
  /// Steps played since the start or restart.
  public private(set) var steps = 0

  let rules: Rules
  /// What the window is for.
  public let purpose: Purpose
  /// The courts; in a replay those of `playback` are shown instead.
  var players: [WatchedPlayer]
  private var streaks: TimelineRecorder
  /// The court that was chosen, if any: keys act on it, and its inside is shown.
  var selected: Int?
  var focus = Focus()
  var playback: ReplayPlayback?
  var person = PersonState()
  private var tape: SessionTape?
  var recorder: (any DemonstrationRecorder)?
  private var shownProblem: String?
  private var message: String?
  private var messageLeft = 0.0
  /// Seconds until a person's game goes on.
  var countdown = 0.0
  /// Steps due but not played yet; a fraction of one between frames.
  private var owed = 0.0

  /// Players, at least one, about to start. Their policies are reset.
  public init(
    players: [(name: String, policy: any Policy)], rules: Rules, seed: UInt64, speed: Speed = .normal,
    isPaused: Bool = false, isMuted: Bool = false
  ) {
    precondition(!players.isEmpty, "a WatchModel needs at least one player")
    let courts = players.map {
      WatchedPlayer(name: $0.name, policy: $0.policy, rules: rules, seed: seed)
    }
    self.init(.watch, courts, rules, seed, speed, isPaused: isPaused, isMuted: isMuted)
  }

  init(
    _ purpose: Purpose, _ players: [WatchedPlayer], _ rules: Rules, _ seed: UInt64, _ speed: Speed,
    isPaused: Bool, isMuted: Bool
  ) {
    self.purpose = purpose
    self.rules = rules
    self.seed = seed
    self.speed = speed
    self.isPaused = isPaused
    self.isMuted = isMuted
    self.players = players
    streaks = TimelineRecorder(players: players.count)
    if purpose != .replay { tape = SessionTape(names: players.map(\.name), rules: rules, seed: seed) }
  }

  /// What a person is called.
  public static let personName = "you"
  /// Seconds of 3, 2, 1.
  static let countdownDuration = 2.25

  /// Everything played so far; nil in a replay.
  public var replay: Replay? { tape?.replay }

  /// Whether there is something to keep: a step that was played, or the replay that is shown.
  public var hasBegun: Bool { replay.map { $0.count > 0 } ?? true }

  /// What there is to see now.
  public var content: SceneContent {
    var content = SceneContent(courts: shown.map(\.view), rules: rules, timeline: streaks.timeline)
    update(&content)
    return content
  }

  /// Updates a picture's content in place, without allocating.
  public func update(_ content: inout SceneContent) {
    guard content.courts.count == shown.count else { return content = self.content }
    for index in shown.indices { content.courts[index] = shown[index].view }
    content.purpose = purpose
    content.seed = seed
    content.steps = steps
    content.fraction = fraction
    content.speed = speed
    content.isPaused = isPaused
    content.showsHelp = showsHelp
    content.message = message
    content.countdown = isPaused ? 0 : Int((countdown * 3 / WatchModel.countdownDuration).rounded(.up))
    content.selected = players.count > 1 ? selected : nil
    content.timeBar = playback.map { TimeBar(position: $0.position, total: $0.total, marks: $0.marks) }
    if content.timeline != streaks.timeline { content.timeline = streaks.timeline }
    content.training = training
    content.perturbation = perturbation
    content.silenced = players.reduce(0) { $0 + $1.silenced.count }
    updateInside(&content)
  }

  /// The courts that are seen.
  private var shown: [WatchedPlayer] { playback?.players ?? players }

  /// Takes what there was to hear since the last call, a value a player.
  public mutating func takeCues(_ cues: inout [SoundCues]) {
    cues.removeAll(keepingCapacity: true)
    for index in players.indices { cues.append(players[index].takeCues()) }
    playback?.takeCues(&cues)
  }

  /// A paused game is shown as it stands; a running one, as far as its clock has come to the next step.
  private var fraction: Double {
    if isPaused || speed == .maximum { return 1 }
    return owed
  }

  /// Lets time pass.
  ///
  /// - Parameters:
  ///   - elapsed: seconds since the last call.
  ///   - deadline: when to stop playing and show something, in the clock's seconds. Steps that did not fit
  ///     are dropped: a game too slow for its speed plays slower, it never freezes the window.
  ///   - clock: seconds from any start.
  public mutating func advance(elapsed: Double, deadline: Double, clock: () -> Double) {
    fade(elapsed)
    showProblem()
    guard !isPaused else { return }
    guard countdown == 0 else { return countdown = max(0, countdown - max(0, elapsed)) }
    switch speed {
    case .maximum:
      repeat { step() } while clock() < deadline
    case .times(let factor):
      owed += min(elapsed, WatchModel.longestFrame) * WatchModel.stepsPerSecond * factor
      while owed >= 1 {
        owed -= 1
        step()
        if owed >= 1, clock() >= deadline { owed = 0 }
      }
    }
  }

  /// Does what a key asks for; returns what is left for the window to do.
  public mutating func perform(_ command: ViewerCommand) -> WindowRequest {
    switch command {
    case .togglePause: togglePause()
    case .singleStep:
      isPaused = true
      owed = 0
      step()
    case .faster: change(to: speed.faster)
    case .slower: change(to: speed.slower)
    case .restart: playback == nil ? start(seed: seed, "restarted") : replayAgain()
    case .nextSeed:
      playback == nil ? start(seed: seed &+ 1, "seed \(seed &+ 1)") : show("a replay has its own serves")
    case .takeOrGive: takeOrGive()
    case .selectNext: choose(((selected ?? person.court ?? -1) + 1) % max(players.count, 1))
    case .save:
      guard purpose == .replay else { return .save }
      show("this is a replay already")
    case .stepBack: skip(steps: -1, pausing: true)
    case .goToStart: skip(steps: .min / 2)
    case .goToEnd: skip(steps: .max / 2)
    case .toggleInside: players.isEmpty ? show("a replay keeps no networks") : toggleInside()
    case .silence: players.isEmpty ? show("a replay keeps no networks") : silenceFocus()
    case .disturb: players.isEmpty ? show("a replay is seen as it was") : disturbMore()
    case .chooseDisturbance: players.isEmpty ? show("a replay is seen as it was") : chooseDisturbance()
    case .toggleHelp:
      showsHelp.toggle()
      // Nobody can play behind the keys.
      if showsHelp, person.court != nil { isPaused = true }
    case .toggleMute:
      isMuted.toggle()
      show(isMuted ? "sound off" : "sound on")
    case .toggleFullScreen: return .toggleFullScreen
    case .escape:
      guard showsHelp else { return .quit }
      showsHelp = false
    case .quit: return .quit
    }
    return .none
  }

  private mutating func togglePause() {
    isPaused.toggle()
    owed = 0
    guard !isPaused else { return }
    if let playback, playback.position == playback.total { replayAgain() }
    if purpose == .play { countdown = WatchModel.countdownDuration }
  }

  private mutating func change(to speed: Speed) {
    self.speed = speed
    owed = 0
    show("speed \(speed.label)")
  }

  mutating func start(seed: UInt64, _ message: String) {
    self.seed = seed
    let played = perturbation.apply(to: rules)
    for index in players.indices { players[index].restart(seed: seed, rules: played) }
    streaks = TimelineRecorder(players: players.count)
    steps = 0
    owed = 0
    tape?.begin(seed: seed, speed: perturbation.speed)
    recorder?.begin(seed: seed)
    if purpose == .play { countdown = WatchModel.countdownDuration }
    show(message)
  }

  /// Shows a short word for a while.
  public mutating func show(_ text: String) {
    message = text
    messageLeft = WatchModel.messageDuration
  }

  /// A recording that cannot be written is said at once, not after an hour.
  private mutating func showProblem() {
    guard let problem = recorder?.problem, problem != shownProblem else { return }
    shownProblem = problem
    show(problem)
  }

  private mutating func step() {
    guard playback == nil else { return stepReplay() }
    let isKept = tape?.isFull == false
    for index in players.indices {
      var wish: Action?
      if index == person.court { wish = person.steering.action(players[index].session.state, rules: rules) }
      let row = players[index].step(person: wish)
      streaks.note(
        players[index].view.streak, player: index, isPersons: players[index].hand == .person)
      if isKept { tape?.add(row.action, by: players[index].hand, court: index) }
      if index == person.court { recorder?.add(row.observation, row.action) }
    }
    if isKept, tape?.isFull == true { show("the session is full: what follows is not saved") }
    streaks.endStep()
    steps += 1
  }

  private mutating func stepReplay() {
    playback?.step()
    readPlace()
    if let playback, playback.position == playback.total {
      isPaused = true
      owed = 0
    }
  }

  /// Goes to a place of the replay, in steps from its start.
  mutating func seek(to position: Int) {
    playback?.seek(position)
    owed = 0
    readPlace()
  }

  private mutating func readPlace() {
    guard let playback else { return }
    seed = playback.seed
    perturbation.speed = playback.speed
    steps = playback.stepsInPart
  }

  private mutating func fade(_ elapsed: Double) {
    let amount = max(0, elapsed) / WatchModel.flashDuration
    for index in players.indices { players[index].fade(by: amount) }
    if showsInside { players[shownInside].settle(max(0, elapsed)) }
    playback?.fade(by: amount)
    person.pass(elapsed)
    messageLeft -= elapsed
    if messageLeft <= 0 { message = nil }
  }
}
