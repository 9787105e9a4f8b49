import Dispatch
import Foundation
import Synchronization

/// The threads of this process that help the one that asks, a job at a time.
///
/// Dispatch puts its threads to sleep after every call and wakes them for the next, which takes some 100 microseconds, as long as
/// an update of a small network. These stay awake a little longer than training needs between two jobs.
final class Helpers: Sendable {
  static let shared = Helpers()

  /// What a job is: what is done, by whom and by how many yet.
  private struct State {
    /// 48 bits of the job's number, 8 of helpers that may still begin, 8 of those that are at it.
    var bits: UInt64

    init(job: UInt64, free: Int) { bits = job << 16 | UInt64(free) << 8 }
    init(_ bits: UInt64) { self.bits = bits }
    var job: UInt64 { bits >> 16 }
    var free: Int { Int(bits >> 8 & 0xff) }
    var busy: Int { Int(bits & 0xff) }
    /// One of those that may begin has begun.
    var begun: State { State(bits - 0x100 + 1) }
    /// No other may.
    var closed: State { State(bits & ~0xff00) }
  }

  /// Helpers of a job at most.
  private static let most = 255

  private let state = Atomic<UInt64>(0)
  private let isTaken = Atomic<Bool>(false)
  /// How many there are; changed by who has taken them.
  private let count = Atomic<Int>(0)
  private let asleep = Atomic<Int>(0)
  private let bell = DispatchSemaphore(value: 0)
  /// Whether who asked sleeps until the last helper is done, who then rings.
  private let isAwaited = Atomic<Bool>(false)
  private let end = DispatchSemaphore(value: 0)
  /// The job's work and its helpers, written before it is open and read while it is.
  private nonisolated(unsafe) var work: ((Int) -> Void)?
  private nonisolated(unsafe) var helpers = 0

  /// Calls `work` with 0 here and, as far as helpers come before it is done, with other numbers below `workers`, each once;
  /// returns when all that began are done. Returns false, and does nothing, where the helpers are at another job.
  func run(_ workers: Int, _ work: (Int) -> Void) -> Bool {
    guard workers - 1 <= Helpers.most,
      !isTaken.exchange(true, ordering: .acquiring)
    else { return false }
    defer { isTaken.store(false, ordering: .releasing) }
    while count.load(ordering: .relaxed) < workers - 1 { start() }
    withoutActuallyEscaping(work) { work in
      self.work = work
      helpers = workers - 1
      let job = State(state.load(ordering: .relaxed)).job + 1
      state.store(State(job: job, free: workers - 1).bits, ordering: .sequentiallyConsistent)
      for _ in 0..<min(asleep.load(ordering: .sequentiallyConsistent), workers - 1) { bell.signal() }
      work(0)
      finish()
      self.work = nil
    }
    return true
  }

  /// Lets no other helper begin and waits for those that have.
  private func finish() {
    var open = State(state.load(ordering: .relaxed))
    while true {
      let (done, now) = state.weakCompareExchange(
        expected: open.bits, desired: open.closed.bits, ordering: .acquiringAndReleasing)
      if done { break }
      open = State(now)
    }
    var patience = Patience()
    while isBusy {
      guard !patience.isAwake else {
        patience.look()
        continue
      }
      // A piece may take minutes. Whoever takes the mark back decides: a helper rings, or there is nothing to wait for.
      isAwaited.store(true, ordering: .sequentiallyConsistent)
      if isBusy || !isAwaited.exchange(false, ordering: .sequentiallyConsistent) { end.wait() }
    }
  }

  private var isBusy: Bool { State(state.load(ordering: .sequentiallyConsistent)).busy > 0 }

  private func start() {
    count.add(1, ordering: .relaxed)
    let thread = Thread { self.help() }
    // What a main thread has, and Dispatch's.
    thread.stackSize = 8 << 20
    thread.start()
  }

  /// What a helper does to the end of the process.
  private func help() {
    while true {
      var patience = Patience()
      while !begin() {
        if patience.isAwake { patience.look() } else { sleep() }
      }
    }
  }

  /// Takes part in the job at hand, if it is open.
  private func begin() -> Bool {
    let open = State(state.load(ordering: .acquiring))
    guard open.free > 0,
      state.compareExchange(expected: open.bits, desired: open.begun.bits, ordering: .acquiringAndReleasing)
        .exchanged
    else { return false }
    work(as: helpers - open.free + 1)
    let left = State(state.subtract(1, ordering: .sequentiallyConsistent).newValue)
    if left.busy == 0, isAwaited.exchange(false, ordering: .sequentiallyConsistent) { end.signal() }
    return true
  }

  /// Apart, so that it holds nothing of the job when it returns.
  @inline(never) private func work(as worker: Int) { work?(worker) }

  /// Until there is a job, or there was one.
  private func sleep() {
    asleep.add(1, ordering: .sequentiallyConsistent)
    // Who opens a job either sees this helper asleep or has opened it before.
    if State(state.load(ordering: .sequentiallyConsistent)).free == 0 { bell.wait() }
    asleep.subtract(1, ordering: .sequentiallyConsistent)
  }
}

/// Waiting for another thread: awake at first, since what is waited for mostly takes microseconds.
struct Patience {
  private var looks = 0
  private var start: ContinuousClock.Instant?
  /// False after some 200 microseconds.
  private(set) var isAwake = true

  /// Counts a look in vain.
  mutating func look() {
    looks += 1
    guard looks % 256 == 0 else { return }
    let start = start ?? .now
    self.start = start
    isAwake = ContinuousClock.now - start < .microseconds(200)
  }

  /// Counts a look in vain and, once patience is out, lets others run: whoever is waited for may have lost its core to this
  /// thread.
  mutating func wait() {
    if isAwake { look() } else { sched_yield() }
  }
}
