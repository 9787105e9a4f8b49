import PongEngine
import Storage

/// A recording on its way to a file. The file is there from the first `flush` with a row on and can be read at
/// any time; `close` replaces it at once by the closed recording. Used by one thread at a time.
public struct RecordingFile: ~Copyable {
  private let path: String
  /// All that was added: 5 bytes a step, 1 MB an hour.
  private var dataset: Dataset
  private var file: AppendedFile?
  private let replaces: Bool
  private var pending: [UInt8] = []
  private var rows: [UInt32] = []
  /// The seed of the games to come.
  private var seed: UInt64
  /// Whether the next row begins an episode.
  private var isFirst = true

  /// A recording that nothing is in yet; nothing is written.
  ///
  /// - Parameter replaces: whether a file at `path` may be replaced.
  /// - Throws: `FileError`: there is a file that may not be replaced, or its folder cannot be written to.
  public init(path: String, metadata: DatasetMetadata, replaces: Bool) throws(FileError) {
    guard replaces || !AtomicFile.exists(path) else { throw .inTheWay(path) }
    try AtomicFile.checkFolder(of: path)
    self.path = path
    dataset = Dataset(metadata: metadata, episodes: [])
    seed = metadata.seed
    self.replaces = replaces
  }

  /// A game begins, with the serves of a seed.
  public mutating func begin(seed: UInt64) {
    cutBlock()
    self.seed = seed
    isFirst = true
  }

  /// A step of it: what was seen and done.
  public mutating func add(_ observation: Observation, _ action: Action) {
    if isFirst { dataset.episodes.append(Episode(seed: seed)) }
    isFirst = false
    dataset.episodes[dataset.episodes.count - 1].append(observation, action)
    rows.append(rowWord(observation, action))
    if rows.count == RecordingFormat.blockRows { cutBlock() }
  }

  private mutating func cutBlock() {
    guard !rows.isEmpty else { return }
    pending += RecordingFormat.block(
      episode: UInt32(dataset.episodes.count - 1), seed: seed, rows: rows)
    rows.removeAll(keepingCapacity: true)
  }

  /// Brings all that was added to the disk. After an error it is kept for the next try.
  public mutating func flush() throws(FileError) {
    cutBlock()
    if !pending.isEmpty {
      if file == nil {
        let header = try RecordingFormat.header(dataset.metadata, isOpen: true, rows: 0, path: path)
        file = try AppendedFile(path, content: header + pending, replaces: replaces)
      } else {
        try file?.append(pending)
      }
      pending.removeAll(keepingCapacity: true)
    }
    try file?.settle()
  }

  /// Ends the recording: the file becomes a closed one, at once. Without a row no file is made. After an error
  /// the open file still stands.
  public mutating func close() throws(FileError) {
    try flush()
    guard file != nil else { return }
    try AtomicFile.write(try DatasetFile.encode(dataset, path: path), to: path)
    file = nil
  }
}

/// Takes in a person's play as it happens.
public protocol DemonstrationRecorder: AnyObject {
  /// A game begins, with the serves of `SeededServes(seed:)`.
  func begin(seed: UInt64)
  /// A step of it: what the person saw and did.
  func add(_ observation: Observation, _ action: Action)
  /// Why nothing can be written at the moment; nil if all is well.
  var problem: String? { get }
}
