import Evaluation
import Synchronization

/// How far an evaluation has come, on stderr where that is a terminal, once it takes a while: large networks play rounds
/// for minutes.
final class PlayProgress: Sendable {
  private let plays: String
  /// Nil where some may be thrown away, so that nobody knows.
  private let total: Int?
  private let start = ContinuousClock.now
  private let state = Mutex(State())

  private struct State {
    var played = 0.0
    /// When the line was drawn last; nil where there is none.
    var drawn: ContinuousClock.Instant?
  }

  /// Progress of an evaluation that is about to start.
  init(_ settings: EvaluationSettings) {
    plays = settings.evaluationProtocol == .rounds ? "rounds" : "sessions"
    total = settings.evaluationProtocol == .paper ? nil : settings.sessions
  }

  /// So many more sessions, or rounds, have been played.
  func add(_ played: Double) {
    guard LiveLine.isSeen else { return }
    state.withLock { state in
      state.played += played
      let now = ContinuousClock.now
      guard now - (state.drawn ?? start) > .milliseconds(state.drawn == nil ? 1000 : 200) else { return }
      state.drawn = now
      let time = ProgressBar.time(seconds: Int((now - start) / .seconds(1)))
      LiveLine.draw(PlayProgress.line(state.played, of: total, plays, time))
    }
  }

  static func line(_ played: Double, of total: Int?, _ plays: String, _ time: String) -> String {
    guard let total else { return "\(Int(played)) \(plays) played, \(time)" }
    return "\(ProgressBar.bar(min(played / Double(total), 1))) of \(total) \(plays), \(time)"
  }

  /// Takes the line away, if there is one.
  func finish() {
    state.withLock { state in
      if state.drawn != nil { LiveLine.clear() }
      state.drawn = nil
    }
  }
}
