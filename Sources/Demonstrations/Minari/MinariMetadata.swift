import Foundation
import PongEngine
import Storage

/// What metadata.json says.
struct MinariMetadata {
  /// Bytes of the file at most.
  private static let limit = 4 << 20

  private let path: String
  private let entries: [String: Any]
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
    guard bytes.count <= MinariMetadata.limit,
      let object = try? JSONSerialization.jsonObject(with: Data(bytes)),
      let entries = object as? [String: Any]
    else {
      throw .malformed(
        path: path, offset: nil, found: "\(bytes.count) bytes that are no object of JSON",
        expected: "one of at most \(MinariMetadata.limit) bytes")
    }
    self.entries = entries
    episodes = try MinariMetadata.episodes(entries, path)
    try readMetadata()
    try readLeftOut()
  }

  private static func malformed(_ path: String, _ key: String, _ found: Any?, _ expected: String) -> FileError
  {
    let text = found.map { "\($0)".prefix(100) } ?? "nothing"
    return .malformed(path: path, offset: nil, found: "\(key) \(text)", expected: expected)
  }

  private func malformed(_ key: String, _ expected: String) -> FileError {
    MinariMetadata.malformed(path, key, entries[key], expected)
  }

  private static func episodes(_ entries: [String: Any], _ path: String) throws(FileError) -> Int {
    guard entries["data_format"] as? String ?? "hdf5" == "hdf5" else {
      throw malformed(path, "data_format", entries["data_format"], "hdf5")
    }
    guard let count = entries["total_episodes"] as? Int, (0...Int(Int32.max)).contains(count) else {
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
    if let expert = try string("expert") ?? (entries["algorithm_name"] as? String) {
      metadata.expert = expert
    }
    if let text = try string("seed") {
      guard let seed = UInt64(text) else { throw malformed("seed", "a number of 64 bits, as text") }
      metadata.seed = seed
    }
    if let version = entries["engine_version"] {
      guard let number = version as? Int, (0...Int(UInt32.max)).contains(number) else {
        throw malformed("engine_version", "0 to \(UInt32.max)")
      }
      metadata.engineVersion = number
    }
  }

  private func string(_ key: String) throws(FileError) -> String? {
    guard let value = entries[key] else { return nil }
    guard let text = value as? String else { throw malformed(key, "text") }
    return text
  }

  private mutating func readLeftOut() throws(FileError) {
    guard let value = entries["left_out"] else { return }
    let expected = "a list of positions with their seeds and rows, in order"
    guard let list = value as? [[String: Any]] else { throw malformed("left_out", expected) }
    for entry in list {
      let seed = (entry["seed"] as? String).flatMap { UInt64($0) }
      let row = (entry["row"] as? Int).map { Int64($0) }
      guard let position = entry["position"] as? Int, position > leftOut.last?.position ?? -1,
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
