import Determinism
import Foundation
import Storage
import Sweeps

/// All results of a sweep's folder.
public struct SweepResults: Sendable {
  /// The folder.
  public let path: String
  /// The cells, by name; numbers within names by their value.
  public let cells: [CellResult]
  /// The configurations that were run, each with its seeds.
  let configurations: [Configuration]

  /// Reads and verifies every result under `path`/cells.
  /// - Throws: `FileError` or `SettingError` that names the folder where there is nothing to report, or the
  ///   first file that is not the result its name says.
  public init(contentsOf path: String) throws {
    guard AtomicFile.exists(path) else { throw FileError.notFound(path: path) }
    let directory = SweepDirectory(path)
    let names = SweepResults.results(under: directory.cellsPath)
    guard !names.isEmpty else {
      throw FileError.malformed(
        path: path, offset: nil, found: "no results",
        expected: "the folder of a sweep, with cells/NAME.json; `pong sweep` makes one")
    }
    self.init(
      path: path, cells: try ThreadTeam().map(names.count) { try SweepResults.cell(names[$0], in: directory) }
    )
  }

  private static func cell(_ name: String, in directory: SweepDirectory) throws -> CellResult {
    let path = directory.resultPath(named: name)
    let cell = try CellResult(contentsOf: path)
    guard cell.cell == name else {
      throw FileError.malformed(
        path: path, offset: nil, found: "the result of the cell \(cell.cell)", expected: "that of \(name)")
    }
    return cell
  }

  /// Results that are read already.
  public init(path: String, cells: [CellResult]) {
    self.path = path
    self.cells = cells.map { (name: NaturalName($0.cell), cell: $0) }.sorted { $0.name < $1.name }.map(\.cell)
    configurations = SweepResults.configurations(self.cells)
  }

  /// The names of the results in a folder and those within it.
  private static func results(under root: String) -> [String] {
    guard let files = FileManager.default.enumerator(atPath: root) else { return [] }
    return files.compactMap { $0 as? String }.filter { $0.hasSuffix(".json") }
      .map { NaturalName(String($0.dropLast(".json".count))) }.sorted().map(\.text)
  }

  /// The configurations of some cells, in their order. Each resamples its rounds, so all cores do.
  private static func configurations(_ cells: [CellResult]) -> [Configuration] {
    var order: [String] = []
    var groups: [String: [CellResult]] = [:]
    for cell in cells where cell.role == .run {
      // A file may have been exchanged between two seeds.
      let key = Configuration.key(of: cell) + cell.demonstrationCRC32
      if groups[key] == nil { order.append(key) }
      groups[key, default: []].append(cell)
    }
    var tuned: [String: [String]] = [:]
    for cell in cells where cell.role == .tune {
      for entry in cell.grid where tuned[cell.sweep]?.contains(entry.key) != true {
        tuned[cell.sweep, default: []].append(entry.key)
      }
    }
    let own = order.compactMap { groups[$0] }
    let known = tuned
    return ThreadTeam().map(own.count) { index in
      Configuration(own[index], tuned: known[own[index][0].sweep] ?? [])
    }
  }
}
