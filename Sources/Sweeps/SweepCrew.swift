import Determinism
import Foundation
import Storage

/// The threads of a sweep: each takes the first cell that is ready, until there is none.
final class SweepCrew: @unchecked Sendable {
  private let sweep: Sweep
  private let team: ThreadTeam
  private let scratch: String?
  private let shouldStop: @Sendable () -> Bool
  /// Cells that had a result at the start.
  private let finishedBefore: Set<Int>

  /// Guards everything below, and wakes whoever waits for a change of it.
  private let condition = NSCondition()
  private var schedule: SweepSchedule
  private var results: [CellScore?]
  private var activities: [Int: CellActivity] = [:]
  private var events: [Sweep.Event] = []
  private var outcome = Sweep.Outcome()
  private var workers = 0

  init(
    _ sweep: Sweep, results: [CellScore?], schedule: SweepSchedule, team: ThreadTeam,
    scratch: String?, shouldStop: @escaping @Sendable () -> Bool
  ) {
    self.sweep = sweep
    self.results = results
    finishedBefore = Set(results.indices.filter { results[$0] != nil })
    self.schedule = schedule
    self.team = team
    self.scratch = scratch
    self.shouldStop = shouldStop
  }

  /// Runs on `jobs` threads and tells, on the calling thread, what happens.
  func run(
    jobs: Int, tick: (Int, [(SweepCell, CellActivity)]) -> Void, handle: (Sweep.Event) -> Void
  ) -> Sweep.Outcome {
    workers = jobs
    let operations = FileSystem.operations
    for _ in 0..<jobs {
      let thread = Thread { FileSystem.$operations.withValue(operations) { self.work() } }
      thread.stackSize = 8 << 20
      thread.start()
    }
    while true {
      let (isDone, news, finished, busy) = locked {
        if events.isEmpty && workers > 0 { waitAWhile() }
        defer { events = [] }
        let busy = activities.sorted { $0.key < $1.key }.map { (sweep.plan.cells[$0.key], $0.value) }
        return (workers == 0, events, schedule.finished, busy)
      }
      news.forEach(handle)
      if isDone { break }
      tick(finished, busy)
    }
    return locked {
      outcome.finished = schedule.finished
      return outcome
    }
  }

  private func locked<Value>(_ body: () -> Value) -> Value {
    condition.lock()
    defer {
      condition.broadcast()
      condition.unlock()
    }
    return body()
  }

  /// Waits for a change, but not for long: nobody wakes the waiting when they are to stop.
  private func waitAWhile() { _ = condition.wait(until: Date(timeIntervalSinceNow: 0.2)) }

  private func work() {
    while let index = take() {
      do {
        try run(sweep.plan.cells[index])
      } catch {
        locked {
          schedule.fail(index)
          activities[index] = nil
          outcome.errors.append(error)
          events.append(.failed(sweep.plan.cells[index], error))
        }
      }
    }
    locked { workers -= 1 }
  }

  /// The next cell; waits while others run that it may depend on. nil when there is nothing left to do.
  private func take() -> Int? {
    locked {
      while true {
        if shouldStop() {
          if schedule.hasMore { outcome.wasStopped = true }
          return nil
        }
        if let index = schedule.take() { return index }
        if schedule.running.isEmpty { return nil }
        waitAWhile()
      }
    }
  }

  private func run(_ cell: SweepCell) throws {
    let start = ContinuousClock.now
    guard let config = try sweep.plan.config(of: cell, results: locked { results }) else {
      preconditionFailure("\(cell.name) was scheduled before its tuning cells")
    }
    let data = try sweep.demonstrations.data(config.data)
    var trained: CellResult?
    // Its config may have become known only now, with the last tuning cell.
    switch try sweep.look(for: cell, CellConfig(config)) {
    case .result(let result):
      sweep.directory.run(cell).dropUnfinished()
      return locked { finish(cell, result) }
    case .played(let result, _): trained = result
    case .unusable(let line) where !finishedBefore.isSuperset(of: cell.tuningCells):
      note("\(line); it is made again")
    default: break
    }
    let runner = CellRunner(
      directory: sweep.directory, team: team, sizes: sweep.sizes, scratch: scratch,
      shouldStop: shouldStop,
      report: { activity in
        // Nobody waits for this, so nobody is woken.
        self.condition.lock()
        self.activities[cell.index] = activity
        self.condition.unlock()
      }, note: note)
    guard let result = try runner.run(cell, config, data, trained: trained) else {
      return locked {
        schedule.fail(cell.index)
        activities[cell.index] = nil
        outcome.wasStopped = true
      }
    }
    try sweep.directory.keep(result, of: cell)
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    locked {
      finish(cell, result)
      outcome.ran += 1
      events.append(.finished(cell, result, seconds: seconds))
    }
  }

  private func finish(_ cell: SweepCell, _ result: CellResult) {
    results[cell.index] = CellScore(result)
    activities[cell.index] = nil
    schedule.finish(cell.index)
  }

  private func note(_ line: String) {
    locked { events.append(.note(line)) }
  }
}
