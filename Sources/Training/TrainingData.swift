import Demonstrations
import PongEngine
import Storage

/// What the trainer reads: flat columns, as seen by the agent, and where episodes begin. The demonstration, and what
/// was added to it.
public struct TrainingData: Sendable {
  /// 24 bits a step.
  public private(set) var observations: [UInt32] = []
  /// The action of the same step, its raw value.
  public private(set) var actions: [UInt8] = []
  /// The steps of each episode.
  public private(set) var episodes: [Range<Int>] = []
  private var crc = CRC32()
  /// CRC-32 of the demonstration's rows, as a .pong file has it, eight hexadecimal digits.
  public let demonstrationCRC32: String

  /// The columns of a dataset; rows that no agent could have seen are dropped (`asSeenByAgent`).
  public init(_ dataset: Dataset) {
    demonstrationCRC32 = hexadecimal(DatasetFile.rowsChecksum(dataset))
    append(dataset)
  }

  /// Adds the rows of a dataset; returns the steps of its episodes.
  @discardableResult
  mutating func append(_ dataset: Dataset) -> [Range<Int>] {
    let first = episodes.count
    for episode in dataset.asSeenByAgent.episodes where episode.count > 0 {
      episodes.append(observations.count..<observations.count + episode.count)
      observations.append(contentsOf: episode.observations.map(\.bits))
      actions.append(contentsOf: episode.actions.map(\.rawValue))
      addToChecksum(episodes[episodes.count - 1])
    }
    return Array(episodes[first...])
  }

  /// A checksum of all of it, eight hexadecimal digits: that a run goes on with the data it was started with.
  public var checksum: String { hexadecimal(crc.value) }

  private mutating func addToChecksum(_ episode: Range<Int>) {
    func add(_ word: UInt32) { withUnsafeBytes(of: word.littleEndian) { crc.update($0) } }
    add(UInt32(truncatingIfNeeded: episode.count))
    for step in episode { add(observations[step] | UInt32(actions[step]) << 24) }
  }
}
