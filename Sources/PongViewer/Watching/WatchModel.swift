import PongEngine

/// The players being watched and the clock they play by. No window and no clock of its own: time is an
/// argument, so every behaviour can be tested.
///
/// All players meet the same serves: the n-th serve of one is the n-th of the others.
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
  public private(set) var isPaused: Bool
  /// Whether the keys are shown.
  public private(set) var showsHelp = false
  /// Whether sounds are off.
  public private(set) var isMuted: Bool
  /// The training run whose newest weights play, if there is one.
  public var training: TrainingView?
  /// Whether the inside of the selected player is shown.
  public internal(set) var showsInside = false
  /// Steps played since the start or restart.
  public private(set) var steps = 0

  private let rules: Rules
  var players: [WatchedPlayer]
  private var streaks: TimelineRecorder
  /// The player that was chosen, if any.
  var selected: Int?
  var focus = Focus()
  private var message: String?
  private var messageLeft = 0.0
  /// Steps due but not played yet; a fraction of one between frames.
  private var owed = 0.0

  /// Players, at least one, about to start. Their policies are reset.
  public init(
    players: [(name: String, policy: any Policy)], rules: Rules, seed: UInt64, speed: Speed = .normal,
    isPaused: Bool = false, isMuted: Bool = false
  ) {
    precondition(!players.isEmpty, "a WatchModel needs at least one player")
    self.rules = rules
    self.seed = seed
    self.speed = speed
    self.isPaused = isPaused
    self.isMuted = isMuted
    self.players = players.map {
      WatchedPlayer(name: $0.name, policy: $0.policy, rules: rules, seed: seed)
    }
    streaks = TimelineRecorder(players: players.count)
  }

  /// What there is to see now.
  public var content: SceneContent {
    var content = SceneContent(
      courts: players.map(\.view), rules: rules, seed: seed, steps: steps, fraction: fraction, speed: speed,
      isPaused: isPaused, showsHelp: showsHelp, message: message,
      timeline: streaks.timeline)
    content.training = training
    updateInside(&content)
    return content
  }

  /// Updates a picture's content in place, without allocating.
  public func update(_ content: inout SceneContent) {
    guard content.courts.count == players.count else { return content = self.content }
    for index in players.indices { content.courts[index] = players[index].view }
    content.seed = seed
    content.steps = steps
    content.fraction = fraction
    content.speed = speed
    content.isPaused = isPaused
    content.showsHelp = showsHelp
    content.message = message
    if content.timeline != streaks.timeline { content.timeline = streaks.timeline }
    content.training = training
    updateInside(&content)
  }

  /// Takes what there was to hear since the last call, a value a player.
  public mutating func takeCues(_ cues: inout [SoundCues]) {
    cues.removeAll(keepingCapacity: true)
    for index in players.indices { cues.append(players[index].takeCues()) }
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
    guard !isPaused else { return }
    switch speed {
    case .maximum:
      repeat { step() } while clock() < deadline
    case .times(let factor):
      owed += min(elapsed, WatchModel.longestFrame) * WatchModel.stepsPerSecond * factor
      while owed >= 1 {
        step()
        owed -= 1
        if owed >= 1, clock() >= deadline { owed = 0 }
      }
    }
  }

  /// Does what a key asks for; returns what is left for the window to do.
  public mutating func perform(_ command: ViewerCommand) -> WindowRequest {
    switch command {
    case .togglePause:
      isPaused.toggle()
      owed = 0
    case .singleStep:
      isPaused = true
      owed = 0
      step()
    case .faster: change(to: speed.faster)
    case .slower: change(to: speed.slower)
    case .restart: start(seed: seed, "restarted")
    case .nextSeed: start(seed: seed &+ 1, "seed \(seed &+ 1)")
    case .toggleInside: toggleInside()
    case .toggleHelp: showsHelp.toggle()
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

  private mutating func change(to speed: Speed) {
    self.speed = speed
    owed = 0
    show("speed \(speed.label)")
  }

  private mutating func start(seed: UInt64, _ message: String) {
    self.seed = seed
    for index in players.indices { players[index].restart(seed: seed) }
    streaks = TimelineRecorder(players: players.count)
    steps = 0
    owed = 0
    show(message)
  }

  private mutating func show(_ text: String) {
    message = text
    messageLeft = WatchModel.messageDuration
  }

  private mutating func step() {
    for index in players.indices {
      players[index].step()
      streaks.note(players[index].view.streak, player: index)
    }
    streaks.endStep()
    steps += 1
  }

  private mutating func fade(_ elapsed: Double) {
    let amount = max(0, elapsed) / WatchModel.flashDuration
    for index in players.indices { players[index].fade(by: amount) }
    if showsInside { players[shownInside].settle(max(0, elapsed)) }
    messageLeft -= elapsed
    if messageLeft <= 0 { message = nil }
  }
}
