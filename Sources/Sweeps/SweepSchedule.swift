/// Which cell is next: the first that waits for nothing.
struct SweepSchedule: Sendable {
  private enum Stage: Sendable { case waiting, running, finished, failed }

  private var stages: [Stage]
  private let awaited: [Range<Int>]

  /// A schedule of cells of which each starts when those it awaits are finished.
  /// - Parameter only: the cells to run; others are taken for failed unless they are `finished`.
  init(awaited: [Range<Int>], finished: Set<Int>, only: Set<Int>? = nil) {
    self.awaited = awaited
    stages = awaited.indices.map {
      finished.contains($0) ? .finished : only?.contains($0) ?? true ? .waiting : .failed
    }
  }

  /// Takes the first cell that waits for nothing.
  mutating func take() -> Int? {
    let ready = stages.indices.first { index in
      stages[index] == .waiting && awaited[index].allSatisfy { stages[$0] == .finished }
    }
    if let ready { stages[ready] = .running }
    return ready
  }

  /// A taken cell is done.
  mutating func finish(_ cell: Int) { stages[cell] = .finished }

  /// A taken cell could not be done; cells that await it never start.
  mutating func fail(_ cell: Int) { stages[cell] = .failed }

  /// Whether some cell waits that can still be taken, now or when others are finished.
  var hasMore: Bool {
    stages.indices.contains { index in
      stages[index] == .waiting && awaited[index].allSatisfy { stages[$0] != .failed }
    }
  }

  /// Cells at work.
  var running: [Int] { stages.indices.filter { stages[$0] == .running } }

  /// Cells that are finished.
  var finished: Int { stages.count { $0 == .finished } }
}
