import PongEngine
import Storage

extension DatasetStream {
  /// The dataset in a file, or in the files of a set: all its shards, in any order, named one by one or by their folder.
  ///
  /// - Parameters:
  ///   - paths: files, or folders, which stand for their `.pong` files.
  ///   - rules: those of a file that does not say.
  ///   - alignment: what the paddle bits of a file that does not say show.
  ///   - part: whether a shard that is named itself may stand alone; the one shard of a folder may not.
  /// - Throws: `DatasetFormatError` or `FileError`, which says the file that is in the way or the shard that is missing.
  public init(
    paths: [String], rules: RuleSet = .reference, alignment: PaddleAlignment? = nil, part: Bool = false
  ) throws {
    let files = try paths.flatMap(DatasetStream.files)
    if files.count == 1, let file = files.first {
      self = try DatasetStream.opened(file, rules, alignment)
      if let shard, !part || paths != [file] { throw shard.alone(file) }
      return
    }
    self.init(
      shards: try DatasetStream.ordered(
        files.map { file in
          guard case .files(let readers) = try DatasetStream.opened(file, rules, alignment).source else {
            throw FileError.malformed(
              path: file, offset: nil, found: "no shard",
              expected: "a shard of a set, as one of \(files.count) files")
          }
          return readers[0]
        }))
  }

  /// The files that a path stands for: itself, or the `.pong` files of a folder.
  public static func files(_ path: String) throws(FileError) -> [String] {
    guard Folder.exists(path), (try? DatasetFormat(path: path)) != .minari else { return [path] }
    let folder = path.hasSuffix("/") ? String(path.dropLast()) : path
    let files = Folder.names(path).filter { $0.hasSuffix(".pong") }.map { "\(folder)/\($0)" }
    guard !files.isEmpty else {
      throw .malformed(
        path: path, offset: nil, found: "a folder without .pong files", expected: "the shards of a set")
    }
    return files
  }

  /// The dataset of one file: only recordings and forms other than `.pong` are read whole.
  private static func opened(
    _ path: String, _ rules: RuleSet, _ alignment: PaddleAlignment?
  ) throws -> DatasetStream {
    // A set whose folder is missing has no ending to be wrong.
    guard AtomicFile.exists(path) || (try? DatasetFormat(path: path)) != nil else {
      throw FileError.notFound(path: path)
    }
    guard try DatasetFormat(path: path) == .pong else {
      return DatasetStream(try Dataset(path: path, rules: rules, alignment: alignment))
    }
    let file = try InputFile(path)
    let isRecording = try file.count >= 12 && file.bytes(8..<12) == [UInt8(RecordingFormat.version), 0, 0, 0]
    return isRecording
      ? DatasetStream(try DatasetFile.decode(file.whole(), path: path))
      : DatasetStream(try DatasetReader(file))
  }

  /// The shards in their order, if they are those of one set, each once.
  private static func ordered(_ readers: [DatasetReader]) throws(FileError) -> [DatasetReader] {
    guard let first = readers.first, let set = first.header.shard else {
      throw .malformed(
        path: readers.first?.path ?? "", offset: 8, found: "a whole dataset",
        expected: "a shard of a set, as one of \(readers.count) files")
    }
    var shards: [Int: DatasetReader] = [:]
    for reader in readers {
      let shard = try reader.check(isOfSetOf: first)
      if let twin = shards[shard.index] {
        throw .malformed(
          path: reader.path, offset: 36,
          found: "shard \(shard.index) of \(shard.count), which \(twin.path) is too",
          expected: "each shard once")
      }
      shards[shard.index] = reader
    }
    // As many as are told: a header may speak of billions.
    let missing = Array((0..<set.count).lazy.filter { shards[$0] == nil }.prefix(9))
    guard missing.isEmpty else {
      let some = missing.prefix(8).map { "\($0)" }.joined(separator: ", ") + (missing.count > 8 ? " ..." : "")
      throw .malformed(
        path: first.path, offset: nil, found: "\(readers.count) of the \(set.count) shards of its set",
        expected: "shard \(some) too")
    }
    let ordered = (0..<set.count).compactMap { shards[$0] }
    let steps = ordered.reduce(0) { $0 + $1.header.rows }
    guard steps == set.steps else {
      throw .malformed(
        path: first.path, offset: 48, found: "\(set.steps) steps", expected: "\(steps), as its shards have")
    }
    return ordered
  }
}

extension DatasetReader {
  /// The file's shard, if it is of the same set as another.
  fileprivate func check(isOfSetOf other: DatasetReader) throws(FileError) -> DatasetShard {
    guard let shard = header.shard, let set = other.header.shard else {
      throw .malformed(
        path: path, offset: 8, found: "a whole dataset",
        expected: "a shard of the set that \(other.path) is of")
    }
    let (own, their) = (header.metadata, other.header.metadata)
    let fields: [(offset: Int, name: String, found: String, expected: String)] = [
      (16, "rules", own.ruleSet.name, their.ruleSet.name),
      (17, "alignment", own.alignment.name, their.alignment.name),
      (20, "engine version", "\(own.engineVersion)", "\(their.engineVersion)"),
      (24, "seed", "\(own.seed)", "\(their.seed)"),
      (40, "number of shards", "\(shard.count)", "\(set.count)"),
      (44, "number of episodes", "\(shard.episodes)", "\(set.episodes)"),
      (48, "number of steps", "\(shard.steps)", "\(set.steps)"),
      (DatasetHeader.fixedShardHeader, "expert", own.expert, their.expert),
    ]
    if let field = fields.first(where: { $0.found != $0.expected }) {
      throw .malformed(
        path: path, offset: field.offset, found: "\(field.name) \(field.found)",
        expected: "\(field.expected), as in \(other.path)")
    }
    return shard
  }
}

extension DatasetShard {
  /// The error of a shard where a dataset is wanted.
  func alone(_ path: String) -> FileError {
    .malformed(
      path: path, offset: 8, found: "shard \(index) of \(count) alone",
      expected: "all of them, or their folder")
  }
}
