import Determinism
import Testing

@testable import Sweeps

@Suite("SweepSchedule")
struct SweepScheduleTests {
  @Test func otherSweepsFillTheTimeOfATuning() {
    // Two sweeps: cells 0 and 1 tune 2 and 3; cell 4 tunes 5.
    var schedule = SweepSchedule(awaited: [0..<0, 0..<0, 0..<2, 0..<2, 0..<0, 4..<5], finished: [])
    #expect([schedule.take(), schedule.take(), schedule.take(), schedule.take()] == [0, 1, 4, nil])
    schedule.finish(0)
    #expect(schedule.take() == nil && schedule.hasMore)
    schedule.finish(4)
    #expect(schedule.take() == 5 && schedule.running == [1, 5])
    schedule.finish(1)
    #expect([schedule.take(), schedule.take(), schedule.take()] == [2, 3, nil])
    #expect(schedule.finished == 3 && !schedule.hasMore)
  }

  @Test func whatIsFinishedIsNotTaken() {
    var schedule = SweepSchedule(awaited: [0..<0, 0..<1, 0..<1], finished: [0, 1])
    #expect(schedule.take() == 2 && schedule.take() == nil)
  }

  @Test func oneCellAlone() {
    var schedule = SweepSchedule(awaited: [0..<0, 0..<1, 0..<1], finished: [0], only: [2])
    #expect(schedule.take() == 2 && schedule.take() == nil)
    schedule = SweepSchedule(awaited: [0..<0, 0..<1, 0..<1], finished: [0, 2], only: [2])
    #expect(schedule.take() == nil && schedule.finished == 2)
  }

  @Test func whatAwaitsAFailureNeverStarts() {
    var schedule = SweepSchedule(awaited: [0..<0, 0..<1, 0..<0], finished: [])
    #expect(schedule.take() == 0 && schedule.take() == 2)
    schedule.fail(0)
    schedule.finish(2)
    #expect(schedule.take() == nil && schedule.running.isEmpty && schedule.finished == 1)
    #expect(!schedule.hasMore)
  }

  /// Random sweeps, random ends: every cell is taken once, none before what it awaits, and never is a thread
  /// idle while a cell is ready.
  @Test(arguments: 0..<50)
  func everyCellOnceAndInOrder(_ seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    var awaited: [Range<Int>] = []
    for _ in 0..<1 + generator.uniform(below: 4) {
      let first = awaited.count
      let tuning = generator.uniform(below: 4)
      awaited += [Range<Int>](repeating: first..<first, count: tuning)
      awaited += [Range<Int>](repeating: first..<first + tuning, count: 1 + generator.uniform(below: 5))
    }
    let before = Set(awaited.indices.filter { _ in generator.bernoulli(0.2) })
    var schedule = SweepSchedule(awaited: awaited, finished: before)
    var finished = before
    var running: [Int] = []
    var taken: [Int] = []
    while finished.count < awaited.count {
      while running.count < 3, let cell = schedule.take() {
        #expect(finished.isSuperset(of: awaited[cell]) && !finished.contains(cell))
        running.append(cell)
        taken.append(cell)
      }
      #expect(schedule.running == running.sorted())
      let ready = awaited.indices.filter {
        !finished.contains($0) && !running.contains($0) && finished.isSuperset(of: awaited[$0])
      }
      #expect(running.count == 3 || ready.isEmpty)
      guard !running.isEmpty else {
        Issue.record("nothing runs and \(awaited.count - finished.count) cells are left")
        return
      }
      let done = running.remove(at: generator.uniform(below: running.count))
      schedule.finish(done)
      finished.insert(done)
    }
    #expect(taken.count == Set(taken).count && Set(taken).union(before).count == awaited.count)
    #expect(schedule.take() == nil && schedule.finished == awaited.count)
  }
}
