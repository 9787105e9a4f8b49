import Synchronization

extension ThreadTeam {
  /// Runs rounds of numbered pieces of work, as the steps of a sequence are: a round begins when all of the round before is
  /// done, and within one any thread takes any piece.
  ///
  /// A thread waits awake, since a round may take some microseconds only; so rounds are for work that waits for nothing
  /// else. No round needs a second thread: one that comes late, or never, finds its pieces done.
  ///
  /// - Parameters:
  ///   - pieces: how many of each round.
  ///   - body: the work of one; `worker` is 0 ..< threads, no other piece runs under the same at a time.
  public func forEachRound(
    _ pieces: [Int], _ body: @Sendable (_ round: Int, _ piece: Int, _ worker: Int) -> Void
  ) {
    let most = pieces.max() ?? 0
    guard threads > 1, most > 1 else {
      for (round, count) in pieces.enumerated() {
        for piece in 0..<count { body(round, piece, 0) }
      }
      return
    }
    let workers = min(threads, most)
    let claims = Claims(count: most)
    let done = Atomic<Int>(0)
    onThreads(workers) { worker in
      var due = 0
      for (round, count) in pieces.enumerated() {
        // Its own part first, the same in every round and so in its caches, then what others have left.
        let first = (0..<count).part(worker, of: workers).lowerBound
        for offset in 0..<count {
          let piece = (first + offset) % count
          guard claims.take(piece, round) else { continue }
          body(round, piece, worker)
          done.wrappingAdd(1, ordering: .acquiringAndReleasing)
        }
        due += count
        var patience = Patience()
        while done.load(ordering: .acquiring) < due { patience.wait() }
      }
    }
  }
}

/// Which round each piece was last taken in.
private final class Claims: @unchecked Sendable {
  private let rounds: UnsafeMutablePointer<Atomic<Int>>
  private let count: Int

  init(count: Int) {
    self.count = count
    rounds = .allocate(capacity: count)
    for piece in 0..<count { (rounds + piece).initialize(to: Atomic(-1)) }
  }

  deinit {
    rounds.deinitialize(count: count)
    rounds.deallocate()
  }

  /// Whether the piece was free in this round and is the caller's now.
  func take(_ piece: Int, _ round: Int) -> Bool {
    let last = rounds[piece].load(ordering: .relaxed)
    guard last < round else { return false }
    return rounds[piece].compareExchange(expected: last, desired: round, ordering: .relaxed).exchanged
  }
}
