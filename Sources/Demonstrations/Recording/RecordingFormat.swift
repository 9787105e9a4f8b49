import PongEngine
import Storage

/// Version 2 of the `.pong` file: a person's play, in blocks that are added as it goes. While a recording is
/// open it may end anywhere, because the program was killed or is still writing; all whole blocks are read.
///
/// All integers little-endian, no padding:
///
///     offset  bytes  what
///     0       32     as in version 1 (`DatasetFile`), but version 2; the header's length H is 48 + L
///     32      4      state: 0 open, 1 closed
///     36      8      rows in all, once it is closed; 0 before
///     44      L      expert's name, UTF-8
///     44+L    4      CRC-32 of the bytes 0 ..< H-4
///     H       ...    blocks:
///                    0     4   number of the episode, from 0; each block's is that of the last, or the next
///                    4     4   rows n, 1 to 1,024
///                    8     8   seed of the episode's serves
///                    16    4n  rows, as in version 1
///                    16+4n 4   CRC-32 of the block's bytes before
public enum RecordingFormat {
  /// The version in the file.
  public static let version: UInt32 = 2
  /// Most rows of a block.
  public static let blockRows = 1024

  static let fixedHeader = 44
  private static let blockHeader = 16

  /// Bytes of a block.
  private static func blockLength(rows: Int) -> Int { blockHeader + 4 * rows + 4 }

  /// What a file holds.
  public struct Content: Sendable, Equatable {
    /// The rows that are whole.
    public var dataset: Dataset
    /// Whether the recording was never ended.
    public var isOpen: Bool
    /// Bytes of a block at the end of an open recording that was not written to its end.
    public var tornBytes: Int
  }

  /// The bytes of a closed recording. Episodes without a row are left out: no block says them.
  static func encode(_ dataset: Dataset, path: String) throws(FileError) -> [UInt8] {
    var bytes = try header(dataset.metadata, isOpen: false, rows: dataset.count, path: path)
    bytes.reserveCapacity(bytes.count + 4 * dataset.count + 20 * (dataset.count / blockRows + 1))
    var number = UInt32(0)
    for episode in dataset.episodes where episode.count > 0 {
      for start in stride(from: 0, to: episode.count, by: blockRows) {
        let end = min(start + blockRows, episode.count)
        bytes += block(
          episode: number, seed: episode.seed ?? dataset.metadata.seed, rows: episode.rows(start..<end))
      }
      number += 1
    }
    return bytes
  }

  /// The bytes before the first block.
  static func header(
    _ metadata: DatasetMetadata, isOpen: Bool, rows: Int, path: String
  ) throws(FileError) -> [UInt8] {
    let name = Array(metadata.expert.utf8)
    var bytes = try DatasetFile.encodeStart(
      metadata, version: version, end: fixedHeader + name.count + 4, path)
    bytes.appendLittleEndian(UInt32(isOpen ? 0 : 1))
    bytes.appendLittleEndian(UInt64(rows))
    bytes += name
    bytes.appendLittleEndian(CRC32.checksum(bytes))
    return bytes
  }

  /// The bytes of a block of 1 to `blockRows` rows.
  static func block(episode: UInt32, seed: UInt64, rows: some Collection<UInt32>) -> [UInt8] {
    precondition((1...blockRows).contains(rows.count), "a block of \(rows.count) rows")
    var bytes: [UInt8] = []
    bytes.reserveCapacity(blockLength(rows: rows.count))
    bytes.appendLittleEndian(episode)
    bytes.appendLittleEndian(UInt32(rows.count))
    bytes.appendLittleEndian(seed)
    for row in rows { bytes.appendLittleEndian(row) }
    bytes.appendLittleEndian(CRC32.checksum(bytes))
    return bytes
  }

  /// What is in the bytes of a file; `path` only names the file in errors.
  /// - Throws: `FileError.malformed` with the offset, what was found and what was expected.
  public static func decode(_ bytes: [UInt8], path: String) throws(FileError) -> Content {
    var reader = ByteReader(bytes, path: path)
    try reader.expect(DatasetFile.magic, name: "the magic bytes of a .pong dataset")
    let found: UInt32 = try reader.integer("the version")
    guard found == version else {
      throw reader.malformed(at: 8, found: "version \(found)", expected: "version \(version), a recording")
    }
    var start = try DatasetFile.readStart(&reader, fixed: fixedHeader)
    let state: UInt32 = try reader.integer("the state")
    guard state <= 1 else {
      throw reader.malformed(at: 32, found: "state \(state)", expected: "0, open, or 1, closed")
    }
    let rows: UInt64 = try reader.integer("the number of rows")
    guard start.end == fixedHeader + start.nameLength + 4, start.nameLength <= DatasetFile.longestName else {
      throw reader.malformed(
        at: 12, found: "a header of \(start.end) bytes",
        expected:
          "\(fixedHeader + start.nameLength + 4) for a name of \(start.nameLength) bytes (at most 255)")
    }
    start.metadata.expert = try DatasetFile.readName(&reader, length: start.nameLength)
    try reader.skip(4, "the header's checksum")
    var content = Content(
      dataset: Dataset(metadata: start.metadata, episodes: []), isOpen: state == 0, tornBytes: 0)
    try readBlocks(&reader, &content)
    guard content.isOpen || UInt64(content.dataset.count) == rows else {
      throw reader.malformed(
        at: 36, found: "\(content.dataset.count) rows in the blocks", expected: "\(rows), as the header says")
    }
    return content
  }

  private static func readBlocks(_ reader: inout ByteReader, _ content: inout Content) throws(FileError) {
    while reader.offset < reader.bytes.count {
      let start = reader
      do {
        try readBlock(&reader, &content.dataset.episodes)
      } catch {
        // Only the block being written when all ended can be torn, so no more than a block may be left.
        let left = start.bytes.count - start.offset
        guard content.isOpen, left <= blockLength(rows: blockRows) else { throw error }
        content.tornBytes = left
        return
      }
    }
  }

  private static func readBlock(_ reader: inout ByteReader, _ episodes: inout [Episode]) throws(FileError) {
    let start = reader.offset
    let number: UInt32 = try reader.integer("the episode of a block")
    let rows: UInt32 = try reader.integer("the rows of a block")
    let seed: UInt64 = try reader.integer("the seed of an episode")
    guard (1...blockRows).contains(Int(rows)) else {
      throw reader.malformed(
        at: start + 4, found: "a block of \(rows) rows", expected: "1 to \(blockRows)")
    }
    let end = start + blockLength(rows: Int(rows))
    guard end <= reader.bytes.count else {
      throw reader.malformed(
        at: reader.bytes.count, found: "the end of the file", expected: "a block of \(rows) rows")
    }
    try reader.checkCRC(of: start..<end - 4, at: end - 4, name: "block")
    let isNext = Int(number) == episodes.count
    guard isNext || Int(number) == episodes.count - 1 && episodes[episodes.count - 1].seed == seed else {
      throw reader.malformed(
        at: start, found: "a block of episode \(number), seed \(seed)",
        expected: "one that goes on with episode \(max(episodes.count - 1, 0)) or begins the next")
    }
    var episode = Episode()
    for _ in 0..<rows { try DatasetFile.readRow(&reader, &episode) }
    try reader.skip(4, "the checksum of a block")
    if isNext { episodes.append(Episode(seed: seed)) }
    for row in 0..<episode.count {
      episodes[episodes.count - 1].append(episode.observations[row], episode.actions[row])
    }
  }
}
