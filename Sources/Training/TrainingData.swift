import Demonstrations
import PongEngine
import Storage
import Synchronization

/// What the trainer reads: rows, as seen by the agent, and where episodes begin. The demonstration, and what was added
/// to it. Four bytes a step.
public struct TrainingData: Sendable {
  /// A word a step, as in a `.pong` file: bits 0-23 the observation, bits 24-31 the action.
  public private(set) var rows: [UInt32] = []
  /// The steps of each episode.
  public private(set) var episodes: [Range<Int>] = []
  private var crc = CRC32()
  /// CRC-32 of the demonstration's rows, as a .pong file has it, eight hexadecimal digits.
  public let demonstrationCRC32: String

  /// The rows of a dataset; those that no agent could have seen are dropped (`asSeenByAgent`).
  public init(_ dataset: Dataset) {
    do {
      try self.init(DatasetStream(dataset))
    } catch {
      preconditionFailure("TrainingData: rows in memory were refused: \(error)")
    }
  }

  /// The rows of a stream, the same; nothing else of it is kept.
  /// - Throws: `FileError`.
  public init(_ stream: DatasetStream) throws {
    let content = Mutex(Content())
    content.withLock { $0.rows.reserveCapacity(stream.count) }
    let checksum = try stream.forEachEpisode { _, rows in
      var seen = SeenRows(stream.metadata.alignment)
      content.withLock { $0.starts.append($0.rows.count) }
      while let block = try rows.next() {
        let seen = seen.seen(block)
        content.withLock { $0.rows += seen }
      }
    }
    demonstrationCRC32 = hexadecimal(checksum)
    let starts: [Int]
    (rows, starts) = content.withLock { content in
      defer { content = Content() }
      return (content.rows, content.starts)
    }
    for (start, end) in zip(starts, starts.dropFirst() + [rows.count]) where start < end {
      episodes.append(start..<end)
      addToChecksum(start..<end)
    }
  }

  private struct Content {
    var rows: [UInt32] = []
    var starts: [Int] = []
  }

  /// Steps.
  public var count: Int { rows.count }

  /// What was seen in a step, 24 bits.
  public func observation(_ step: Int) -> UInt32 { rows[step] & 0xff_ffff }

  /// What was done in a step, the action's raw value.
  public func action(_ step: Int) -> UInt8 { UInt8(truncatingIfNeeded: rows[step] >> 24) }

  /// Adds the rows of a dataset; returns the steps of its episodes.
  mutating func append(_ dataset: Dataset) -> [Range<Int>] {
    let first = episodes.count
    for episode in dataset.asSeenByAgent.episodes where episode.count > 0 {
      let start = rows.count
      rows += episode.rows(0..<episode.count)
      episodes.append(start..<rows.count)
      addToChecksum(start..<rows.count)
    }
    return Array(episodes[first...])
  }

  /// A checksum of all of it, eight hexadecimal digits: that a run goes on with the data it was started with.
  public var checksum: String { hexadecimal(crc.value) }

  private mutating func addToChecksum(_ episode: Range<Int>) {
    withUnsafeBytes(of: UInt32(truncatingIfNeeded: episode.count).littleEndian) { crc.update($0) }
    rows[episode].withUnsafeBytes { crc.update($0) }
  }
}
