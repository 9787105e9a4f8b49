import Demonstrations
import PongEngine

// Going back and forth in a replay.

extension WatchModel {
  /// A replay of at least one step, at its start.
  public init(replay: Replay, speed: Speed = .normal, isPaused: Bool = false, isMuted: Bool = false) {
    let playback = ReplayPlayback(replay)
    self.init(
      .replay, [], Rules.preset(replay.ruleSet), playback.seed, speed, isPaused: isPaused, isMuted: isMuted)
    self.playback = playback
  }

  /// From the start.
  mutating func replayAgain() {
    seek(to: 0)
    isPaused = false
  }

  /// Goes some steps on, or back; outside a replay there is nowhere to go.
  mutating func skip(steps: Int, pausing: Bool = false) {
    guard let playback else { return show("this is no replay") }
    if pausing { isPaused = true }
    seek(to: playback.position + steps)
  }

  /// The mouse drags the time bar.
  mutating func drag(_ mouse: Mouse) {
    switch mouse.button {
    case .pressed: person.dragsTimeBar = mouse.place == .timeBar
    case .released, .none: person.dragsTimeBar = false
    case .held: break
    }
    guard person.dragsTimeBar, let playback else { return }
    seek(to: Int((mouse.share * Double(playback.total)).rounded()))
  }
}
