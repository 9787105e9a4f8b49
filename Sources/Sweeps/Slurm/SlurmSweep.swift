import Storage

/// A sweep whose cells are tasks of a Slurm.
public struct SlurmSweep: Sendable {
  /// What a submission did.
  public struct Submission: Sendable, Equatable {
    /// Cells that were finished before.
    public var finished = 0
    /// Cells that wait or run since an earlier submission.
    public var underway = 0
    /// Cells that were submitted.
    public var submitted = 0
    /// Their jobs.
    public var jobs: [String] = []
  }

  let sweep: Sweep

  public init(_ sweep: Sweep) { self.sweep = sweep }

  /// Submits every cell that is neither finished nor underway: cells that wait for none first, then those that wait for
  /// them, an array a stage, or several where Slurm allows no larger ones. A stage begins when all tasks of the jobs that it
  /// waits for have ended; a task whose tuning cells have failed says so.
  /// - Parameters:
  ///   - command: the program and its arguments, to which `--cell NAME` is added.
  ///   - options: the user's own for sbatch, a word each.
  ///   - note: told of results that are made again; one line.
  public func submit(
    command: [String], options: [String], note: (String) -> Void
  ) throws -> Submission {
    let directory = sweep.directory
    try directory.checkFileSystem()
    try sweep.checkDemonstrations()
    let lock = try directory.lockSubmission()
    defer { withExtendedLifetime(lock) {} }
    let arrays = try SlurmArray.all(in: directory)
    let prefix = SlurmArray.prefix(directory)
    // First what is underway, then what is finished: what ends in between counts as finished.
    var jobs = try underway(arrays).mapValues(\.job)
    let results = try sweep.results(note: note)
    var submission = Submission()
    let cells = sweep.plan.cells
    submission.finished = results.count { $0 != nil }
    submission.underway = cells.count { results[$0.index] == nil && jobs[$0.name] != nil }
    let open = cells.filter { results[$0.index] == nil && jobs[$0.name] == nil }
    let most = try Slurm.mostTasks()
    var number = arrays.compactMap { Int($0.name.dropFirst(prefix.count)) }.max() ?? 0
    for stage in SlurmSweep.stages(open, of: cells) {
      for start in stride(from: 0, to: stage.count, by: most) {
        let chunk = stage[start..<min(start + most, stage.count)]
        number += 1
        let array = SlurmArray(name: "\(prefix)\(number)", cells: chunk.map(\.name))
        let awaited = Set(chunk.flatMap { $0.tuningCells.compactMap { jobs[cells[$0].name] } })
        let job = try submit(array, command, after: awaited.sorted(), options)
        for cell in chunk { jobs[cell.name] = job }
        submission.submitted += chunk.count
        submission.jobs.append(job)
      }
    }
    return submission
  }

  /// Submits an array, whose list is kept before; returns the job. Of one that is refused no list is left.
  private func submit(
    _ array: SlurmArray, _ command: [String], after jobs: [String], _ options: [String]
  ) throws -> String {
    let directory = sweep.directory
    try array.write(directory)
    do {
      return try Slurm.submit(
        script(array, command), name: array.name, tasks: array.cells.count, after: jobs,
        log: array.logPattern(directory), options: options)
    } catch {
      // Refused, or accepted by a Slurm that did not say so in time: only it can tell.
      if let tasks = try? Slurm.tasks(named: array.name), !tasks.contains(where: { $0.name == array.name }) {
        AtomicFile.remove(array.listPath(directory))
      }
      throw error
    }
  }

  /// The task of every cell that waits or runs, by the cell's name.
  func underway(_ arrays: [SlurmArray]) throws(SlurmError) -> [String: Slurm.Task] {
    let known = Dictionary(arrays.map { ($0.name, $0) }) { $1 }
    var underway: [String: Slurm.Task] = [:]
    for task in try Slurm.tasks(named: SlurmArray.prefix(sweep.directory)) {
      guard let array = known[task.name], array.cells.indices.contains(task.index) else { continue }
      underway[array.cells[task.index]] = task
    }
    return underway
  }

  /// Open cells by how many stages of open cells they wait for.
  static func stages(_ open: [SweepCell], of cells: [SweepCell]) -> [[SweepCell]] {
    var depths: [Int: Int] = [:]
    // A cell comes after those that it waits for.
    for cell in open { depths[cell.index] = (cell.tuningCells.compactMap { depths[$0] }.max() ?? -1) + 1 }
    let deepest = depths.values.max() ?? -1
    return (0..<deepest + 1).map { depth in open.filter { depths[$0.index] == depth } }
  }

  private func script(_ array: SlurmArray, _ command: [String]) -> String {
    """
    #!/bin/sh
    cell=$(sed -n "$((SLURM_ARRAY_TASK_ID + 1))p" \(quoted(array.listPath(sweep.directory))))
    exec \(command.map(quoted).joined(separator: " ")) --cell "$cell"

    """
  }

  /// A word that a shell takes as it is.
  private func quoted(_ word: String) -> String { "'\(word.replacing("'", with: "'\\''"))'" }
}
