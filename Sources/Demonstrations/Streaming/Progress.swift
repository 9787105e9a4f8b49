import Storage

extension DatasetWriter {
  /// How far a file in the making has come: 28 bytes at its start, all integers little-endian.
  ///
  ///     offset  bytes  what
  ///     0       8      magic: 0x89 "PART" 0x0d 0x0a 0x1a
  ///     8       4      CRC-32 of the header to come, but for its last field, which is the same
  ///     12      8      whole episodes
  ///     20      4      CRC-32 of their rows
  ///     24      4      CRC-32 of the bytes before
  struct Progress: Equatable {
    var header: UInt32
    var episodes: Int
    var rows: UInt32

    private static let magic: [UInt8] = [0x89, 0x50, 0x41, 0x52, 0x54, 0x0d, 0x0a, 0x1a]
    static let length = 28

    init(header: UInt32, episodes: Int, rows: UInt32) {
      self.header = header
      self.episodes = episodes
      self.rows = rows
    }

    var bytes: [UInt8] {
      var bytes = Progress.magic
      bytes.appendLittleEndian(header)
      bytes.appendLittleEndian(UInt64(episodes))
      bytes.appendLittleEndian(rows)
      bytes.appendLittleEndian(CRC32.checksum(bytes))
      return bytes
    }

    /// The progress of a file that is to have this header and episodes that end after so many rows; nil where there is
    /// nothing to go on with.
    /// - Throws: `FileError`: the file is on its way to another dataset, or its rows are not those it had.
    init?(of file: InputFile, _ headerBytes: [UInt8], _ ends: [Int]) throws(FileError) {
      guard file.count >= Progress.length else { return nil }
      if let rows = try Progress.checksumOfWhole(file, headerBytes, ends) {
        // Killed just before it had its name.
        self.init(header: Progress.checksum(headerBytes), episodes: ends.count, rows: rows)
      } else {
        var reader = ByteReader(try file.bytes(0..<Progress.length), path: file.path, fileLength: file.count)
        // Torn, it says nothing.
        guard reader.bytes.starts(with: Progress.magic),
          (try? reader.checkCRC(of: 0..<24, at: 24, name: "progress")) != nil
        else { return nil }
        try reader.skip(8, "the progress")
        self.init(header: try reader.integer("the header's checksum"), episodes: 0, rows: 0)
        guard header == Progress.checksum(headerBytes) else {
          throw reader.malformed(
            at: 8, found: "part of another dataset, or of another shard",
            expected: "that of these options; without --resume it begins anew")
        }
        let episodes: UInt64 = try reader.integer("the number of episodes")
        rows = try reader.integer("the checksum of the rows")
        self.episodes = Int(clamping: episodes)
        let count =
          self.episodes == 0 ? 0 : self.episodes <= ends.count ? ends[self.episodes - 1] : Int.max / 8
        guard headerBytes.count + 4 * count <= file.count else {
          throw reader.malformed(
            at: 12, found: "\(episodes) episodes in \(file.count) bytes",
            expected: "at most as many as there is room for")
        }
        let computed = try file.checksum(of: headerBytes.count..<headerBytes.count + 4 * count)
        guard computed == rows else {
          throw reader.malformed(
            at: 20, found: "CRC-32 \(hex(rows)) of the rows",
            expected: "\(hex(computed)) as computed; without --resume it begins anew")
        }
      }
    }

    /// What tells headers apart. All of one would not: what follows its own CRC-32 always comes to the same.
    static func checksum(_ header: [UInt8]) -> UInt32 { CRC32.checksum(header.dropLast(4)) }

    /// The checksum of the rows of a file that is whole but for its name; nil of another.
    private static func checksumOfWhole(
      _ file: InputFile, _ headerBytes: [UInt8], _ ends: [Int]
    ) throws(FileError) -> UInt32? {
      guard file.count == headerBytes.count + 4 * (ends.last ?? 0) + 4 else { return nil }
      guard try file.bytes(0..<headerBytes.count) == headerBytes else { return nil }
      do {
        return try DatasetReader(file).checkRows()
      } catch .malformed {
        return nil
      }
    }
  }
}
