import Storage
import Sweeps

/// The values that were tried for the tuned key of each sweep, and how they did on validation serves.
struct TuningTable {
  /// A value that was tried.
  private struct Trial {
    let value: Double
    let text: String
    let isChosen: Bool
  }

  private let values: [Double]
  private let sweeps: [(name: String, key: String, seed: UInt64, trials: [Trial])]
  private let cells: [String]

  init(_ cells: [CellResult]) {
    let tuning = cells.filter { $0.role == .tune && $0.grid.first?.value.asNumber != nil }
    self.cells = tuning.map(\.cell)
    var order: [String] = []
    for cell in tuning where !order.contains(cell.sweep) { order.append(cell.sweep) }
    sweeps = order.map { sweep in
      let own = tuning.filter { $0.sweep == sweep }
      let key = own[0].grid[0].key
      // What the runs trained with is what was chosen.
      let chosen = cells.first { $0.sweep == sweep && $0.role == .run }
        .flatMap { $0.config.value(at: key) }?.asNumber
      let trials = own.map { cell -> Trial in
        let value = cell.grid[0].value.asNumber ?? 0
        return Trial(
          value: value,
          text: cell.best.map { Format.rate($0.validationRate) } ?? "diverged",
          isChosen: value == chosen)
      }
      return (sweep, key, own[0].seed, trials)
    }
    values = Set(sweeps.flatMap { $0.trials.map(\.value) }).sorted()
  }

  /// A row a sweep; the key has a column only where sweeps tune different ones.
  var rows: [[String]] {
    sweeps.map { sweep in
      [sweep.name] + (keys.count > 1 ? ["`\(sweep.key)`"] : []) + ["\(sweep.seed)"]
        + values.map { value in
          guard let trial = sweep.trials.first(where: { $0.value == value }) else { return "" }
          return trial.text + (trial.isChosen ? " (chosen)" : "")
        }
    }
  }

  private var keys: Set<String> { Set(sweeps.map(\.key)) }

  var table: Table {
    let what = keys.count == 1 ? "Values of `\(keys.first ?? "")`" : "Values of the tuned key"
    return Table(
      caption:
        "\(what) tried before the runs, on a seed of its own: the best validation rate of each. The runs train "
        + "with the best one, of equals the first. Validation serves are no evaluation serves.",
      columns: [.init("sweep", isNumeric: false)] + (keys.count > 1 ? [.init("key", isNumeric: false)] : [])
        + [.init("seed")] + values.map { Table.Column(Format.shortest($0)) },
      rows: rows, sources: Report.Sources(cells: cells, configurations: []))
  }
}
