import PongEngine

/// Rows of an episode, block by block, as its player saw them (`Dataset.asSeenByAgent`).
public struct SeenRows {
  private let isAfterMove: Bool
  /// The paddle's bits of the last row, where rows show it after their move.
  private var paddle: UInt32?

  /// The rows of an episode that are recorded like this.
  public init(_ alignment: PaddleAlignment) { isAfterMove = alignment == .afterMove }

  /// The next rows; the first of an episode whose paddle is not in the data is dropped.
  public mutating func seen(_ rows: [UInt32]) -> [UInt32] {
    guard isAfterMove else { return rows }
    var seen: [UInt32] = []
    seen.reserveCapacity(rows.count)
    for row in rows {
      if let paddle { seen.append(row & 0xffff_ff00 | paddle) }
      paddle = row & 0xff
    }
    return seen
  }
}

/// Rows of an episode, block by block, that show the paddle before their move, recorded after it
/// (`Dataset.recorded(as: .afterMove)`). A row is held back until the next tells its paddle.
struct RowsAfterMove {
  private let rules: Rules
  private var held: UInt32?

  init(_ rules: Rules) { self.rules = rules }

  /// The next rows.
  mutating func recorded(_ rows: [UInt32]) -> [UInt32] {
    var recorded: [UInt32] = []
    recorded.reserveCapacity(rows.count)
    for row in rows {
      if let held { recorded.append(held & 0xffff_ff00 | row & 0xff) }
      held = row
    }
    return recorded
  }

  /// The last row, whose paddle the rules move.
  mutating func last() -> [UInt32] {
    guard let row = held.flatMap(row(ofWord:)) else { return [] }
    held = nil
    let paddle = rules.paddle(after: row.action, atPixel: row.observation.paddleX)
    return [rowWord(row.observation.withPaddle(paddle), row.action)]
  }
}
