import Foundation
import PongEngine
import Storage
import Training

/// Progress on stderr: a bar with loss, validation and time left on a terminal; elsewhere one line a
/// validated pass.
struct ProgressBar {
  private let total: Int
  private let first: Int
  private let start = ContinuousClock.now
  private var drawn = ContinuousClock.now - .seconds(1)
  private var loss = ""
  private var labelled = ""
  private var rewired = ""
  private var played = ""

  init(total: Int, done: Int) {
    self.total = total
    first = done
  }

  mutating func update(_ progress: TrainingProgress) {
    guard LiveLine.isSeen, ContinuousClock.now - drawn > .milliseconds(100) else { return }
    drawn = .now
    let fraction = Double(progress.updates) / Double(max(total, 1))
    // What is cut off where the terminal is narrow is what changes least.
    LiveLine.draw(
      "\(ProgressBar.bar(fraction)) \(timeLeft(progress.updates)) left\(played)\(loss)\(labelled)\(rewired)")
  }

  mutating func pass(_ metrics: TrainingMetrics, _ progress: TrainingProgress) {
    loss = String(format: " loss %.4f", metrics.loss)
    if let aggregation = metrics.aggregation {
      let agreement =
        aggregation.agreement.map { ", teacher agrees \(ShareText.fraction($0, digits: 2))" } ?? ""
      labelled = " frames \(aggregation.frames)\(agreement)"
    }
    if let replaced = metrics.rewired { rewired = " rewired \(replaced)" }
    if let validation = metrics.validation {
      let balls = validation.catches + validation.misses
      played =
        " rate \(ShareText.fraction(validation.rate ?? 0, digits: 3)) (\(validation.catches) of \(balls) caught)"
      if !LiveLine.isSeen {
        standardError(
          "pass \(metrics.pass)\(loss)\(labelled)\(rewired)\(played) \(timeLeft(progress.updates)) left")
      }
    }
    update(progress)
  }

  func finish() {
    if LiveLine.isSeen { LiveLine.clear() }
  }

  private func timeLeft(_ updates: Int) -> String {
    guard updates > first else { return "?" }
    let elapsed = (ContinuousClock.now - start) / .seconds(1)
    return ProgressBar.time(seconds: Int(elapsed / Double(updates - first) * Double(total - updates)))
  }

  /// A bar that is filled to a fraction, and the percentage.
  static func bar(_ fraction: Double) -> String {
    let filled = Int(fraction * 24)
    let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: 24 - filled)
    return "\(bar) \(Int(fraction * 100))%"
  }

  /// A time in its two largest units.
  static func time(seconds: Int) -> String {
    seconds >= 3600
      ? "\(seconds / 3600) h \(seconds / 60 % 60) min"
      : seconds >= 60 ? "\(seconds / 60) min \(seconds % 60) s" : "\(seconds) s"
  }
}
