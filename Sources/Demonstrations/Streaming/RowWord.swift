import PongEngine

// Rows as they stand in a .pong file and where datasets are streamed: words of 32 bits. Bits 0-23 are the observation,
// bits 24-31 the action. Every machine that this program is built for is little-endian, so that the words in memory are
// the bytes in the file.

/// A row as a word.
@inline(__always)
func rowWord(_ observation: Observation, _ action: Action) -> UInt32 {
  observation.bits | UInt32(action.rawValue) << 24
}

/// The row that a word is; nil where it says no action.
@inline(__always)
func row(ofWord word: UInt32) -> (observation: Observation, action: Action)? {
  Action(rawValue: UInt8(word >> 24)).map { (Observation(bits: word), $0) }
}

extension Episode {
  /// Some of its rows as words.
  public func rows(_ range: Range<Int>) -> [UInt32] {
    range.map { rowWord(observations[$0], actions[$0]) }
  }

  /// Adds rows whose actions have been checked.
  mutating func append(rows: some Sequence<UInt32>) {
    for word in rows {
      guard let row = row(ofWord: word) else { preconditionFailure("Episode: action \(word >> 24)") }
      append(row.observation, row.action)
    }
  }
}
