import PongEngine
import Storage

/// The binary form of a dataset, ending `.pong`. The same dataset always gives the same bytes.
///
/// There are three versions: 1, described here; 2 for recordings of people (`RecordingFormat`), which knows the seed of
/// every episode and can be read while it grows; 3 for shards of a dataset in several files (`DatasetHeader`).
///
/// All integers little-endian, no padding:
///
///     offset  bytes  what
///     0       8      magic: 0x89 "PONG" 0x0d 0x0a 0x1a (a text-mode copy or a cut at 7 bits shows at once)
///     8       4      version, 1
///     12      4      header length H, from offset 0 to the end of the header's checksum
///     16      1      rule set (0 reference, 1 classic)
///     17      1      alignment of the paddle bits (0 before the row's move, 1 after it)
///     18      2      length L of the expert's name in bytes, at most 255
///     20      4      engine version
///     24      8      seed
///     32      4      number of episodes E
///     36      L      expert's name, UTF-8
///     36+L    4E     steps of every episode
///     H-4     4      CRC-32 of the bytes 0 ..< H-4; H = 40 + L + 4E
///     H       4N     N rows, N the sum of the episodes' steps: bits 0-23 the observation (bit 23 the first
///                    of the published order), bits 24-31 the action (0 right, 1 left, 2 stay)
///     H+4N    4      CRC-32 of the rows
///
/// The file ends there. Sizes are checked against the file's length before anything is allocated for them.
public enum DatasetFile {
  /// The first eight bytes.
  static let magic: [UInt8] = [0x89, 0x50, 0x4f, 0x4e, 0x47, 0x0d, 0x0a, 0x1a]
  /// The version of a whole dataset that is not a recording.
  public static let version: UInt32 = 1
  /// Bytes before the expert's name.
  static let fixedHeader = 36
  /// Longest name of an expert, bytes.
  public static let longestName = 255

  /// The dataset in the file at `path`.
  /// - Throws: `FileError`: no such file, not readable, or malformed with offset, found and expected.
  public static func read(_ path: String) throws(FileError) -> Dataset {
    try decode(try AtomicFile.read(path), path: path)
  }

  /// Replaces the file at `path`.
  /// - Throws: `FileError.unwritable`, and `FileError.malformed` as `encode` does.
  public static func write(_ dataset: Dataset, to path: String) throws(FileError) {
    try AtomicFile.write(try encode(dataset, path: path), to: path)
  }

  /// The bytes of a file; `path` only names the file in errors.
  /// - Throws: `FileError.malformed` if the metadata do not fit the format's fields.
  public static func encode(_ dataset: Dataset, path: String) throws(FileError) -> [UInt8] {
    if dataset.isRecording { return try RecordingFormat.encode(dataset, path: path) }
    let rows = encodeRows(dataset)
    let header = DatasetHeader(metadata: dataset.metadata, lengths: dataset.episodes.map(\.count))
    var bytes = try header.encode(path: path) + rows
    bytes.appendLittleEndian(CRC32.checksum(rows))
    return bytes
  }

  /// The checksum of the rows, the last field of the file, which tells demonstrations apart. That of the whole
  /// file would not: what follows its own CRC-32 always comes to the same.
  public static func rowsChecksum(_ dataset: Dataset) -> UInt32 {
    dataset.episodes.reduce(into: CRC32()) { crc, episode in
      for start in stride(from: 0, to: episode.count, by: DatasetReader.blockRows) {
        episode.rows(start..<min(start + DatasetReader.blockRows, episode.count)).withUnsafeBytes {
          crc.update($0)
        }
      }
    }.value
  }

  private static func encodeRows(_ dataset: Dataset) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(4 * dataset.count)
    for episode in dataset.episodes {
      episode.rows(0..<episode.count).withUnsafeBytes { bytes.append(contentsOf: $0) }
    }
    return bytes
  }

  /// The first 32 bytes, the same in all versions; `end` is the header's length.
  static func encodeStart(
    _ metadata: DatasetMetadata, version: UInt32, end: Int, _ path: String
  ) throws(FileError) -> [UInt8] {
    let name = metadata.expert.utf8.count
    guard name <= longestName else {
      throw .malformed(
        path: path, offset: nil, found: "an expert's name of \(name) bytes",
        expected: "at most \(longestName)")
    }
    guard let engine = UInt32(exactly: metadata.engineVersion) else {
      throw .malformed(
        path: path, offset: nil, found: "engine version \(metadata.engineVersion)",
        expected: "0 to \(UInt32.max)")
    }
    var bytes = magic
    bytes.appendLittleEndian(version)
    bytes.appendLittleEndian(UInt32(end))
    bytes.append(metadata.ruleSet.rawValue)
    bytes.append(metadata.alignment.rawValue)
    bytes.appendLittleEndian(UInt16(name))
    bytes.appendLittleEndian(engine)
    bytes.appendLittleEndian(metadata.seed)
    return bytes
  }
}
