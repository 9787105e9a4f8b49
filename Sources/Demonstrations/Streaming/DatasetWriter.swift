import Storage
import Synchronization

/// A `.pong` file that is written row by row, in order, and of which no more is in memory than its header. Until it is
/// whole it is FILE.part, which a kill leaves with as many whole episodes as its `Progress` says.
///
/// Rows stand in it where they will stand in the file. What will be the header's first bytes is the progress until all
/// rows are there, so that nobody takes it for a dataset.
public final class DatasetWriter: Sendable {
  private let file: PartialFile
  private let header: [UInt8]
  /// The rows before the end of every episode, in order.
  private let ends: [Int]
  private let state: Mutex<State>
  /// Episodes that were there already and are not to be made again.
  public let episodesDone: Int

  private struct State {
    var rows = 0
    var checksum = CRC32().value
    /// Rows that are not written yet.
    var pending: [UInt32] = []
    /// What is whole, and what of it is in the file's progress.
    var whole: Progress
    var saved: Progress
    var isSaving = false
    var lastSave = ContinuousClock.now
    /// All is in the file, which may have its name already: nothing is written any more.
    var isFinished = false
  }

  /// When rows are written, and when progress is brought to the disk again.
  public struct SaveInterval: Sendable {
    /// So many rows are gathered before they are written, 256 KB.
    public var rowsAtOnce = 1 << 16
    /// Progress follows after so many rows, 256 MB ...
    public var rows = 64 << 20
    /// ... or so much time, for a player may be slow.
    public var time = Duration.seconds(30)

    /// The values above.
    public init() {}
  }
  private let interval: SaveInterval

  /// Begins a file, or goes on with what there is of it.
  ///
  /// - Parameter resume: whether to keep the whole episodes of FILE.part if there is one.
  /// - Throws: `FileError`: not writable, another process at it, or the part of another dataset.
  public init(
    _ header: DatasetHeader, to path: String, resume: Bool = false, interval: SaveInterval = SaveInterval()
  ) throws(FileError) {
    let bytes = try header.encode(path: path)
    self.header = bytes
    self.interval = interval
    var ends: [Int] = []
    for length in header.lengths { ends.append((ends.last ?? 0) + length) }
    self.ends = ends
    let nothing = Progress(header: Progress.checksum(bytes), episodes: 0, rows: CRC32().value)
    // Held before it is looked at: another process may be at it.
    file = try PartialFile(of: path, keeping: resume)
    let found = resume ? try Progress(of: InputFile(file.partialPath), bytes, ends) : nil
    let progress = found ?? nothing
    episodesDone = progress.episodes
    let rows = progress.episodes == 0 ? 0 : ends[progress.episodes - 1]
    state = Mutex(State(rows: rows, checksum: progress.rows, whole: progress, saved: progress))
    guard resume else { return }
    if found != nil { try file.write(progress.bytes, at: 0) }
    try file.truncate(to: found == nil ? 0 : bytes.count + 4 * rows)
  }

  /// Adds the next rows. Called by one thread at a time.
  public func append(_ rows: [UInt32]) throws(FileError) {
    let checksum = rows.withUnsafeBytes { bytes in
      var crc = CRC32()
      crc.update(bytes)
      return crc.value
    }
    try state.withLock { (state) throws(FileError) in try append(rows, checksum, &state) }
  }

  private func append(_ rows: [UInt32], _ checksum: UInt32, _ state: inout State) throws(FileError) {
    let end = state.rows + rows.count
    precondition(end <= ends.last ?? 0, "DatasetWriter: row \(end) of \(ends.last ?? 0)")
    if rows.count >= interval.rowsAtOnce, state.pending.isEmpty {
      try write(rows, before: end)
    } else {
      state.pending += rows
    }
    state.checksum = CRC32.joined(state.checksum, checksum, secondBytes: 4 * rows.count)
    state.rows = end
    var episodes = state.whole.episodes
    while episodes < ends.count, ends[episodes] <= end { episodes += 1 }
    // The checksum is that of whole episodes only where one ends here.
    if episodes > 0, ends[episodes - 1] == end {
      state.whole = Progress(header: state.whole.header, episodes: episodes, rows: state.checksum)
    }
    // Last, when all that is kept speaks of these rows: whoever saves after a failure writes them where they belong.
    if state.pending.count >= interval.rowsAtOnce { try flush(&state, before: end) }
  }

  private func flush(_ state: inout State, before end: Int) throws(FileError) {
    guard !state.pending.isEmpty else { return }
    try write(state.pending, before: end)
    state.pending.removeAll(keepingCapacity: true)
  }

  private func write(_ rows: [UInt32], before end: Int) throws(FileError) {
    let result = rows.withUnsafeBytes { bytes in
      Result { () throws(FileError) in try file.write(bytes, at: header.count + 4 * (end - rows.count)) }
    }
    try result.get()
  }

  /// Brings whole episodes to the disk where it is time again, so that they outlive a kill and a loss of power. Other
  /// threads add rows meanwhile.
  public func saveNowAndThen() throws(FileError) { try save(after: interval) }

  /// Brings all whole episodes to the disk, for `resume` to go on with; without any the file is removed.
  /// - Returns: how many there are.
  public func leave() throws(FileError) -> Int {
    guard !state.withLock({ $0.isFinished }) else { return ends.count }
    defer { if episodesSaved == 0 { file.discard() } }
    try save(after: nil)
    return episodesSaved
  }

  /// Whole episodes that are on the disk, for `resume` to go on with.
  public var episodesSaved: Int { state.withLock { $0.saved.episodes } }

  /// Removes what there is.
  public func discard() { file.discard() }

  /// - Parameter interval: what must have passed since the last time; nil for nothing.
  private func save(after interval: SaveInterval?) throws(FileError) {
    let due = try state.withLock { (state) throws(FileError) -> Progress? in
      let added = rows(state.whole) - rows(state.saved)
      guard !state.isSaving, added > 0 else { return nil }
      if let interval {
        guard added >= interval.rows || state.lastSave.duration(to: .now) >= interval.time else { return nil }
      }
      try flush(&state, before: state.rows)
      state.isSaving = true
      return state.whole
    }
    guard let progress = due else { return }
    defer { state.withLock { $0.isSaving = false } }
    // First the rows, then what says that they are there.
    try file.synchronize()
    try file.write(progress.bytes, at: 0)
    try file.synchronize()
    state.withLock {
      $0.saved = progress
      $0.lastSave = .now
    }
  }

  private func rows(_ progress: Progress) -> Int { progress.episodes == 0 ? 0 : ends[progress.episodes - 1] }

  /// Puts the file in its place, when all rows are there.
  public func finish() throws(FileError) {
    try state.withLock { (state) throws(FileError) in
      precondition(state.rows == ends.last ?? 0, "DatasetWriter: \(state.rows) rows of \(ends.last ?? 0)")
      try flush(&state, before: state.rows)
      var end: [UInt8] = []
      end.appendLittleEndian(state.checksum)
      try file.write(end, at: header.count + 4 * state.rows)
      // What stands in the place of the progress last, when all else is on the disk: until then there is something to go on
      // with.
      try file.synchronize()
      try file.write(Array(header[Progress.length...]), at: Progress.length)
      try file.write(Array(header[..<Progress.length]), at: 0)
      state.isFinished = true
    }
    try file.commit()
  }
}
