import Foundation
import PongEngine
import Storage
import Sweeps

/// Progress of a sweep on stderr: a line a finished cell, and on a terminal a last line that tells what the
/// others are at.
final class SweepDisplay {
  private let cells: Int
  private let isTerminal = isatty(2) == 1
  private var drawn = ""

  init(cells: Int) { self.cells = cells }

  func tick(finished: Int, busy: [(SweepCell, CellActivity)]) {
    guard isTerminal else { return }
    let parts = busy.map { cell, activity in
      switch activity {
      case .training(let fraction): "\(Int(fraction * 100))% \(cell.name)"
      case .evaluating(let evaluationProtocol): "\(evaluationProtocol.rawValue) \(cell.name)"
      }
    }
    let line = String((["\(finished) of \(cells) finished"] + parts).joined(separator: ", ").prefix(columns))
    guard line != drawn else { return }
    drawn = line
    writeToStandardError("\r\u{1b}[K\(line)")
  }

  func handle(_ event: Sweep.Event) {
    finish()
    switch event {
    case .finished(let cell, let result, let seconds):
      standardError("\(cell.name): " + SweepDisplay.summary(result, seconds))
    case .failed(let cell, let error): standardError("pong: \(cell.name): \(error)")
    case .note(let line): standardError("pong: \(line)")
    }
  }

  /// Clears the live line.
  func finish() {
    if isTerminal && !drawn.isEmpty { writeToStandardError("\r\u{1b}[K") }
    drawn = ""
  }

  /// A finished cell in a few words.
  static func summary(_ result: CellResult, _ seconds: Double) -> String {
    let time = String(format: "%.1f s", seconds)
    guard let best = result.best else { return "diverged in pass \(result.diverged?.pass ?? 0), \(time)" }
    let rate = "validation rate \(ShareText.fraction(best.validationRate))"
    let mean = result.play.map { String(format: ", paper mean %.2f", $0.paper.totals.meanStreak) } ?? ""
    return "\(rate), \(time)\(mean)"
  }

  /// Columns of the terminal; the live line must not wrap, or it cannot be cleared.
  private var columns: Int {
    var size = winsize()
    return ioctl(2, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 1 ? Int(size.ws_col) - 1 : 79
  }
}
