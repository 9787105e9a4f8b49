import Storage
import Training

/// All cells of one or more sweeps, one sweep after the other.
public struct SweepPlan: Sendable {
  /// The cells, in order of their indices.
  public let cells: [SweepCell]
  /// Every different `data` section, in the order of the cells.
  let demonstrations: [DataConfig]

  /// A plan. Every cell's config is read, so that mistakes are found before anything runs.
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
    var demonstrations: [DataConfig] = []
    for cell in cells {
      let config = try cell.config(tuned: cell.stages.map { cells[$0[0]].grid[0] })
      if !demonstrations.contains(config.data) { demonstrations.append(config.data) }
    }
    self.demonstrations = demonstrations
  }

  /// A cell's config as far as it is known: nil until all its tuning cells have results.
  ///
  /// Of a tuned key the value with the best validation rate is chosen, of equals the first; a tuning cell that
  /// diverged counts as rate 0. Keys are tuned one after the other, so what was chosen for those before is one more
  /// candidate, and the first: with the value that the config has for this key.
  func config(of cell: SweepCell, results: [CellResult?]) throws(SettingError) -> RunConfig? {
    var tuned: [Setting.Entry] = []
    var best = -1.0
    for stage in cell.stages {
      var chosen: Setting.Entry?
      for index in stage {
        guard let result = results[index] else { return nil }
        let rate = result.best?.validationRate ?? 0
        if rate > best { (best, chosen) = (rate, result.grid[0]) }
      }
      if let chosen { tuned.append(chosen) }
    }
    return try cell.config(tuned: tuned)
  }
}
