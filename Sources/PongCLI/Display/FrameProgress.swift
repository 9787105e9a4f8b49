import Foundation
import Synchronization

/// How far frames have come, on stderr where that is a terminal: a bar, frames a second and the time left.
final class FrameProgress: Sendable {
  private let total: Int
  private let start = ContinuousClock.now
  private let state = Mutex(State())

  private struct State {
    var frames = 0
    var drawn = ContinuousClock.now
  }

  /// Progress of so many frames.
  init(total: Int) { self.total = total }

  /// Some more are done.
  func add(_ frames: Int) {
    guard LiveLine.isSeen else { return }
    state.withLock { state in
      state.frames += frames
      guard ContinuousClock.now - state.drawn > .milliseconds(200) else { return }
      state.drawn = .now
      let seconds = (ContinuousClock.now - start) / .seconds(1)
      let rate = Double(state.frames) / seconds
      let left = ProgressBar.time(seconds: Int(Double(total - state.frames) / rate))
      let text = String(format: "%.1f million frames a second", rate / 1e6)
      LiveLine.draw("\(ProgressBar.bar(Double(state.frames) / Double(max(total, 1)))) \(text), \(left) left")
    }
  }

  /// Takes the bar away.
  func finish() {
    if LiveLine.isSeen { LiveLine.clear() }
  }
}
