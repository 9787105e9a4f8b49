import PongEngine
import Storage

extension DatasetFile {
  /// The dataset in the bytes of a file; `path` only names the file in errors.
  /// - Throws: `FileError.malformed` with the offset, what was found and what was expected.
  public static func decode(_ bytes: [UInt8], path: String) throws(FileError) -> Dataset {
    var reader = ByteReader(bytes, path: path)
    try reader.expect(magic, name: "the magic bytes of a .pong dataset")
    let found: UInt32 = try reader.integer("the version")
    if found == RecordingFormat.version { return try RecordingFormat.decode(bytes, path: path).dataset }
    guard found == version else {
      throw reader.malformed(
        at: 8, found: "version \(found)", expected: "version \(version) or \(RecordingFormat.version)")
    }
    let header = try readHeader(&reader)
    let rows = header.lengths.reduce(0, +)
    let total = header.end + 4 * rows + 4
    guard bytes.count == total else {
      throw reader.malformed(
        at: min(bytes.count, total), found: "a file of \(bytes.count) bytes",
        expected: "\(total) bytes for \(rows) rows")
    }
    try reader.checkCRC(of: header.end..<total - 4, at: total - 4, name: "rows")
    var episodes: [Episode] = []
    for length in header.lengths { episodes.append(try readEpisode(&reader, length)) }
    return Dataset(metadata: header.metadata, episodes: episodes)
  }

  private struct Header {
    var metadata: DatasetMetadata
    var lengths: [Int]
    var end: Int
  }

  /// What the headers of all versions have in common: metadata without the name, and sizes.
  struct Start {
    var metadata: DatasetMetadata
    var nameLength: Int
    var end: Int
  }

  /// Reads it from behind the version, and checks the header's checksum; `fixed` is the length of a header
  /// before the name.
  static func readStart(_ reader: inout ByteReader, fixed: Int) throws(FileError) -> Start {
    let length: UInt32 = try reader.integer("the header's length")
    let end = Int(length)
    guard end >= fixed + 4, end <= reader.bytes.count else {
      throw reader.malformed(
        at: 12, found: "a header of \(end) bytes",
        expected: "\(fixed + 4) to \(reader.bytes.count), the file's length")
    }
    try reader.checkCRC(of: 0..<end - 4, at: end - 4, name: "header")
    let rules: UInt8 = try reader.integer("the rule set")
    guard let ruleSet = RuleSet(rawValue: rules) else {
      throw reader.malformed(at: 16, found: "rule set \(rules)", expected: "0 or 1")
    }
    let paddle: UInt8 = try reader.integer("the alignment")
    guard let alignment = PaddleAlignment(rawValue: paddle) else {
      throw reader.malformed(at: 17, found: "alignment \(paddle)", expected: "0 or 1")
    }
    let nameLength: UInt16 = try reader.integer("the length of the expert's name")
    let engine: UInt32 = try reader.integer("the engine version")
    let seed: UInt64 = try reader.integer("the seed")
    let metadata = DatasetMetadata(
      ruleSet: ruleSet, expert: "", seed: seed, engineVersion: Int(engine), alignment: alignment)
    return Start(metadata: metadata, nameLength: Int(nameLength), end: end)
  }

  static func readName(_ reader: inout ByteReader, length: Int) throws(FileError) -> String {
    let start = reader.offset
    let bytes = try reader.take(length, "the expert's name")
    guard let name = String(validating: bytes, as: UTF8.self) else {
      throw reader.malformed(
        at: start, found: "bytes that are not UTF-8", expected: "the expert's name")
    }
    return name
  }

  private static func readHeader(_ reader: inout ByteReader) throws(FileError) -> Header {
    var start = try readStart(&reader, fixed: fixedHeader)
    let (nameLength, end) = (start.nameLength, start.end)
    let episodes: UInt32 = try reader.integer("the number of episodes")
    let expected = fixedHeader + nameLength + 4 * Int(episodes) + 4
    guard end == expected, nameLength <= longestName else {
      throw reader.malformed(
        at: 12, found: "a header of \(end) bytes",
        expected:
          "\(expected) for a name of \(nameLength) bytes (at most \(longestName)) and \(episodes) episodes")
    }
    start.metadata.expert = try readName(&reader, length: nameLength)
    var lengths: [Int] = []
    for _ in 0..<episodes {
      let steps: UInt32 = try reader.integer("an episode's length")
      guard Int(steps) <= reader.bytes.count / 4 else {
        throw reader.malformed(
          at: reader.offset - 4, found: "an episode of \(steps) steps",
          expected: "at most \(reader.bytes.count / 4) in a file of \(reader.bytes.count) bytes")
      }
      lengths.append(Int(steps))
    }
    try reader.skip(4, "the header's checksum")
    return Header(metadata: start.metadata, lengths: lengths, end: end)
  }

  private static func readEpisode(_ reader: inout ByteReader, _ length: Int) throws(FileError) -> Episode {
    var episode = Episode()
    episode.reserveCapacity(length)
    for _ in 0..<length { try readRow(&reader, &episode) }
    return episode
  }

  static func readRow(_ reader: inout ByteReader, _ episode: inout Episode) throws(FileError) {
    let row: UInt32 = try reader.integer("a row")
    guard let action = Action(rawValue: UInt8(row >> 24)) else {
      throw reader.malformed(at: reader.offset - 1, found: "action \(row >> 24)", expected: "0, 1 or 2")
    }
    episode.append(Observation(bits: row), action)
  }
}
