import Storage

/// Where a sweep on a Slurm stands.
public struct SlurmStatus: Sendable {
  /// A cell that was submitted, has ended and has no result.
  public struct Failure: Sendable, Equatable {
    /// The cell.
    public var cell: String
    /// What its task wrote.
    public var log: String
    /// The last lines of it.
    public var lines: [String]
  }

  /// All cells.
  public var cells = 0
  /// Cells with a result.
  public var finished = 0
  /// Cells at work.
  public var running = 0
  /// Cells that Slurm has and that do not run.
  public var waiting = 0
  /// Cells that were submitted and have ended without a result.
  public var failures: [Failure] = []
  /// Cells that were not submitted.
  public var open = 0
  /// Seconds of the finished cells together, as far as they are known.
  public var seconds = 0.0
  /// Seconds until all are finished, by the mean of those that are and as many at work as now; nil where nobody knows.
  public var estimate: Double?

  /// Whether nothing goes on any more.
  public var isAtRest: Bool { running == 0 && waiting == 0 }
}

extension SlurmSweep {
  /// Lines of a log that are shown.
  private static let shownLines = 3

  /// Where the sweep stands. What is finished is told by the files that are there, without reading them.
  public func status() throws -> SlurmStatus {
    let directory = sweep.directory
    let arrays = try SlurmArray.all(in: directory)
    let underway = try underway(arrays)
    var logs: [String: String] = [:]
    for array in arrays {
      for (task, cell) in array.cells.enumerated() { logs[cell] = array.logPath(directory, task: task) }
    }
    var status = SlurmStatus()
    var timed = 0
    for cell in sweep.plan.cells {
      status.cells += 1
      if AtomicFile.exists(directory.resultPath(cell)) {
        status.finished += 1
        if let seconds = directory.seconds(of: cell) {
          status.seconds += seconds
          timed += 1
        }
      } else if let task = underway[cell.name] {
        if task.isRunning { status.running += 1 } else { status.waiting += 1 }
      } else if let log = logs[cell.name] {
        status.failures.append(.init(cell: cell.name, log: log, lines: lastLines(of: log)))
      } else {
        status.open += 1
      }
    }
    let left = status.cells - status.finished
    if left == 0 {
      status.estimate = 0
    } else if timed > 0, status.running > 0 {
      status.estimate = status.seconds / Double(timed) * Double(left) / Double(status.running)
    }
    return status
  }

  private func lastLines(of log: String) -> [String] {
    guard let bytes = try? AtomicFile.read(log) else { return [] }
    return String(decoding: bytes.suffix(4096), as: UTF8.self).split(whereSeparator: \.isNewline)
      .suffix(SlurmSweep.shownLines).map { String($0).printable(limit: 200) }
  }
}
