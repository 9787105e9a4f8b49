import PongEngine
import Storage

extension DatasetFile {
  /// The dataset in the bytes of a file; `path` only names the file in errors. A shard is none.
  /// - Throws: `FileError.malformed` with the offset, what was found and what was expected.
  public static func decode(_ bytes: [UInt8], path: String) throws(FileError) -> Dataset {
    if bytes.count >= 12, bytes[8..<12].elementsEqual([UInt8(RecordingFormat.version), 0, 0, 0]) {
      return try RecordingFormat.decode(bytes, path: path).dataset
    }
    let reader = try DatasetReader(InputFile(bytes, path: path))
    if let shard = reader.header.shard { throw shard.alone(path) }
    try reader.checkRows()
    return Dataset(metadata: reader.header.metadata, episodes: try reader.episodes())
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
    guard end >= fixed + 4, end <= reader.fileLength else {
      throw reader.malformed(
        at: 12, found: "a header of \(end) bytes",
        expected: "\(fixed + 4) to \(reader.fileLength), the file's length")
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

  static func readRow(_ reader: inout ByteReader, _ episode: inout Episode) throws(FileError) {
    let word: UInt32 = try reader.integer("a row")
    guard let row = row(ofWord: word) else {
      throw reader.malformed(at: reader.offset - 1, found: "action \(word >> 24)", expected: "0, 1 or 2")
    }
    episode.append(row.observation, row.action)
  }
}
