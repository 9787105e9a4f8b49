import Storage
import Training

/// All cells of one or more sweeps, one sweep after the other, and what they are trained on.
public struct SweepPlan: Sendable {
  /// The cells, in order of their indices.
  public let cells: [SweepCell]
  /// A demonstration for every different `data` section.
  private let demonstrations: [(config: DataConfig, data: TrainingData)]

  /// A plan. Every cell's config is read and every demonstration made ready, so that mistakes are found before
  /// anything runs.
  /// - Throws: `SettingError` where two sweeps have one name or a cell's config is wrong; what reading a
  ///   demonstration throws.
  public init(_ sweeps: [SweepConfig]) throws {
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
    var demonstrations: [(config: DataConfig, data: TrainingData)] = []
    for cell in cells {
      let config = try cell.config(tuned: cell.tuning?.axis.values.first)
      if !demonstrations.contains(where: { $0.config == config.data }) {
        demonstrations.append((config.data, try config.data.trainingData()))
      }
    }
    self.demonstrations = demonstrations
  }

  /// The demonstration of a config of this plan.
  func data(of config: RunConfig) throws -> TrainingData {
    if let known = demonstrations.first(where: { $0.config == config.data }) { return known.data }
    return try config.data.trainingData()
  }

  /// A cell's config as far as it is known: nil until all its tuning cells have results.
  ///
  /// The tuned value is the one with the best validation rate, of equals the first; a tuning cell that
  /// diverged counts as rate 0.
  func config(of cell: SweepCell, results: [CellResult?]) throws(SettingError) -> RunConfig? {
    var best: (rate: Double, value: Setting)?
    for index in cell.tuningCells {
      guard let result = results[index] else { return nil }
      let rate = result.best?.validationRate ?? 0
      if rate > best?.rate ?? -1 { best = (rate, result.grid[0].value) }
    }
    return try cell.config(tuned: best?.value)
  }
}
