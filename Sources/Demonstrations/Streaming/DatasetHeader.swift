import PongEngine
import Storage

/// What stands before the rows in a `.pong` file of version 1 or 3: version 1 holds a whole dataset, version 3 a shard.
///
/// Version 3 is version 1 (`DatasetFile`) but for its version and what follows the seed:
///
///     offset  bytes  what
///     32      4      number of episodes in this file
///     36      4      number of the shard, I, from 0
///     40      4      number of shards, N, at least 2
///     44      4      episodes of the dataset, E: this file has E * I / N ..< E * (I + 1) / N, divisions rounded down
///     48      8      steps of the dataset
///     56      L      expert's name, UTF-8
///     56+L    ...    steps of every episode in this file, the header's checksum and the rows as in version 1
public struct DatasetHeader: Sendable, Equatable {
  /// Where the rows come from and what they show.
  public var metadata: DatasetMetadata
  /// Steps of every episode in the file.
  public var lengths: [Int]
  /// Which part of a dataset it is; nil for all of it.
  public var shard: DatasetShard?

  /// The version of a shard.
  public static let shardVersion: UInt32 = 3
  static let fixedShardHeader = 56

  /// A header from its parts.
  public init(metadata: DatasetMetadata, lengths: [Int], shard: DatasetShard? = nil) {
    self.metadata = metadata
    self.lengths = lengths
    self.shard = shard
  }

  /// The header of a generated dataset, or of a shard of it.
  public init(metadata: DatasetMetadata, _ shard: DatasetShard) {
    self.init(metadata: metadata, lengths: shard.lengths, shard: shard.count > 1 ? shard : nil)
  }

  /// Rows of the file.
  public var rows: Int { lengths.reduce(0, +) }

  /// Bytes before the name.
  private var fixed: Int { shard == nil ? DatasetFile.fixedHeader : DatasetHeader.fixedShardHeader }

  /// The bytes of the header; `path` only names the file in errors.
  /// - Throws: `FileError.malformed` if something does not fit the format's fields.
  public func encode(path: String) throws(FileError) -> [UInt8] {
    let name = Array(metadata.expert.utf8)
    var bytes = try DatasetFile.encodeStart(
      metadata, version: shard == nil ? DatasetFile.version : DatasetHeader.shardVersion,
      end: fixed + name.count + 4 * lengths.count + 4, path)
    bytes.appendLittleEndian(UInt32(lengths.count))
    if let shard {
      for number in [shard.index, shard.count, shard.episodes] { bytes.appendLittleEndian(UInt32(number)) }
      bytes.appendLittleEndian(UInt64(shard.steps))
    }
    bytes += name
    for length in lengths {
      guard let steps = UInt32(exactly: length) else {
        throw .malformed(
          path: path, offset: nil, found: "an episode of \(length) steps", expected: "at most \(UInt32.max)")
      }
      bytes.appendLittleEndian(steps)
    }
    bytes.appendLittleEndian(CRC32.checksum(bytes))
    return bytes
  }
}

extension DatasetHeader {
  /// Reads the header of a file, and compares the sizes in it with the file's.
  /// - Throws: `FileError`: malformed with offset, found and expected, or unreadable.
  init(of file: InputFile) throws(FileError) {
    var start = ByteReader(try file.bytes(0..<min(16, file.count)), path: file.path, fileLength: file.count)
    try start.expect(DatasetFile.magic, name: "the magic bytes of a .pong dataset")
    let version: UInt32 = try start.integer("the version")
    guard version == DatasetFile.version || version == DatasetHeader.shardVersion else {
      throw start.malformed(
        at: 8, found: "version \(version)",
        expected:
          "version \(DatasetFile.version), \(RecordingFormat.version) or \(DatasetHeader.shardVersion)")
    }
    let end: UInt32 = try start.integer("the header's length")
    // Where the length is wrong, `readStart` says so.
    var reader = ByteReader(
      try file.bytes(0..<max(16, min(Int(end), file.count))), path: file.path, fileLength: file.count)
    try reader.seek(12, "the header's length")
    try self.init(&reader, isShard: version == DatasetHeader.shardVersion)
    let total = rows > Int.max / 8 ? Int.max : Int(end) + 4 * rows + 4
    guard file.count == total else {
      throw reader.malformed(
        at: min(file.count, total), found: "a file of \(file.count) bytes",
        expected: "\(total) bytes for \(rows) rows")
    }
  }

  private init(_ reader: inout ByteReader, isShard: Bool) throws(FileError) {
    let fixed = isShard ? DatasetHeader.fixedShardHeader : DatasetFile.fixedHeader
    var start = try DatasetFile.readStart(&reader, fixed: fixed)
    let (nameLength, end) = (start.nameLength, start.end)
    let episodes: UInt32 = try reader.integer("the number of episodes")
    let expected = fixed + nameLength + 4 * Int(episodes) + 4
    guard end == expected, nameLength <= DatasetFile.longestName else {
      throw reader.malformed(
        at: 12, found: "a header of \(end) bytes",
        expected:
          "\(expected) for a name of \(nameLength) bytes (at most \(DatasetFile.longestName)) and \(episodes) episodes"
      )
    }
    let shard = isShard ? try DatasetHeader.readShard(&reader, episodes: Int(episodes)) : nil
    start.metadata.expert = try DatasetFile.readName(&reader, length: nameLength)
    var lengths: [Int] = []
    lengths.reserveCapacity(Int(episodes))
    for _ in 0..<episodes {
      let steps: UInt32 = try reader.integer("an episode's length")
      guard Int(steps) <= reader.fileLength / 4 else {
        throw reader.malformed(
          at: reader.offset - 4, found: "an episode of \(steps) steps",
          expected: "at most \(reader.fileLength / 4) in a file of \(reader.fileLength) bytes")
      }
      lengths.append(Int(steps))
    }
    self.init(metadata: start.metadata, lengths: lengths, shard: shard)
  }

  private static func readShard(_ reader: inout ByteReader, episodes found: Int) throws(FileError)
    -> DatasetShard
  {
    let index: UInt32 = try reader.integer("the number of the shard")
    let count: UInt32 = try reader.integer("the number of shards")
    let episodes: UInt32 = try reader.integer("the number of episodes of the dataset")
    let steps: UInt64 = try reader.integer("the number of steps of the dataset")
    guard count >= 2, count <= episodes, index < count else {
      throw reader.malformed(
        at: 36, found: "shard \(index) of \(count) of \(episodes) episodes",
        expected: "one of two or more, with an episode each")
    }
    guard let steps = Int(exactly: steps) else {
      throw reader.malformed(at: 48, found: "\(steps) steps", expected: "at most \(Int.max)")
    }
    let shard = DatasetShard(index: Int(index), of: Int(count), episodes: Int(episodes), steps: steps)
    guard shard.range.count == found else {
      throw reader.malformed(
        at: 32, found: "\(found) episodes", expected: "\(shard.range.count) in shard \(index) of \(count)")
    }
    return shard
  }
}
