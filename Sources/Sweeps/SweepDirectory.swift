import Foundation
import Storage
import Training

/// The folder of a sweep: cells/CELL.json are the results, runs/CELL the run directories, locks what sweeps hold
/// while they work.
public struct SweepDirectory: Sendable {
  /// The folder.
  public let path: String

  /// A folder that may not exist yet.
  public init(_ path: String) { self.path = path }

  /// A path from the root on, without links: one text however it was written.
  public static func resolved(_ path: String) -> String {
    URL(fileURLWithPath: path).standardizedFileURL.resolvingSymlinksInPath().path
  }

  /// Whether a file would lie among the results.
  public func isAmongResults(_ file: String) -> Bool {
    SweepDirectory.resolved(file).hasPrefix(SweepDirectory.resolved(cellsPath) + "/")
  }

  /// The folder of the results.
  public var cellsPath: String { "\(path)/cells" }

  /// The file of a cell's result.
  public func resultPath(_ cell: SweepCell) -> String { resultPath(named: cell.name) }

  /// The file of the result of the cell of this name.
  public func resultPath(named name: String) -> String { "\(cellsPath)/\(name).json" }

  /// The run directory of a cell.
  public func run(_ cell: SweepCell) -> RunDirectory { run(named: cell.name) }

  /// The run directory of the cell of this name.
  public func run(named name: String) -> RunDirectory { RunDirectory("\(path)/runs/\(name)") }

  /// What lies at a cell's result path.
  enum Found {
    case nothing
    case result(CellResult)
    /// The cell's own, but it was to play otherwise; one line for a person.
    case played(CellResult, String)
    /// Something else; one line for a person.
    case unusable(String)
  }

  /// Looks for the result of a cell: one that is whole and of the config and demonstration that the cell has now.
  /// - Parameters:
  ///   - config: the config.
  ///   - checksum: the demonstration's, asked for where there is a result.
  ///   - rounds: how many it is to have played, if it plays.
  /// - Throws: what `checksum` throws.
  func result(
    of cell: SweepCell, _ config: Setting, rounds: Int, checksum: () throws -> String
  ) throws -> Found {
    let path = resultPath(cell)
    let result: CellResult
    do {
      result = try CellResult(contentsOf: path)
    } catch FileError.notFound {
      return .nothing
    } catch {
      return .unusable("\(error)")
    }
    guard result.cell == cell.name, result.role == cell.role, result.config == config else {
      return .unusable("\(path): found the result of another config, expected that of \(cell.name)")
    }
    let expected = try checksum()
    guard result.demonstrationCRC32 == expected else {
      return .unusable(
        "\(path): found a result from demonstration \(result.demonstrationCRC32), expected one from \(expected)"
      )
    }
    if let played = result.play?.rounds.sessions, played != rounds {
      return .played(result, "\(path): found a result of \(played) rounds, expected \(rounds)")
    }
    if let played = result.play?.perturbed.map(\.perturbation), played != cell.perturbations {
      return .played(
        result,
        "\(path): found a result of the perturbations \(played.map(\.text)), expected "
          + "\(cell.perturbations.map(\.text))")
    }
    if let play = result.play, (play.graph != nil) != cell.measuresGraph {
      return .played(
        result,
        "\(path): found a result \(play.graph == nil ? "without" : "with") measures of the graph, expected one "
          + "\(cell.measuresGraph ? "with" : "without")")
    }
    return .result(result)
  }

  /// Writes a cell's result, then drops what only an unfinished run needs.
  func keep(_ result: CellResult, of cell: SweepCell) throws(FileError) {
    let path = resultPath(cell)
    try Folder.make(containing: path)
    try result.write(to: path)
    run(cell).dropUnfinished()
  }

  /// Removes what killed writes of results left behind: of all, while no other sweep is at work here, or of a cell, while
  /// it is locked.
  func dropHalfWritten(of cell: SweepCell? = nil) {
    let folder = cell.map { Folder.containing(resultPath($0)) } ?? "\(path)/cells"
    let start = cell.map { resultPath($0).dropFirst(folder.count + 1) + "." } ?? ""
    let names = cell == nil ? FileManager.default.subpaths(atPath: folder) ?? [] : Folder.names(folder)
    for name in names where name.hasPrefix(start) && name.hasSuffix(".tmp") {
      AtomicFile.remove("\(folder)/\(name)")
    }
  }

  /// The lock of a whole sweep, for as long as the returned value lives: held by nobody else.
  public func lock() throws(FileError) -> FileLock {
    try held("locks/sweep", shared: false)
  }

  /// The locks of one cell, so that cells of one sweep can run as jobs of their own: that of the sweep together
  /// with other jobs, that of the cell alone.
  public func lock(_ cell: SweepCell) throws(FileError) -> [FileLock] {
    [try held("locks/sweep", shared: true), try held("locks/cells/\(cell.name)", shared: false)]
  }

  /// The lock of those who submit the sweep's cells as jobs.
  func lockSubmission() throws(FileError) -> FileLock {
    try held("locks/submission", shared: false, by: "another submission")
  }

  /// Makes sure that the folder's file system keeps what cells on several machines rely on: that a lock keeps others
  /// out, and that a file takes the place of another by a rename. What other machines see cannot be tried from one.
  /// - Throws: `FileError` that says what does not hold.
  func checkFileSystem() throws(FileError) {
    let file = "\(path)/locks/trial"
    try Folder.make(containing: file)
    let first = try FileLock(file, shared: false)
    guard first != nil, try FileLock(file, shared: false) == nil else {
      // Another submission may hold it this very moment.
      guard first == nil else {
        throw .unwritable(
          path: path, reason: "its file system does not keep locks (flock), which keep cells apart")
      }
      return
    }
    for text in ["one", "two"] { try AtomicFile.write(text: text, to: "\(file).text") }
    guard try AtomicFile.read("\(file).text") == Array("two".utf8) else {
      throw .unwritable(path: path, reason: "its file system does not replace files by a rename")
    }
    AtomicFile.remove("\(file).text")
    withExtendedLifetime(first) {}
  }

  private func held(
    _ name: String, shared: Bool, by others: String = "another sweep"
  ) throws(FileError) -> FileLock {
    let file = "\(path)/\(name)"
    try Folder.make(containing: file)
    guard let lock = try FileLock(file, shared: shared) else {
      throw .unwritable(path: path, reason: "\(others) is at work there")
    }
    return lock
  }
}
