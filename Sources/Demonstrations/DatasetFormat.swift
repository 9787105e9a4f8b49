import PongEngine
import Storage

/// The forms a dataset is kept in; a file's ending tells which.
public enum DatasetFormat: String, CaseIterable, Sendable {
  /// `DatasetFile`: checksummed, complete.
  case pong
  /// `DemonstrationText`: the published form; rows only.
  case txt
  /// `DemonstrationNumPy`.
  case npz
  /// `MinariDataset`, a folder.
  case minari

  /// The format of a file, by its ending.
  public init(path: String) throws(DatasetFormatError) {
    let ending = fileEnding(path)
    guard let format = DatasetFormat(rawValue: ending) else {
      throw DatasetFormatError(path: path, ending: ending)
    }
    self = format
  }

  /// Whether a file of this format can be written there, to be asked before any work.
  /// - Throws: `FileError` where the folder is not there, the format is not built, or a folder to be made is there.
  public func checkWritable(_ path: String) throws(FileError) {
    try AtomicFile.checkFolder(of: path)
    if self == .npz, !ZipArchive.isBuilt { throw .unwritable(path: path, reason: ZipArchive.notBuilt) }
    if self == .minari { try MinariDataset.checkWritable(path) }
  }
}

/// A file whose ending names no format.
public struct DatasetFormatError: UserFacingError, Equatable {
  /// The file.
  public let path: String
  /// Its ending, without the dot; empty if it has none.
  public let ending: String

  /// Wrong usage.
  public var exitCode: Int32 { 64 }
  /// One line for a person.
  public var description: String {
    "\(path.printable()): found \(ending.isEmpty ? "no ending" : "the ending .\(ending.printable())"), expected .pong, .txt, .npz or .minari"
  }
}

extension Dataset {
  /// What is assumed of files that do not say: the published human demonstration.
  public static let published = DatasetMetadata(expert: "unknown", alignment: .afterMove)

  /// Reads a dataset from a file, in the format that its ending tells.
  ///
  /// - Parameters:
  ///   - rules: those of a file that does not say.
  ///   - alignment: what the paddle bits of a file that does not say show; nil for what the rows of text tell, and
  ///     else as published.
  /// - Throws: `DatasetFormatError` or `FileError`.
  public init(path: String, rules: RuleSet = .reference, alignment: PaddleAlignment? = nil) throws {
    var defaults = Dataset.published
    defaults.ruleSet = rules
    if let alignment { defaults.alignment = alignment }
    switch try DatasetFormat(path: path) {
    case .pong: self = try DatasetFile.read(path)
    case .txt:
      self = try DemonstrationText.decode(AtomicFile.read(path), metadata: defaults, path: path)
      metadata.alignment = alignment ?? shownAlignment ?? metadata.alignment
    case .npz:
      self = try DemonstrationNumPy.decode(AtomicFile.read(path), metadata: defaults, path: path)
    case .minari: self = try MinariDataset.read(path, metadata: defaults)
    }
  }

  /// Replaces the file at `path` by this dataset, rows verbatim, in the format that its ending tells.
  /// - Throws: `DatasetFormatError` or `FileError`.
  public func write(to path: String) throws {
    switch try DatasetFormat(path: path) {
    case .pong: try DatasetFile.write(self, to: path)
    case .txt: try AtomicFile.write(DemonstrationText.encode(self), to: path)
    case .npz: try AtomicFile.write(try DemonstrationNumPy.encode(self, path: path), to: path)
    case .minari: try MinariDataset.write(self, to: path)
    }
  }
}
