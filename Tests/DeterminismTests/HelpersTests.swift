import Foundation
import Synchronization
import Testing

@testable import Determinism

@Suite("Helpers")
struct HelpersTests {
  /// Each number once at most, 0 always and on the thread that asks, all done at the return; job after job, long and short, with
  /// pauses in which helpers fall asleep.
  @Test(arguments: [2, 3, 9])
  func workersComeOnceEach(_ workers: Int) {
    let helpers = Helpers()
    var helped = 0
    for job in 0..<600 {
      let came = Mutex<[Int]>([])
      let left = Atomic<Int>(0)
      let asker = Thread.current
      let ran = helpers.run(workers) { worker in
        came.withLock { $0.append(worker) }
        if worker == 0 { #expect(Thread.current == asker) }
        if job % 3 == 0 { Thread.sleep(forTimeInterval: 0.0002) }
        left.add(1, ordering: .relaxed)
      }
      #expect(ran)
      let numbers = came.withLock { $0 }
      #expect(left.load(ordering: .relaxed) == numbers.count)
      #expect(numbers.contains(0) && Set(numbers).count == numbers.count)
      #expect(numbers.allSatisfy { (0..<workers).contains($0) })
      helped += numbers.count - 1
      if job % 50 == 0 { Thread.sleep(forTimeInterval: 0.002) }
    }
    #expect(helped > 0)
  }

  /// Who asks does not burn a core while a helper is long at it: by the processor's time of its thread, and awake again each time.
  @Test func whoWaitsLongSleeps() {
    func processorTime() -> Double {
      var time = timespec()
      clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
      return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }
    let helpers = Helpers()
    for _ in 0..<3 {
      let hasBegun = Atomic<Bool>(false)
      let isDone = Atomic<Bool>(false)
      let start = processorTime()
      let ran = helpers.run(2) { worker in
        guard worker == 1 else {
          while !hasBegun.load(ordering: .acquiring) { Thread.sleep(forTimeInterval: 0.001) }
          return
        }
        hasBegun.store(true, ordering: .releasing)
        Thread.sleep(forTimeInterval: 0.3)
        isDone.store(true, ordering: .releasing)
      }
      #expect(ran && isDone.load(ordering: .acquiring))
      #expect(processorTime() - start < 0.1)
    }
  }

  /// Who asks from within a job, or beside it, is refused, and a team goes on without them.
  @Test func oneJobAtATime() {
    let helpers = Helpers()
    let refused = Atomic<Int>(0)
    #expect(
      helpers.run(3) { _ in
        if !helpers.run(2, { _ in Issue.record("two jobs at once") }) { refused.add(1, ordering: .relaxed) }
      })
    #expect(refused.load(ordering: .relaxed) >= 1)
    #expect(helpers.run(2) { _ in })

    let team = ThreadTeam(threads: 3)
    let sums = team.map(20) { outer in team.map(20) { outer * $0 }.reduce(0, +) }
    #expect(sums == (0..<20).map { $0 * 190 })
  }
}
