import PongEngine
import Storage

/// What metadata.json says.
struct MinariMetadata {
  /// Bytes of the file at most.
  private static let limit = 4 << 20

  private let path: String
  private let entries: Setting
  /// What holds for the rows; their alignment is known when the episodes are.
  private var metadata: DatasetMetadata
  private var isRecorded = false
  /// Whether this program wrote it: only then seeds are those of serves.
  private var isOwn: Bool { entries["engine_version"] != nil }
  /// Episodes in the file.
  let episodes: Int
  private var leftOut: [MinariContent.LeftOut] = []

  /// The content of metadata.json; `bytes` is the size of the data.
  static func setting(_ dataset: Dataset, _ content: MinariContent, bytes: Int) -> Setting {
    let metadata = dataset.metadata
    var entries: [Setting.Entry] = [
      .init("dataset_id", .string(MinariDataset.identifier(dataset))),
      .init("minari_version", .string(MinariDataset.minariVersion)),
      .init("data_format", .string("hdf5")), .init("jpeg_encoding", .boolean(false)),
      .init("total_episodes", .integer(content.episodes.count)),
      .init("total_steps", .integer(content.episodes.reduce(0) { $0 + $1.steps })),
      // Megabytes, to one decimal.
      .init("dataset_size", .number((Double(bytes) / 100_000).rounded() / 10)),
      .init(
        "observation_space", .string("{\"type\": \"MultiBinary\", \"n\": \(Observation.count)}")),
      .init(
        "action_space",
        .string(
          "{\"type\": \"Discrete\", \"dtype\": \"int64\", \"start\": 0, \"n\": \(Action.allCases.count)}")),
      .init("algorithm_name", .string(metadata.expert)),
      .init("author", .list([.string("pong \(Program.version)")])),
      .init(
        "description",
        .string(
          "Pong, \(metadata.ruleSet.name) rules. Actions: 0 right, 1 left, 2 stay. Rewards: 1 for a catch, -1 for a miss."
        )),
      .init("rules", .string(metadata.ruleSet.name)), .init("expert", .string(metadata.expert)),
      // As text: a seed takes all 64 bits.
      .init("seed", .string("\(metadata.seed)")), .init("engine_version", .integer(metadata.engineVersion)),
      .init("alignment", .string(metadata.alignment.name)),
      .init("program_version", .string(Program.version)),
    ]
    if !content.leftOut.isEmpty { entries.append(.init("left_out", .list(content.leftOut.map(setting)))) }
    return .map(entries)
  }

  private static func setting(_ leftOut: MinariContent.LeftOut) -> Setting {
    var entries = [Setting.Entry("position", .integer(leftOut.position))]
    if let seed = leftOut.seed { entries.append(.init("seed", .string("\(seed)"))) }
    if let row = leftOut.row { entries.append(.init("row", .integer(Int(row)))) }
    return .map(entries)
  }

  // MARK: Reading

  /// Reads the bytes of the file; `defaults` hold where it does not say.
  init(_ bytes: [UInt8], _ defaults: DatasetMetadata, path: String) throws(FileError) {
    self.path = path
    metadata = defaults
    metadata.alignment = .beforeMove
    guard bytes.count <= MinariMetadata.limit else {
      throw .malformed(
        path: path, offset: nil, found: "\(bytes.count) bytes", expected: "at most \(MinariMetadata.limit)")
    }
    // A value takes two bytes at least.
    entries = try Setting(json: bytes, path: path, mostValues: bytes.count / 2 + 1)
    episodes = try MinariMetadata.episodes(entries, path)
    try readMetadata()
    try readLeftOut()
  }

  private func malformed(_ key: String, _ expected: String) -> FileError {
    MinariMetadata.malformed(path, key, entries[key], expected)
  }

  private static func malformed(
    _ path: String, _ key: String, _ found: Setting?, _ expected: String
  ) -> FileError {
    .malformed(path: path, offset: nil, found: "\(key) \((found ?? .null).found)", expected: expected)
  }

