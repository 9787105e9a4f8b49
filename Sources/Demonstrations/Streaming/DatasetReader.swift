import PongEngine
import Storage

/// A `.pong` file of version 1 or 3, of which no more is in memory than its header. Used by any number of threads.
public final class DatasetReader: Sendable {
  /// What stands before the rows.
  public let header: DatasetHeader
  private let file: InputFile
  /// Where the rows begin, bytes.
  private let firstRow: Int
  /// The first row of every episode, and the end of the last.
  private let starts: [Int]

  /// Rows that are read at once.
  static let blockRows = 1 << 16

  /// Reads the header of a file.
  /// - Throws: `FileError`: malformed with offset, found and expected, or unreadable.
  public init(_ file: InputFile) throws(FileError) {
    self.file = file
    header = try DatasetHeader(of: file)
    var starts = [0]
    starts.reserveCapacity(header.lengths.count + 1)
    for length in header.lengths { starts.append(starts[starts.count - 1] + length) }
    self.starts = starts
    firstRow = file.count - 4 - 4 * starts[starts.count - 1]
  }

  /// The file.
  public var path: String { file.path }

  /// The rows of an episode, to be read front to back.
  func rows(ofEpisode episode: Int) -> EpisodeRows {
    EpisodeRows(self, starts[episode]..<starts[episode + 1])
  }

  /// The first row of an episode.
  func firstRow(ofEpisode episode: Int) -> Int { starts[episode] }

  /// Where a row stands in the file, bytes.
  func offset(ofRow row: Int) -> Int { firstRow + 4 * row }

  /// Reads rows in place of the content of `buffer`.
  func read(_ rows: Range<Int>, into buffer: inout [UInt32]) throws(FileError) {
    if buffer.count < rows.count {
      buffer.append(contentsOf: repeatElement(0, count: rows.count - buffer.count))
    } else {
      buffer.removeLast(buffer.count - rows.count)
    }
    let result = buffer.withUnsafeMutableBytes { bytes in
      Result { () throws(FileError) in try file.read(at: offset(ofRow: rows.lowerBound), into: bytes) }
    }
    try result.get()
  }

  /// Compares the checksum of all rows with the one that the file has.
  func check(_ computed: UInt32) throws(FileError) {
    var end = ByteReader(try file.bytes(file.count - 4..<file.count), path: path, fileLength: file.count)
    let stored: UInt32 = try end.integer("the checksum of the rows")
    guard stored == computed else {
      throw .malformed(
        path: path, offset: file.count - 4, found: "CRC-32 \(hex(stored)) of the rows",
        expected: "\(hex(computed)) as computed")
    }
  }

  /// Reads all rows and compares their checksum, which is returned, with the one that the file has.
  @discardableResult
  func checkRows() throws(FileError) -> UInt32 {
    let computed = try file.checksum(of: firstRow..<file.count - 4)
    try check(computed)
    return computed
  }

  /// The error of a row that says no action.
  func noAction(_ row: UInt32, at index: Int) -> FileError {
    .malformed(
      path: path, offset: offset(ofRow: index) + 3, found: "action \(row >> 24)", expected: "0, 1 or 2")
  }

  /// All episodes, in memory.
  func episodes() throws(FileError) -> [Episode] {
    var episodes: [Episode] = []
    for (index, length) in header.lengths.enumerated() {
      var episode = Episode()
      episode.reserveCapacity(length)
      let rows = rows(ofEpisode: index)
      while let block = try rows.next() { episode.append(rows: block) }
      episodes.append(episode)
    }
    return episodes
  }
}

/// The rows of an episode, block by block, from a file, from memory or as they are played, and the checksum of those
/// that have been read. Used by one thread at a time.
public final class EpisodeRows {
  private enum Source {
    case file(DatasetReader)
    case memory(Episode)
    case player
  }
  private let source: Source
  private var player: EpisodePlayer?
  /// Its rows in the file.
  private let range: Range<Int>
  private var row: Int
  private var block: [UInt32] = []
  private(set) var checksum = CRC32()

  init(_ reader: DatasetReader, _ range: Range<Int>) {
    source = .file(reader)
    self.range = range
    row = range.lowerBound
  }

  init(_ episode: Episode) {
    source = .memory(episode)
    range = 0..<episode.count
    row = 0
  }

  init(_ player: EpisodePlayer, steps: Int) {
    source = .player
    self.player = player
    range = 0..<steps
    row = 0
  }

  /// Rows of the episode.
  public var count: Int { range.count }

  /// The next rows, 65,536 at most, as they stand in a `.pong` file: bits 0-23 the observation, bits 24-31 the action.
  /// Nil at the end.
  /// - Throws: `FileError`: malformed with the offset of what is no action, or unreadable.
  public func next() throws(FileError) -> [UInt32]? {
    guard row < range.upperBound else { return nil }
    let rows = row..<min(row + DatasetReader.blockRows, range.upperBound)
    switch source {
    case .file(let reader):
      try reader.read(rows, into: &block)
      if let place = block.firstIndex(where: { $0 >= 3 << 24 }) {
        throw reader.noAction(block[place], at: row + place)
      }
    case .memory(let episode): block = episode.rows(rows)
    case .player: block = player?.rows(rows.count) ?? []
    }
    block.withUnsafeBytes { checksum.update($0) }
    row = rows.upperBound
    return block
  }
}
