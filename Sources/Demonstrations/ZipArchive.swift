import Storage

/// As much of the zip format as `.npz` needs: entries stored, not compressed, without zip64 sizes
/// (PKWARE APPNOTE 6.3.10, sections 4.3.7, 4.3.12 and 4.3.16). Written with a fixed date, so that the same
/// entries give the same bytes.
enum ZipArchive {
  private static let localMagic: UInt32 = 0x0403_4b50
  private static let centralMagic: UInt32 = 0x0201_4b50
  private static let endMagic: UInt32 = 0x0605_4b50
  /// Bytes of the record at the end of an archive, without its comment.
  private static let endLength = 22

  /// The bytes of an archive with these entries. All together must stay below 4 GiB.
  static func encode(_ entries: [(name: String, content: [UInt8])], path: String) throws(FileError) -> [UInt8]
  {
    let size = entries.reduce(0) { $0 + $1.content.count + 2 * $1.name.utf8.count + 128 }
    guard size < UInt32.max, entries.count < UInt16.max else {
      throw .malformed(
        path: path, offset: nil, found: "\(size) bytes for a zip archive", expected: "less than 4 GiB")
    }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(size)
    var directory: [UInt8] = []
    for (name, content) in entries {
      let offset = UInt32(bytes.count)
      let common = fields(name, content)
      bytes.appendLittleEndian(localMagic)
      bytes += common
      bytes += name.utf8
      bytes += content
      directory.appendLittleEndian(centralMagic)
      directory.appendLittleEndian(UInt16(20))  // made by version 2.0
      directory += common
      directory += [UInt8](repeating: 0, count: 10)  // no comment, disk 0, no attributes
      directory.appendLittleEndian(offset)
      directory += name.utf8
    }
    let start = UInt32(bytes.count)
    bytes += directory
    bytes.appendLittleEndian(endMagic)
    bytes.appendLittleEndian(UInt32(0))  // this disk, the directory's disk
    bytes.appendLittleEndian(UInt16(entries.count))
    bytes.appendLittleEndian(UInt16(entries.count))
    bytes.appendLittleEndian(UInt32(directory.count))
    bytes.appendLittleEndian(start)
    bytes.appendLittleEndian(UInt16(0))  // no comment
    return bytes
  }

