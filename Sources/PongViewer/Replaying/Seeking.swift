// Going back and forth in a replay.

extension WatchModel {
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
