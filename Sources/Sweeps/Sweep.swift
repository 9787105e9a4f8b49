import Determinism
import Foundation
import Storage
import Training

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
  /// A demonstration for every different `data` section.
  private let demonstrations: [(config: DataConfig, data: TrainingData)]

  /// A sweep of a plan in a folder. Every demonstration is made ready, so that mistakes are found before anything
  /// runs.
  /// - Throws: what reading a demonstration throws.
  public convenience init(_ plan: SweepPlan, in directory: SweepDirectory) throws {
    try self.init(plan, in: directory, sizes: EvaluationSizes())
  }

  init(_ plan: SweepPlan, in directory: SweepDirectory, sizes: EvaluationSizes) throws {
    self.plan = plan
    self.directory = directory
    self.sizes = sizes
    var demonstrations: [(config: DataConfig, data: TrainingData)] = []
    for config in plan.demonstrations { demonstrations.append((config, try config.trainingData())) }
    self.demonstrations = demonstrations
  }

  /// The demonstration of a config of this plan.
  func data(of config: RunConfig) throws -> TrainingData {
    if let known = demonstrations.first(where: { $0.config == config.data }) { return known.data }
    return try config.data.trainingData()
  }

  /// The verified result of every cell that has one.
  /// - Parameter note: told of each file that is there but is no such result; one line.
  public func results(note: (String) -> Void) throws -> [CellResult?] {
    var results = [CellResult?](repeating: nil, count: plan.cells.count)
    for cell in plan.cells {
      guard let config = try plan.config(of: cell, results: results) else { continue }
      let data = try data(of: config)
      switch directory.result(of: cell, config, data, rounds: sizes.rounds(of: cell)) {
      case .nothing: break
      case .result(let result): results[cell.index] = result
      case .unusable(let line), .played(_, let line): note(line)
      }
    }
    return results
  }

  /// Runs all cells that are not finished, or one of them.
  /// - Parameters:
  ///   - only: the index of the one cell to run.
  ///   - jobs: cells at a time.
  ///   - threads: threads of each.
  ///   - shouldStop: asked all the time, by several threads; then cells save themselves and nothing new starts.
  ///   - tick: called a few times a second with what is finished and what the others are at.
  ///   - handle: called for every event. Both on the calling thread.
  /// - Throws: `SweepError` where the one cell cannot run yet; `FileError` where the folder cannot be written.
  public func run(
    only: Int? = nil, jobs: Int, threads: Int, shouldStop: @escaping @Sendable () -> Bool,
    tick: (Int, [(SweepCell, CellActivity)]) -> Void, handle: (Event) -> Void
  ) throws -> Outcome {
    let locks = try only.map { try directory.lock(plan.cells[$0]) } ?? [try directory.lock()]
    defer { withExtendedLifetime(locks) {} }
    if only == nil { directory.dropHalfWritten() }
    let results = try results { handle(.note("\($0); it is made again")) }
    let finished = Set(results.indices.filter { results[$0] != nil })
    for index in finished { directory.run(plan.cells[index]).dropUnfinished() }
    if let only { try checkTuning(of: plan.cells[only], results) }
    let crew = SweepCrew(
      self, results: results,
      schedule: SweepSchedule(
        awaited: plan.cells.map(\.tuningCells), finished: finished, only: only.map { [$0] }),
      team: ThreadTeam(threads: threads), shouldStop: shouldStop)
    return crew.run(jobs: max(1, min(jobs, plan.cells.count)), tick: tick, handle: handle)
  }

  private func checkTuning(of cell: SweepCell, _ results: [CellResult?]) throws(SweepError) {
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
