import Determinism
import Foundation
import Storage

/// A plan at work in a folder: what is finished is skipped, what is not is made, several cells side by side.
/// How many changes nothing but the time.
public final class Sweep: Sendable {
  /// What is told while cells run.
  public enum Event: Sendable {
    /// A cell's result is written; how long it took, in seconds.
    case finished(SweepCell, CellResult, seconds: Double)
    /// A cell could not be done; others go on.
    case failed(SweepCell, any Error)
    /// Something a person should know; one line.
    case note(String)
  }

  /// How it ended.
  public struct Outcome: Sendable {
    /// Cells that are finished now.
    public var finished = 0
    /// Cells that were finished by this call.
    public var ran = 0
    /// The errors of cells that could not be done.
    public var errors: [any Error] = []
    /// Whether it was asked to stop before all was done.
    public var wasStopped = false
  }

  /// The cells.
  public let plan: SweepPlan
  /// The folder.
  public let directory: SweepDirectory
  let sizes: EvaluationSizes
  let demonstrations = SweepDemonstrations()

  /// A sweep of a plan in a folder.
  public convenience init(_ plan: SweepPlan, in directory: SweepDirectory) {
    self.init(plan, in: directory, sizes: EvaluationSizes())
  }

  init(_ plan: SweepPlan, in directory: SweepDirectory, sizes: EvaluationSizes) {
    self.plan = plan
    self.directory = directory
    self.sizes = sizes
  }

  /// What is kept of the verified result of every cell that has one. Files are read by all cores.
  /// - Parameters:
  ///   - some: the cells to look at, all of them unless given; none that waits for one that is not among them.
  ///   - note: told of each file that is there but is no such result; one line.
  public func results(of some: [Int]? = nil, note: (String) -> Void) throws -> [CellScore?] {
    var results = [CellScore?](repeating: nil, count: plan.cells.count)
    let cells = (some ?? Array(plan.cells.indices)).map { plan.cells[$0] }
    // Which config a cell has is known when the cells are read that it waits for: those of fewer tuned keys.
    for depth in Set(cells.map(\.stages.count)).sorted() {
      let known = try cells.filter { $0.stages.count == depth }.compactMap { cell in
        try plan.expected(of: cell, results: results).map { (cell: cell, config: $0) }
      }
      let found = try ThreadTeam().map(known.count) { index -> (score: CellScore?, note: String?) in
        switch try look(for: known[index].cell, known[index].config) {
        case .nothing: (nil, nil)
        case .result(let result): (CellScore(result), nil)
        case .unusable(let line), .played(_, let line): (nil, line)
        }
      }
      for (known, found) in zip(known, found) {
        results[known.cell.index] = found.score
        found.note.map(note)
      }
    }
    return results
  }

  /// What lies at the result path of a cell.
  func look(for cell: SweepCell, _ config: CellConfig) throws -> SweepDirectory.Found {
    try directory.result(of: cell, config.setting, rounds: sizes.rounds(of: cell)) {
      try demonstrations.checksum(config.data)
    }
  }

  /// Runs all cells that are not finished, or one of them.
  /// - Parameters:
  ///   - only: the index of the one cell to run.
  ///   - jobs: cells at a time.
  ///   - threads: threads of each.
  ///   - scratch: a folder on a disk of this machine's own to train in, where the sweep's is on another.
  ///   - shouldStop: asked all the time, by several threads; then cells save themselves and nothing new starts.
  ///   - tick: called a few times a second with what is finished and what the others are at.
  ///   - handle: called for every event. Both on the calling thread.
  /// - Throws: `SweepError` where the one cell cannot run yet; `FileError` where the folder cannot be written.
  public func run(
    only: Int? = nil, jobs: Int, threads: Int, scratch: String? = nil,
    shouldStop: @escaping @Sendable () -> Bool,
    tick: (Int, [(SweepCell, CellActivity)]) -> Void, handle: (Event) -> Void
  ) throws -> Outcome {
    let locks = try only.map { try directory.lock(plan.cells[$0]) } ?? [try directory.lock()]
    defer { withExtendedLifetime(locks) {} }
    if only == nil { try checkDemonstrations() }
    directory.dropHalfWritten(of: only.map { plan.cells[$0] })
    let awaited = only.map { Array(plan.cells[$0].tuningCells) + [$0] }
    let results = try results(of: awaited) { handle(.note("\($0); it is made again")) }
    let finished = Set(results.indices.filter { results[$0] != nil })
    for index in finished { directory.run(plan.cells[index]).dropUnfinished() }
    if let only { try checkTuning(of: plan.cells[only], results) }
    let crew = SweepCrew(
      self, results: results,
      schedule: SweepSchedule(
        awaited: plan.cells.map(\.tuningCells), finished: finished, only: only.map { [$0] }),
      team: ThreadTeam(threads: threads), scratch: scratch, shouldStop: shouldStop)
    return crew.run(jobs: max(1, min(jobs, plan.cells.count)), tick: tick, handle: handle)
  }

  /// Reads every demonstration that is a file, so that mistakes are found before anything runs.
  func checkDemonstrations() throws { for config in plan.files { _ = try demonstrations.checksum(config) } }

  private func checkTuning(of cell: SweepCell, _ results: [CellScore?]) throws(SweepError) {
    let missing = cell.tuningCells.filter { results[$0] == nil }
    guard missing.isEmpty else {
      throw .untuned(cell: cell.name, missing: missing.map { (plan.cells[$0].name, $0) })
    }
  }
}

/// Why a cell cannot run.
public enum SweepError: UserFacingError {
  /// Its tuning cells, with their indices, are not finished.
  case untuned(cell: String, missing: [(name: String, index: Int)])

  /// 65: bad data.
  public var exitCode: Int32 { 65 }

  /// One line for a person.
  public var description: String {
    switch self {
    case .untuned(let cell, let missing):
      "\(cell): found tuning cells that are not finished, expected results of "
        + missing.map { "\($0.name) (--index \($0.index))" }.joined(separator: ", ")
    }
  }
}
