import ArgumentParser
import Foundation
import PongEngine
import Storage
import Training

struct RunsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "runs",
    abstract: "Show how training runs stand: pass, best rate, loss, and which are being trained.",
    discussion: """
      A run is a folder that `pong train` or `pong sweep` has made; folders are searched for them. Nothing is disturbed by \
      it, so it shows from another terminal, or another machine that has the folder too, how a run goes on.
      """)

  @Argument(help: "Runs, or folders of runs.")
  var folders = ["runs"]

  @Flag(help: "Again every other second, those that train first, until none does any more.")
  var watch = false

  @Flag(help: "Print one JSON object.")
  var json = false

  func run() throws {
    for folder in folders where !Folder.exists(folder) {
      guard AtomicFile.exists(folder) else { throw FileError.notFound(path: folder) }
      throw FileError.malformed(path: folder, offset: nil, found: "a file", expected: "a folder")
    }
    var told: Set<String> = []
    var isReadable = true
    try LiveText(everySeconds: 2).show(watching: watch) {
      var runs = try summaries(&told)
      isReadable = !runs.isEmpty || told.isEmpty
      let isAtRest = !runs.contains { $0.state == .training }
      if watch, !isAtRest {
        runs = runs.filter { $0.state == .training } + runs.filter { $0.state != .training }
      }
      return (
        json ? RunTableText.json(runs) : RunTableText.text(runs, now: Date().timeIntervalSince1970), isAtRest
      )
    }
    // What is wrong with each has been said.
    if !isReadable { throw ExitCode(65) }
  }

  /// All runs in the folders; what is no run of ours is told once.
  private func summaries(_ told: inout Set<String>) throws -> [RunSummary] {
    var runs: [RunSummary] = []
    for directory in RunSummary.directories(under: folders) {
      do {
        runs.append(try RunSummary(directory))
      } catch let error as any UserFacingError {
        if told.insert("\(error)").inserted { standardError("pong: \(error)") }
      }
    }
    return runs
  }
}

/// What `pong runs` prints.
enum RunTableText {
  static func text(_ runs: [RunSummary], now: Double) -> String {
    guard !runs.isEmpty else { return "no runs" }
    let header = ["run", "model", "state", "pass", "best rate", "loss", "saved"]
    let rows =
      [header]
      + runs.map { run in
        [
          run.path.printable(), run.model.printable(), run.state.rawValue, "\(run.pass) of \(run.passes)",
          run.bestRate.map { "\(ShareText.fraction($0)) in \(run.bestPass ?? 0)" } ?? "-",
          run.loss.map { String(format: "%.4f", $0) } ?? "-",
          "\(LiveText.duration(max(0, now - run.changed))) ago",
        ]
      }
    let widths = header.indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      zip(row, widths).map { $0.padded(to: $1) }.joined(separator: "  ")
        .trimmingCharacters(in: .whitespaces)
    }.joined(separator: "\n")
  }

  static func json(_ runs: [RunSummary]) -> String {
    let list = runs.map { run in
      Setting.map([
        .init("run", .string(run.path)), .init("model", .string(run.model)),
        .init("state", .string(run.state.rawValue)), .init("pass", .integer(run.pass)),
        .init("passes", .integer(run.passes)), .init("loss", run.loss.map { .number($0) } ?? .null),
        .init("best_rate", run.bestRate.map { .number($0) } ?? .null),
        .init("best_pass", run.bestPass.map { .integer($0) } ?? .null),
        .init("changed", .number(run.changed)),
      ])
    }
    return Setting.map([.init("runs", .list(list))]).json
  }
}
