import Demonstrations
import Foundation
import PongEngine
import Storage

/// A demonstration as a Minari dataset (format of Minari 0.5, HDF5 storage).
///
/// The folder is one for datasets, as MINARI_DATASETS_PATH names: `minari.load_dataset("pong/EXPERT-v0")` opens
/// what lies in it under pong/EXPERT-v0/data. Observations are MultiBinary(24), what the player saw before each
/// action; actions Discrete(3). An episode is truncated at its end, never terminated; episodes without a row are
/// left out. Attributes of an episode: `last_action`, the action after its last observation, and `seed` where
/// it is known. metadata.json has rules, seed, engine and program version beside Minari's own keys.
public enum MinariDataset {
  /// The ending of the folder's name.
  public static let ending = "minari"
  /// The version of Minari whose format this is.
  static let minariVersion = "0.5.4"

  /// Whether a path names such a folder.
  public static func isNamed(by path: String) -> Bool { path.hasSuffix(".\(ending)") }

  /// The identifier by which Minari loads the dataset.
  public static func identifier(_ dataset: Dataset) -> String {
    let name = dataset.metadata.expert.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" }
    return "pong/\(name.isEmpty ? "unknown" : String(name))-v0"
  }

  /// Makes the folder, whole or not at all.
  /// - Throws: `InterchangeError.notBuilt` without the trait Minari, `.failed` where libhdf5 refuses;
  ///   `FileError` where something is in the way or the folder cannot be made.
  public static func write(_ dataset: Dataset, to path: String) throws {
    #if Minari
      guard !AtomicFile.exists(path) else {
        throw FileError.malformed(
          path: path, offset: nil, found: "something of that name", expected: "a new name for the folder")
      }
      try AtomicFile.checkFolder(of: path)
      let temporary = "\(path).\(ProcessInfo.processInfo.processIdentifier).tmp"
      let data = "\(temporary)/\(identifier(dataset))/data"
      defer { try? FileManager.default.removeItem(atPath: temporary) }
      try Folder.make(data)
      let episodes = MinariDataset.episodes(dataset)
      // libhdf5 does not see to it that its file is on the disk; AtomicFile does.
      let draft = "\(temporary)/draft"
      do {
        try writeEpisodes(episodes, to: draft)
      } catch let failure as HDF5File.Failure {
        throw InterchangeError.failed(path: path, what: failure.what)
      }
      let bytes = try AtomicFile.read(draft)
      try AtomicFile.write(bytes, to: "\(data)/main_data.hdf5")
      try? FileManager.default.removeItem(atPath: draft)
      let text = metadata(dataset, episodes, bytes: bytes.count).json
      try AtomicFile.write(text: text + "\n", to: "\(data)/metadata.json")
      do {
        try FileManager.default.moveItem(atPath: temporary, toPath: path)
      } catch {
        throw FileError.unwritable(path: path, reason: "the folder cannot be made")
      }
    #else
      throw InterchangeError.notBuilt(format: "Minari datasets", trait: "Minari")
    #endif
  }

  /// The episodes as Minari keeps them, what the player saw.
  static func episodes(_ dataset: Dataset) -> [MinariEpisode] {
    let rules = Rules.preset(dataset.metadata.ruleSet)
    return dataset.asSeenByAgent.episodes.compactMap { MinariEpisode($0, rules: rules) }
  }

  /// The content of metadata.json; `bytes` is the size of the data.
  static func metadata(_ dataset: Dataset, _ episodes: [MinariEpisode], bytes: Int) -> Setting {
    let metadata = dataset.metadata
    return .map([
      .init("dataset_id", .string(identifier(dataset))), .init("minari_version", .string(minariVersion)),
      .init("data_format", .string("hdf5")), .init("jpeg_encoding", .boolean(false)),
      .init("total_episodes", .integer(episodes.count)),
      .init("total_steps", .integer(episodes.reduce(0) { $0 + $1.steps })),
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
      .init("program_version", .string(Program.version)),
    ])
  }

  #if Minari
    private static func writeEpisodes(_ episodes: [MinariEpisode], to path: String) throws {
      let file = try HDF5File(path)
      for (index, episode) in episodes.enumerated() {
        try file.group("episode_\(index)") { group in
          try group.attribute("id", Int64(index))
          try group.attribute("total_steps", Int64(episode.steps))
          try group.attribute("last_action", episode.lastAction)
          if let seed = episode.seed { try group.attribute("seed", seed) }
          try group.add("observations", episode.observations, columns: Observation.count)
          try group.add("actions", episode.actions)
          try group.add("rewards", episode.rewards)
          try group.add("terminations", [Bool](repeating: false, count: episode.steps))
          try group.add("truncations", (0..<episode.steps).map { $0 == episode.steps - 1 })
        }
      }
      try file.close()
    }
  #endif
}
