import Foundation
import PongEngine
import Storage

/// A demonstration as a Minari dataset (format of Minari 0.5, HDF5 storage), through libhdf5. A build without the trait
/// Minari has none.
///
/// The folder is one for datasets, as MINARI_DATASETS_PATH names: `minari.load_dataset("pong/EXPERT-v0")` opens
/// what lies in it under pong/EXPERT-v0/data. Observations are MultiBinary(24), what the player saw before each
/// action; actions Discrete(3). An episode is truncated at its end, never terminated.
///
/// What Minari has no place for stands in attributes of its own, so that the demonstration reads back as it was:
///
/// - of an episode: `last_action`, the action after its last observation; `seed` where it is known; where rows show the
///   paddle after the move also `recorded_first`, the first row, and `recorded_last`, the last row's observation;
/// - in metadata.json: rules, alignment, expert, seed, engine and program version; `left_out`, the episodes that
///   Minari cannot hold.
///
/// Datasets that others made with Minari are read where they are of this kind: observations of 24 whole numbers or truth
/// values that are 0 or 1, actions 0, 1 and 2. Then every row is what the player saw.
public enum MinariDataset {
  /// The version of Minari whose format this is.
  static let minariVersion = "0.5.4"
  /// The name of the file with the episodes.
  static let dataName = "main_data.hdf5"
  /// The name of the file that describes them.
  static let metadataName = "metadata.json"

  /// Whether this build has libhdf5.
  static var isBuilt: Bool {
    #if Minari
      true
    #else
      false
    #endif
  }

  /// Why a folder is neither read nor written without it.
  static let notBuilt =
    "this build has no Minari datasets; build with the trait Minari: PONG_TRAITS=Minari ./pong ..., or swift build "
    + "-c release --traits default,Minari"

  /// The identifier by which Minari loads the dataset.
  public static func identifier(_ dataset: Dataset) -> String {
    let name = dataset.metadata.expert.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" }
    return "pong/\(name.isEmpty ? "unknown" : String(name))-v0"
  }

  // MARK: Writing

  /// That a folder can be made there, to be asked before any work.
  static func checkWritable(_ path: String) throws(FileError) {
    guard isBuilt else { throw .unwritable(path: path, reason: notBuilt) }
    guard !AtomicFile.exists(path) else {
      throw .malformed(
        path: path, offset: nil, found: "something of that name", expected: "a new name for the folder")
    }
  }

  /// Makes the folder, whole or not at all.
  /// - Throws: `FileError`: something is in the way, the folder cannot be made, or there is no libhdf5.
  static func write(_ dataset: Dataset, to path: String) throws(FileError) {
    let path = path.hasSuffix("/") ? String(path.dropLast()) : path
    try checkWritable(path)
    #if Minari
      try AtomicFile.checkFolder(of: path)
      let making = "\(path).\(ProcessInfo.processInfo.processIdentifier)"
      let (temporary, draft) = ("\(making).tmp", "\(making).draft.tmp")
      let data = "\(temporary)/\(identifier(dataset))/data"
      defer {
        for left in [temporary, draft] { try? FileManager.default.removeItem(atPath: left) }
      }
      try Folder.make(data)
      let content = MinariContent(dataset)
      // libhdf5 does not see to it that its file is on the disk; AtomicFile does.
      try MinariWriter.write(content.episodes, to: draft, naming: path)
      let bytes = try AtomicFile.read(draft)
      try AtomicFile.write(bytes, to: "\(data)/\(dataName)")
      let text = MinariMetadata.setting(dataset, content, bytes: bytes.count).json
      try AtomicFile.write(text: text + "\n", to: "\(data)/\(metadataName)")
      try Folder.move(temporary, to: path)
    #endif
  }

  // MARK: Reading

  /// The demonstration in a folder; `metadata` holds where the dataset does not say.
  /// - Throws: `FileError`: nothing there, no dataset or several, one of another kind, or there is no libhdf5.
  static func read(_ path: String, metadata: DatasetMetadata) throws(FileError) -> Dataset {
    guard isBuilt else { throw .unreadable(path: path, reason: notBuilt) }
    guard AtomicFile.exists(path) else { throw .notFound(path: path) }
    #if Minari
      let folder = try dataFolder(path)
      let text = "\(folder)/\(metadataName)"
      let found = try MinariMetadata(try AtomicFile.read(text), metadata, path: text)
      return try found.dataset(try MinariReader.read("\(folder)/\(dataName)", episodes: found.episodes))
    #else
      throw .unreadable(path: path, reason: notBuilt)
    #endif
  }

  /// The one data folder in or below a folder: names of datasets may have a few slashes.
  private static func dataFolder(_ path: String) throws(FileError) -> String {
    guard Folder.exists(path) else {
      throw .malformed(path: path, offset: nil, found: "a file", expected: "the folder of a Minari dataset")
    }
    var level = [path]
    var found: [String] = []
    for _ in 0..<6 {
      found += level.map { "\($0)/data" }.filter { AtomicFile.exists("\($0)/\(metadataName)") }
      level = level.flatMap { folder in
        Folder.names(folder).map { "\(folder)/\($0)" }.filter(Folder.exists)
      }
    }
    guard found.count == 1 else {
      throw .malformed(
        path: path, offset: nil, found: "\(found.isEmpty ? "no" : "\(found.count)") data/\(metadataName)",
        expected: "one Minari dataset")
    }
    return found[0]
  }
}