  /// What a local and a central header have in common, from the version needed to the extra field's length.
  private static func fields(_ name: String, _ content: [UInt8]) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.appendLittleEndian(UInt16(20))  // version 2.0
    bytes.appendLittleEndian(UInt16(0))  // flags
    bytes.appendLittleEndian(UInt16(0))  // stored
    bytes.appendLittleEndian(UInt16(0))  // midnight
    bytes.appendLittleEndian(UInt16(0x21))  // 1 January 1980
    bytes.appendLittleEndian(CRC32.checksum(content))
    bytes.appendLittleEndian(UInt32(content.count))
    bytes.appendLittleEndian(UInt32(content.count))
    bytes.appendLittleEndian(UInt16(name.utf8.count))
    bytes.appendLittleEndian(UInt16(0))  // no extra field
    return bytes
  }

  /// The entries of an archive by name, their checksums checked. Names are names only, never paths.
  ///
  /// All contents together are no longer than the file: a directory may name the same bytes again and again, and
  /// a few megabytes would stand for more than any memory.
  /// - Throws: `FileError.malformed`; for a compressed entry with the way to store it instead.
  static func decode(_ bytes: [UInt8], path: String) throws(FileError) -> [String: [UInt8]] {
    var reader = ByteReader(bytes, path: path)
    try reader.seek(try endRecord(reader), "the end record of the zip archive")
    try reader.skip(10, "the end record of the zip archive")
    let count: UInt16 = try reader.integer("the number of entries")
    try reader.skip(4, "the directory's length")
    let start: UInt32 = try reader.integer("the directory's offset")
    try reader.seek(Int(start), "the directory of the zip archive")
    var entries: [String: [UInt8]] = [:]
    var left = bytes.count
    for _ in 0..<count {
      let at = reader.offset
      let entry = try readEntry(&reader, left: left)
      left -= entry.content.count
      guard entries.updateValue(entry.content, forKey: entry.name) == nil else {
        throw reader.malformed(at: at, found: "\"\(entry.name)\" twice", expected: "every entry once")
      }
    }
    return entries
  }

  /// Where the end record starts: its magic, searched from the back, as a comment may follow it.
  private static func endRecord(_ reader: ByteReader) throws(FileError) -> Int {
    let magic: [UInt8] = [0x50, 0x4b, 0x05, 0x06]
    var offset = reader.bytes.count - endLength
    let last = max(0, offset - Int(UInt16.max))
    while offset >= last {
      if reader.bytes[offset..<offset + 4].elementsEqual(magic) { return offset }
      offset -= 1
    }
    throw reader.malformed(
      at: reader.bytes.count, found: "no end record", expected: "a zip archive, as .npz files are")
  }

  private static func readEntry(
    _ reader: inout ByteReader, left: Int
  ) throws(FileError) -> (name: String, content: [UInt8]) {
    let at = reader.offset
    let magic: UInt32 = try reader.integer("a directory entry")
    guard magic == centralMagic else {
      throw reader.malformed(at: at, found: hex(magic), expected: "a directory entry, \(hex(centralMagic))")
    }
    try reader.skip(6, "a directory entry")
    let method: UInt16 = try reader.integer("the compression method")
    try reader.skip(4, "a directory entry")
    let checksum: UInt32 = try reader.integer("a checksum")
    let stored: UInt32 = try reader.integer("a stored size")
    let size: UInt32 = try reader.integer("a size")
    let nameLength: UInt16 = try reader.integer("a name's length")
    let extraLength: UInt16 = try reader.integer("an extra field's length")
    let commentLength: UInt16 = try reader.integer("a comment's length")
    try reader.skip(8, "a directory entry")
    let offset: UInt32 = try reader.integer("an entry's offset")
    let name = String(decoding: try reader.take(Int(nameLength), "an entry's name"), as: UTF8.self)
    try reader.skip(Int(extraLength) + Int(commentLength), "a directory entry")
    guard method == 0, stored == size else {
      throw reader.malformed(
        at: at, found: "\"\(name)\" compressed by method \(method)",
        expected: "stored entries, as numpy.savez writes them (not savez_compressed)")
    }
    guard size <= left else {
      throw reader.malformed(
        at: at, found: "\(size) bytes of \"\(name)\"",
        expected: "at most \(left), for entries do not share their bytes")
    }
    return (name, try content(name, Int(size), checksum, at: Int(offset), reader))
  }

  private static func content(
    _ name: String, _ size: Int, _ checksum: UInt32, at offset: Int, _ reader: ByteReader
  ) throws(FileError) -> [UInt8] {
    var local = reader
    try local.seek(offset, "the header of \"\(name)\"")
    let magic: UInt32 = try local.integer("the header of \"\(name)\"")
    guard magic == localMagic else {
      throw reader.malformed(at: offset, found: hex(magic), expected: "an entry's header, \(hex(localMagic))")
    }
    // Sizes come from the directory: NumPy leaves those of the local header to a zip64 extra field.
    try local.skip(22, "the header of \"\(name)\"")
    let nameLength: UInt16 = try local.integer("a name's length")
    let extraLength: UInt16 = try local.integer("an extra field's length")
    try local.skip(Int(nameLength) + Int(extraLength), "the header of \"\(name)\"")
    let start = local.offset
    let content = Array(try local.take(size, "\(size) bytes of \"\(name)\""))
    let computed = CRC32.checksum(content)
    guard computed == checksum else {
      throw reader.malformed(
        at: start, found: "\"\(name)\" with CRC-32 \(hex(computed))", expected: "\(hex(checksum))")
    }
    return content
  }
}
