import Storage
import Sweeps

/// The values that were tried for one tuned key, in every sweep that tunes it, and how they did on validation serves.
struct TuningTable {
  /// A value that was tried, on one seed or several.
  private struct Trial {
    let value: Double
    /// The validation rate of each seed; nil where training diverged.
    let rates: [Double?]
    let isChosen: Bool

    var text: String {
      let mean = Format.rate(rates.reduce(0) { $0 + ($1 ?? 0) } / Double(rates.count))
      if rates.count == 1 { return rates[0] == nil ? "diverged" : mean }
      return mean + " (" + rates.map { $0.map(Format.rate) ?? "diverged" }.joined(separator: ", ") + ")"
    }
  }

  private let key: String
  private let values: [Double]
  private let sweeps: [(name: String, seeds: String, chosen: String, trials: [Trial])]
  private let cells: [String]

  /// A table for every key that was tuned, in the order of the cells.
  static func all(_ cells: [CellResult]) -> [TuningTable] {
    let tuning = cells.filter { $0.role == .tune && $0.grid.first?.value.asNumber != nil }
    var keys: [String] = []
    for cell in tuning where !keys.contains(cell.grid[0].key) { keys.append(cell.grid[0].key) }
    return keys.map { key in
      TuningTable(key, tuning.filter { $0.grid[0].key == key }, runs: cells.filter { $0.role == .run })
    }
  }

  private init(_ key: String, _ tuning: [CellResult], runs: [CellResult]) {
    self.key = key
    cells = tuning.map(\.cell)
    var order: [String] = []
    for cell in tuning where !order.contains(cell.sweep) { order.append(cell.sweep) }
    sweeps = order.map { sweep in
      let own = tuning.filter { $0.sweep == sweep }
      // What the runs trained with is what was chosen.
      let run = runs.first { $0.sweep == sweep }
      let chosen = run.flatMap { $0.tunedValue(key) }?.asNumber
      let byValue = Dictionary(grouping: own) { $0.grid[0].value.asNumber ?? 0 }
      let trials = byValue.keys.sorted().map { value in
        Trial(
          value: value, rates: (byValue[value] ?? []).map { $0.best?.validationRate },
          isChosen: value == chosen)
      }
      let seeds = Set(own.map(\.seed)).sorted().map { "\($0)" }.joined(separator: ", ")
      return (sweep, seeds, chosen.map(Format.shortest) ?? (run == nil ? "" : Configuration.ownValue), trials)
    }
    values = Set(sweeps.flatMap { $0.trials.map(\.value) }).sorted()
  }

  /// A row a sweep.
  var rows: [[String]] {
    sweeps.map { sweep in
      [sweep.name, sweep.seeds, sweep.chosen]
        + values.map { value in
          guard let trial = sweep.trials.first(where: { $0.value == value }) else { return "" }
          return trial.text + (trial.isChosen ? " (chosen)" : "")
        }
    }
  }

  var table: Table {
    Table(
      caption:
        "Values of `\(key)` tried before the runs, on seeds of their own: the best validation rate of each, of several "
        + "seeds the mean. The runs train with the best one, of equals the first; `its own` is how the "
        + "model starts where nothing is said. Where several keys are tuned, one is after the other, and "
        + "the config's own value of the later ones has the rate that was chosen before. Validation serves are no "
        + "evaluation serves.",
      columns: [.init("sweep", isNumeric: false), .init("seeds"), .init("chosen")]
        + values.map { Table.Column(Format.shortest($0)) },
      rows: rows, sources: Report.Sources(cells: cells, configurations: []))
  }
}
