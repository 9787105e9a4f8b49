import Determinism
import Synchronization
import Testing

@Suite("OrderedHandover")
struct OrderedHandoverTests {
  struct Refused: Error, Equatable { var piece: Int }

  /// The blocks that are taken of pieces of uneven length.
  func taken(
    threads: Int, limit: Int, refuse: Int? = nil, stop: Int? = nil
  ) throws -> (blocks: [[Int]], most: Int) {
    let blocks = Mutex<[[Int]]>([])
    let handover = OrderedHandover<[Int]>(limit: limit) { piece, block in
      guard piece != refuse else { throw Refused(piece: piece) }
      blocks.withLock { $0.append(block) }
    }
    let made = Atomic(0)
    let most = Atomic(0)
    ThreadTeam(threads: threads).forEach(23) { piece in
      for block in 0..<piece * 7 % 5 {
        made.add(1, ordering: .relaxed)
        let ahead = made.load(ordering: .relaxed) - blocks.withLock { $0.count }
        most.max(ahead, ordering: .relaxed)
        if piece == stop { return handover.stop() }
        guard handover.put([piece, block], of: piece) else { return }
      }
      handover.finish(piece)
    }
    try handover.check()
    return (blocks.withLock { $0 }, most.load(ordering: .relaxed))
  }

  @Test(
    "Blocks come in the order of the pieces, whatever the threads and the limit", arguments: [1, 2, 5],
    [0, 1, 9])
  func order(_ threads: Int, _ limit: Int) throws {
    let expected = (0..<23).flatMap { piece in (0..<piece * 7 % 5).map { [piece, $0] } }
    for _ in 0..<20 {
      let (blocks, most) = try taken(threads: threads, limit: limit)
      #expect(blocks == expected)
      // Those that wait, and one that each thread holds in its hands.
      #expect(most <= limit + threads)
    }
  }

  @Test("An error of who takes, or a stop, ends all; what was taken before is in order")
  func ends() throws {
    for threads in [1, 4] {
      #expect(throws: Refused(piece: 8)) { try taken(threads: threads, limit: 2, refuse: 8) }
      let blocks = try taken(threads: threads, limit: 2, stop: 9).blocks
      let whole = (0..<9).flatMap { piece in (0..<piece * 7 % 5).map { [piece, $0] } }
      #expect(blocks == Array(whole.prefix(blocks.count)))
    }
  }
}
