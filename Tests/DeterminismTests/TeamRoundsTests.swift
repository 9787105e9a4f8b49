import Determinism
import Synchronization
import Testing

@Suite("Thread team: rounds")
struct TeamRoundsTests {
  /// Every piece of every round once, after all of the round before, and no two at a time under one worker's number.
  @Test(arguments: [1, 2, 3, 8], [[5, 5, 5, 5], [1, 7, 0, 2, 12, 3], [1, 1], [], [0]])
  func roundsFollowOneAnother(_ threads: Int, _ pieces: [Int]) {
    struct Seen: Equatable {
      var round: Int
      var piece: Int
    }
    let seen = Mutex<[Seen]>([])
    let busy = Mutex<Set<Int>>([])
    let early = Mutex(0)
    let starts = pieces.indices.map { pieces[..<$0].reduce(0, +) }
    for _ in 0..<20 {
      seen.withLock { $0 = [] }
      ThreadTeam(threads: threads).forEachRound(pieces) { round, piece, worker in
        #expect((0..<threads).contains(worker))
        #expect(busy.withLock { $0.insert(worker).inserted })
        if seen.withLock({ $0.count }) < starts[round] { early.withLock { $0 += 1 } }
        seen.withLock { $0.append(Seen(round: round, piece: piece)) }
        _ = busy.withLock { $0.remove(worker) }
      }
      let sorted = seen.withLock { $0 }.sorted { ($0.round, $0.piece) < ($1.round, $1.piece) }
      #expect(
        sorted
          == pieces.enumerated().flatMap { round, count in (0..<count).map { Seen(round: round, piece: $0) } }
      )
    }
    #expect(early.withLock { $0 } == 0)
  }

  /// What a round has written, the next reads, whichever thread wrote it.
  @Test func aRoundReadsWhatTheOneBeforeWrote() {
    let (count, rounds) = (64, 500)
    nonisolated(unsafe) let values = UnsafeMutablePointer<Int>.allocate(capacity: 2 * count)
    defer { values.deallocate() }
    for i in 0..<2 * count { values[i] = i < count ? i : 0 }
    ThreadTeam(threads: 4).forEachRound([Int](repeating: 16, count: rounds)) { round, piece, _ in
      let (from, to) = (values + round % 2 * count, values + (round + 1) % 2 * count)
      for i in (0..<count).part(piece, of: 16) { to[i] = from[(i + 17) % count] + from[i] & 1 }
    }
    var expected = Array(0..<count)
    for _ in 0..<rounds { expected = expected.indices.map { expected[($0 + 17) % count] + expected[$0] & 1 } }
    #expect((0..<count).map { values[rounds % 2 * count + $0] } == expected)
  }
}