  private static func episodes(_ entries: Setting, _ path: String) throws(FileError) -> Int {
    guard case .map = entries else {
      throw .malformed(path: path, offset: nil, found: entries.found, expected: "an object of JSON")
    }
    guard (entries["data_format"] ?? .string("hdf5")) == .string("hdf5") else {
      throw malformed(path, "data_format", entries["data_format"], "hdf5")
    }
    guard case .integer(let count) = entries["total_episodes"], (0...Int(Int32.max)).contains(count) else {
      throw malformed(path, "total_episodes", entries["total_episodes"], "a whole number from 0 on")
    }
    return count
  }

  private mutating func readMetadata() throws(FileError) {
    if let name = try string("rules") {
      guard let rules = RuleSet(name: name) else { throw malformed("rules", "reference or classic") }
      metadata.ruleSet = rules
    }
    if let name = try string("alignment") {
      guard let alignment = PaddleAlignment(name: name) else {
        throw malformed("alignment", "before_move or after_move")
      }
      isRecorded = alignment == .afterMove
    }
    if let expert = try string("expert") {
      metadata.expert = expert
    } else if case .string(let name) = entries["algorithm_name"] {
      metadata.expert = name
    }
    if let text = try string("seed") {
      guard let seed = UInt64(text) else { throw malformed("seed", "a number of 64 bits, as text") }
      metadata.seed = seed
    }
    if let version = entries["engine_version"] {
      guard case .integer(let number) = version, (0...Int(UInt32.max)).contains(number) else {
        throw malformed("engine_version", "0 to \(UInt32.max)")
      }
      metadata.engineVersion = number
    }
  }

  private func string(_ key: String) throws(FileError) -> String? {
    guard let value = entries[key] else { return nil }
    guard case .string(let text) = value else { throw malformed(key, "text") }
    return text
  }

  private mutating func readLeftOut() throws(FileError) {
    guard let value = entries["left_out"] else { return }
    let expected = "a list of positions with their seeds and rows, in order"
    guard case .list(let list) = value else { throw malformed("left_out", expected) }
    for entry in list {
      let seed: UInt64? = if case .string(let text) = entry["seed"] { UInt64(text) } else { nil }
      let row: Int64? = if case .integer(let number) = entry["row"] { Int64(number) } else { nil }
      guard case .integer(let position) = entry["position"], position > leftOut.last?.position ?? -1,
        position < episodes + list.count, (seed == nil) == (entry["seed"] == nil),
        (row == nil) == (entry["row"] == nil), row.map({ isRecorded && MinariEpisode.row($0) != nil }) ?? true
      else { throw malformed("left_out", expected) }
      leftOut.append(.init(position: position, seed: seed, row: row))
    }
  }

  /// The demonstration of the episodes in the file: as it was recorded, where all of them say how.
  func dataset(_ read: [(seen: Episode, recorded: MinariEpisode.Recorded?)]) throws(FileError) -> Dataset {
    var dataset = Dataset(metadata: metadata, episodes: [])
    let isRecorded = isRecorded && read.allSatisfy { $0.recorded != nil }
    if isRecorded { dataset.metadata.alignment = .afterMove }
    for (number, var episode) in read.enumerated() {
      if !isOwn { episode.seen.seed = nil }
      guard isRecorded, let recorded = episode.recorded else {
        dataset.episodes.append(episode.seen)
        continue
      }
      guard let first = MinariEpisode.row(recorded.first), let last = UInt32(exactly: recorded.last) else {
        throw .malformed(
          path: path, offset: nil, found: "episode \(number) with other recorded_first and recorded_last",
          expected: "a row and an observation")
      }
      dataset.episodes.append(
        MinariEpisode.recorded(episode.seen, first: first, last: Observation(bits: last)))
    }
    for place in leftOut {
      var episode = Episode(seed: place.seed)
      if let row = place.row.flatMap(MinariEpisode.row) { episode.append(row.observation, row.action) }
      dataset.episodes.insert(episode, at: place.position)
    }
    return dataset
  }
}
