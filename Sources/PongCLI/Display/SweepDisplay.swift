import Foundation
import PongEngine
import Storage
import Sweeps

/// Progress of a sweep on stderr: a line a finished cell, and on a terminal a last line that tells what the
/// others are at.
final class SweepDisplay {
  private let cells: Int
  private var drawn = ""

  init(cells: Int) { self.cells = cells }

  func tick(finished: Int, busy: [(SweepCell, CellActivity)]) {
    guard LiveLine.isSeen else { return }
    let parts = busy.map { cell, activity in
      switch activity {
      case .training(let fraction): "\(Int(fraction * 100))% \(cell.name)"
      case .evaluating(let evaluationProtocol): "\(evaluationProtocol.rawValue) \(cell.name)"
      }
    }
    let line = (["\(finished) of \(cells) finished"] + parts).joined(separator: ", ")
    guard line != drawn else { return }
    drawn = line
    LiveLine.draw(line)
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
    if !drawn.isEmpty { LiveLine.clear() }
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
}
