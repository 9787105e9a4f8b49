import Dispatch
import Foundation
import Synchronization

/// Runs numbered pieces of work on a number of threads. Which thread takes which piece is left to chance;
/// pieces write to memory of their own, and whoever combines them does so in the order of their numbers.
public struct ThreadTeam: Sendable {
  /// Threads used at most.
  public let threads: Int

  /// A team; by default as many threads as the machine has cores.
  public init(threads: Int? = nil) {
    self.threads = max(1, threads ?? ThreadTeam.cores)
  }

  /// Cores of this machine.
  public static var cores: Int { ProcessInfo.processInfo.activeProcessorCount }

  /// Calls `body` once for each of 0 ..< pieces and waits for all.
  public func forEach(_ pieces: Int, _ body: @Sendable (Int) -> Void) {
    guard threads > 1, pieces > 1 else {
      for piece in 0..<pieces { body(piece) }
      return
    }
    let next = Atomic<Int>(0)
    onThreads(min(threads, pieces)) { _ in
      while true {
        let piece = next.wrappingAdd(1, ordering: .relaxed).oldValue
        guard piece < pieces else { return }
        body(piece)
      }
    }
  }

  /// Calls `body` with 0 on this thread and with other numbers below `workers` on others, as far as they come before it is
  /// done; returns when all are done.
  func onThreads(_ workers: Int, _ body: @Sendable (Int) -> Void) {
    if Helpers.shared.run(workers, body) { return }
    // They help someone else; within that work, or beside it.
    DispatchQueue.concurrentPerform(iterations: workers, execute: body)
  }

  /// What `body` makes of each of 0 ..< pieces, in order. Of several errors that of the first piece is thrown.
  public func map<Value: Sendable, Failure: Error>(
    _ pieces: Int, _ body: @Sendable (Int) throws(Failure) -> Value
  ) throws(Failure) -> [Value] {
    let results = Mutex([Result<Value, Failure>?](repeating: nil, count: pieces))
    forEach(pieces) { piece in
      let result = Result { () throws(Failure) in try body(piece) }
      results.withLock { $0[piece] = result }
    }
    var values: [Value] = []
    values.reserveCapacity(pieces)
    for case let result? in results.withLock({ $0 }) { values.append(try result.get()) }
    return values
  }

  /// Cuts `items` into shards of at most `width`, at least one for each thread, and joins what `body` makes of
  /// them, in order. For work in which the items of a shard do not influence each other.
  public func mapShards<Item: Sendable, Result: Sendable>(
    _ items: [Item], width: Int, _ body: @Sendable ([Item]) -> [Result]
  ) -> [Result] {
    let shards = min(items.count, max(threads, (items.count + width - 1) / width))
    return map(shards) { body(Array(items[items.indices.part($0, of: shards)])) }.flatMap { $0 }
  }
}
