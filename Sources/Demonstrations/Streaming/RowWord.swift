import PongEngine

// Rows as they stand in a .pong file and where datasets are streamed: words of 32 bits. Bits 0-23 are the observation,
// bits 24-31 the action. Every machine that this program is built for is little-endian, so that the words in memory are
// the bytes in the file.

/// A row as a word.
@inline(__always)
func rowWord(_ observation: Observation, _ action: Action) -> UInt32 {
  observation.bits | UInt32(action.rawValue) << 24
}

extension Episode {
  /// Some of its rows as words.
  func rows(_ range: Range<Int>) -> [UInt32] {
    range.map { rowWord(observations[$0], actions[$0]) }
  }

  /// Adds rows whose actions have been checked.
  mutating func append(rows: some Sequence<UInt32>) {
    for row in rows {
      guard let action = Action(rawValue: UInt8(row >> 24)) else {
        preconditionFailure("Episode: action \(row >> 24)")
      }
      append(Observation(bits: row), action)
    }
  }
}
