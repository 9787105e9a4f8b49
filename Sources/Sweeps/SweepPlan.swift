import Storage
import Training

/// All cells of one or more sweeps, one sweep after the other.
public struct SweepPlan: Sendable {
  /// The cells, in order of their indices.
  public let cells: [SweepCell]
  /// Every different `data` section that names a file, in the order of the cells.
  let files: [DataConfig]
  private let configs = CellConfigs()

  /// A plan. Every config is read, with every value that is tuned, so that mistakes are found before anything runs.
  /// - Throws: where two sweeps have one name or a cell's config is wrong.
  public init(_ sweeps: [SweepConfig]) throws(SettingError) {
    var cells: [SweepCell] = []
    for (index, sweep) in sweeps.enumerated() {
      if let other = sweeps[..<index].first(where: { $0.name == sweep.name }) {
        throw SettingError(
          source: sweep.source, key: "name", found: "\(sweep.name), the name of \(other.source) too",
          expected: "a name of its own")
      }
      cells += sweep.cells(from: cells.count)
    }
    self.cells = cells
    var files: [DataConfig] = []
    for cell in cells where cell.point == cell.index {
      for tuned in TuningStage.everyValue(cell.stages) {
        let data = try configs.config(of: cell, tuned: tuned).data
        if data.file != nil, !files.contains(data) { files.append(data) }
      }
    }
    self.files = files
  }

  /// A cell's config as far as it is known: nil until all its tuning cells have results.
  func config(of cell: SweepCell, results: [CellScore?]) throws(SettingError) -> RunConfig? {
    guard let tuned = TuningStage.choice(cell.stages, results: results) else { return nil }
    return try cell.config(tuned: tuned)
  }

  /// What its result is to say of its config; nil until all its tuning cells have results.
  func expected(of cell: SweepCell, results: [CellScore?]) throws(SettingError) -> CellConfig? {
    guard let tuned = TuningStage.choice(cell.stages, results: results) else { return nil }
    return try configs.config(of: cell, tuned: tuned)
  }
}
