import Evaluation
import Foundation
import Storage
import Sweeps

/// One row a run cell, every figure of its evaluations: the results as CSV and as JSON.
public struct RunTable: Sendable {
  private let rows: [[Setting.Entry]]

  /// The runs among the results.
  public init(_ results: SweepResults) {
    let runs = results.cells.filter { $0.role == .run }
    // Every row has the same keys, so those that only some runs have are gathered first.
    let perturbations = RunTable.union(runs) { $0.play?.perturbed.map(\.perturbation.text) ?? [] }
    let measures = RunTable.union(runs) { run in
      if case .map(let entries)? = run.play?.graph { entries.map(\.key) } else { [] }
    }
    rows = runs.map { run in
      let graph = measures.map { Setting.Entry("graph_\($0)", run.play?.graph?[$0] ?? .null) }
      return RunTable.row(run) + graph + perturbations.flatMap { RunTable.perturbed($0, run) }
    }
  }

  private static func perturbed(_ text: String, _ run: CellResult) -> [Setting.Entry] {
    let record = run.play?.perturbed.first { $0.perturbation.text == text }
    return [
      .init("\(text)_rate", record?.totals.rate.map { .number($0) } ?? .null),
      .init("\(text)_mean_catches", record?.rounds.map { .number($0.mean) } ?? .null),
    ]
  }

  /// What any of the runs has, in the order of the first that has it.
  private static func union(_ runs: [CellResult], _ keys: (CellResult) -> [String]) -> [String] {
    var seen: Set<String> = []
    return runs.flatMap(keys).filter { seen.insert($0).inserted }
  }

  /// A JSON array with one object a line; the keys of every object are the same.
  public var json: String {
    "[" + rows.map { "\n" + Setting.map($0).json }.joined(separator: ",") + "\n]\n"
  }

  /// Comma-separated values with a header, quoted where needed (RFC 4180, but lines end in a newline).
  public var csv: String {
    let header = rows.first.map { $0.map(\.key) } ?? []
    let lines = [header] + rows.map { $0.map { RunTable.text($0.value) } }
    return lines.map { $0.map(RunTable.quoted).joined(separator: ",") }.joined(separator: "\n") + "\n"
  }

  private static func text(_ value: Setting) -> String {
    switch value {
    case .null: ""
    case .string(let text): text
    case .map(let entries): entries.map { "\($0.key)=\(text($0.value))" }.joined(separator: "; ")
    default: value.json
    }
  }

  private static func quoted(_ field: String) -> String {
    // Byte by byte: to a `Character`, CR LF is neither of the two, nor a quote with an accent a quote.
    guard field.utf8.contains(where: { ",\"\n\r".utf8.contains($0) }) else { return field }
    return String(field.unicodeScalars.reduce(into: "\"") { $0 += $1 == "\"" ? "\"\"" : String($1) }) + "\""
  }

  private static func row(_ cell: CellResult) -> [Setting.Entry] {
    func value(_ path: String) -> Setting { cell.config.value(at: path) ?? .null }
    return [
      .init("model", value("model.type")), .init("sweep", .string(cell.sweep)),
      .init("cell", .string(cell.cell)), .init("grid", .map(cell.grid)),
      .init("seed", .integer(Int(cell.seed))),
      .init("rules", value("data.rules")), .init("recipe", value("training.recipe")),
      .init("window", value("training.chunk")),
      .init("labelled_frames", cell.config.labelledFrames.map { .integer($0) } ?? .null),
      .init("learning_rate", value("training.learning_rate")),
      .init("parameters", .integer(cell.cost.parameters)),
      .init("parameters_dense", .integer(cell.cost.denseParameters)),
      .init("multiply_adds", .integer(cell.cost.multiplyAdds)),
      .init("state_floats", .integer(cell.cost.stateFloats)),
      .init("demonstration_crc32", .string(cell.demonstrationCRC32)),
      .init("diverged", .boolean(cell.diverged != nil)),
      .init("best_pass", cell.best.map { .integer($0.pass) } ?? .null),
      .init("best_validation_rate", cell.best.map { .number($0.validationRate) } ?? .null),
      .init("agent_crc32", cell.best.map { .string($0.agentCRC32) } ?? .null),
    ] + evaluation("paper", cell.play?.paper) + evaluation("all", cell.play?.all)
      + rounds(cell.play?.rounds)
      + [.init("smoothness", cell.play.map { .number($0.trajectory.smoothness) } ?? .null)]
  }

  private static func evaluation(_ name: String, _ record: EvaluationResult?) -> [Setting.Entry] {
    [
      .init("\(name)_sessions", record.map { .integer($0.sessions) } ?? .null),
      .init("\(name)_sessions_discarded", record.map { .integer($0.discarded) } ?? .null),
      .init("\(name)_steps", record.map { .integer($0.steps) } ?? .null),
      .init("\(name)_catches", record.map { .integer($0.totals.catches) } ?? .null),
      .init("\(name)_misses", record.map { .integer($0.totals.misses) } ?? .null),
      .init("\(name)_rate", record?.totals.rate.map { .number($0) } ?? .null),
      .init("\(name)_mean", record.map { .number($0.totals.meanStreak) } ?? .null),
      .init("\(name)_max", record.map { .integer($0.totals.longest) } ?? .null),
    ]
  }

  private static func rounds(_ record: EvaluationResult?) -> [Setting.Entry] {
    let rounds = record?.rounds
    return [
      .init("rounds", rounds.map { .integer($0.catches.count) } ?? .null),
      .init("rounds_capped", rounds.map { .integer($0.capped) } ?? .null),
      .init("rounds_mean_catches", rounds.map { .number($0.mean) } ?? .null),
      .init("rounds_iqm_catches", rounds.map { .number($0.interquartileMean) } ?? .null),
      .init("rounds_interval_low", rounds.map { .number($0.interval.lowerBound) } ?? .null),
      .init("rounds_interval_high", rounds.map { .number($0.interval.upperBound) } ?? .null),
    ]
  }
}
