import Foundation

/// Brings what threads make of numbered pieces of work, block by block, into the order of the pieces. The first piece
/// that is not finished hands its blocks over at once; those of later pieces wait for their turn, up to a limit, then
/// their threads do. Pieces have to be begun in the order of their numbers, as by `ThreadTeam.forEach`, or all may
/// wait for one that nobody has begun.
public final class OrderedHandover<Block: Sendable>: @unchecked Sendable {
  // All that changes is changed while `condition` is locked.
  private let condition = NSCondition()
  private var current = 0
  private var waiting: [Int: [Block]] = [:]
  private var finished: Set<Int> = []
  private var blocksWaiting = 0
  private var isStopped = false
  private var failure: (any Error)?
  private let limit: Int
  private let take: (_ piece: Int, Block) throws -> Void

  /// - Parameters:
  ///   - limit: blocks that may wait, of all pieces together.
  ///   - take: takes in a block; called by one thread at a time. What it throws ends all.
  public init(limit: Int, take: @escaping @Sendable (_ piece: Int, Block) throws -> Void) {
    self.limit = limit
    self.take = take
  }

  /// Hands over the next block of a piece; false where all has ended and nothing more is wanted.
  public func put(_ block: Block, of piece: Int) -> Bool {
    condition.lock()
    defer { condition.unlock() }
    while piece != current, blocksWaiting >= limit, !isStopped { condition.wait() }
    guard !isStopped else { return false }
    if piece == current {
      hand(block)
    } else {
      waiting[piece, default: []].append(block)
      blocksWaiting += 1
    }
    return !isStopped
  }

  /// A piece has no more blocks.
  public func finish(_ piece: Int) {
    condition.lock()
    defer { condition.unlock() }
    finished.insert(piece)
    while finished.remove(current) != nil {
      current += 1
      let blocks = waiting.removeValue(forKey: current) ?? []
      blocksWaiting -= blocks.count
      for block in blocks where !isStopped { hand(block) }
    }
    condition.broadcast()
  }

  /// Ends all: no block is taken any more.
  public func stop() {
    condition.lock()
    defer { condition.unlock() }
    isStopped = true
    condition.broadcast()
  }

  /// Ends all because of an error.
  public func fail(_ error: any Error) {
    condition.lock()
    defer { condition.unlock() }
    failure = failure ?? error
    isStopped = true
    condition.broadcast()
  }

  /// Throws what `take` has thrown, if it has.
  public func check() throws {
    condition.lock()
    defer { condition.unlock() }
    if let failure { throw failure }
  }

  private func hand(_ block: Block) {
    do {
      try take(current, block)
    } catch {
      failure = failure ?? error
      isStopped = true
      condition.broadcast()
    }
  }
}
