import Foundation
import Storage
import Sweeps

/// What `pong sweep --status` prints.
struct SlurmDisplay {
  private let sweep: SlurmSweep
  private let json: Bool

  /// Failures that are shown in words; all are in the JSON.
  private static let shownFailures = 10

  init(_ sweep: SlurmSweep, json: Bool) {
    self.sweep = sweep
    self.json = json
  }

  /// Once, or until nothing goes on any more.
  func show(watching: Bool) throws {
    try LiveText(everySeconds: 5).show(watching: watching) {
      let status = try sweep.status()
      return (json ? SlurmDisplay.setting(status).json : SlurmDisplay.text(status), status.isAtRest)
    }
  }

  static func text(_ status: SlurmStatus) -> String {
    var counts = [
      "\(status.finished) of \(status.cells) finished", "\(status.running) running",
      "\(status.waiting) waiting",
      "\(status.failures.count) failed",
    ]
    if status.open > 0 { counts.append("\(status.open) not submitted") }
    var text = counts.joined(separator: ", ")
    if status.seconds > 0 { text += "; \(LiveText.duration(status.seconds)) of work" }
    if let estimate = status.estimate, estimate > 0 { text += ", about \(LiveText.duration(estimate)) left" }
    for failure in status.failures.prefix(shownFailures) {
      text +=
        "\n\(failure.cell.printable()): \(failure.lines.isEmpty ? "said nothing " : "")(\(failure.log.printable()))"
      for line in failure.lines { text += "\n    \(line)" }
    }
    let more = status.failures.count - shownFailures
    if more > 0 { text += "\nand \(more) more; --json has all" }
    return text
  }

  static func setting(_ status: SlurmStatus) -> Setting {
    let failures = status.failures.map { failure in
      Setting.map([
        .init("cell", .string(failure.cell)), .init("log", .string(failure.log)),
        .init("lines", .list(failure.lines.map { .string($0) })),
      ])
    }
    return .map([
      .init("cells", .integer(status.cells)), .init("finished", .integer(status.finished)),
      .init("running", .integer(status.running)), .init("waiting", .integer(status.waiting)),
      .init("failed", .integer(status.failures.count)), .init("open", .integer(status.open)),
      .init("seconds", .number(status.seconds)),
      .init("estimate", status.estimate.map { .number($0) } ?? .null),
      .init("failures", .list(failures)),
    ])
  }
}
