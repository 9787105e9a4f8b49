import Foundation
import Storage
import TestSupport
import Testing

@testable import Sweeps
@testable import Training

/// The results that are kept under Results/cells.
enum CommittedCells {
  /// Those of a plan: whole, and of the configs as they stand. Demonstrations are not read, for the person's is not
  /// here.
  static func results(of plan: SweepPlan) throws -> [CellResult?] {
    let folder = SweepDirectory(Repository.root.appending(path: "Results").path)
    var results = [CellResult?](repeating: nil, count: plan.cells.count)
    for cell in plan.cells where AtomicFile.exists(folder.resultPath(cell)) {
      let config = try #require(
        try plan.config(of: cell, results: results), "\(cell.name) is there, its tuning not")
      let result = try CellResult(contentsOf: folder.resultPath(cell))
      #expect(result.cell == cell.name && result.role == cell.role)
      #expect(result.config == config.setting, "\(cell.name) is of another config")
      results[cell.index] = result
    }
    return results
  }

  /// The number of all files.
  static func count() throws -> Int {
    let cells = Repository.root.appending(path: "Results/cells").path
    return try FileManager.default.subpathsOfDirectory(atPath: cells).count { $0.hasSuffix(".json") }
  }
}
