import Foundation
import Storage
import Sweeps

/// All results of a sweep's folder.
public struct SweepResults: Sendable {
  /// The folder.
  public let path: String
  /// The cells, by name; numbers within names by their value.
  public let cells: [CellResult]

  /// Reads and verifies every result under `path`/cells.
  /// - Throws: `FileError` or `SettingError` that names the folder where there is nothing to report, or the
  ///   first file that is not the result its name says.
  public init(contentsOf path: String) throws {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw FileError.notFound(path: path)
    }
    let root = "\(path)/cells"
    let names = SweepResults.results(under: root)
    guard !names.isEmpty else {
      throw FileError.malformed(
        path: path, offset: nil, found: "no results",
        expected: "the folder of a sweep, with cells/NAME.json; `pong sweep` makes one")
    }
    let cells = try names.map { name in
      let cell = try CellResult(contentsOf: "\(root)/\(name).json")
      guard cell.cell == name else {
        throw FileError.malformed(
          path: "\(root)/\(name).json", offset: nil, found: "the result of the cell \(cell.cell)",
          expected: "that of \(name)")
      }
      return cell
    }
    self.init(path: path, cells: cells)
  }

  /// Results that are read already.
  public init(path: String, cells: [CellResult]) {
    self.path = path
    self.cells = cells.sorted { SweepResults.precedes($0.cell, $1.cell) }
  }

  /// The names of the results in a folder and those within it.
  private static func results(under root: String) -> [String] {
    guard let files = FileManager.default.enumerator(atPath: root) else { return [] }
    return files.compactMap { $0 as? String }.filter { $0.hasSuffix(".json") }
      .map { String($0.dropLast(".json".count)) }.sorted(by: precedes)
  }

  /// Folder by folder, by text, but numbers by their value, so that seed=10 comes after seed=2 and 0.4 after 0.05;
  /// never by locale.
  static func precedes(_ a: String, _ b: String) -> Bool {
    let (left, right) = (a.split(separator: "/").map(pieces), b.split(separator: "/").map(pieces))
    guard let (x, y) = zip(left, right).first(where: { $0 != $1 }) else { return left.count < right.count }
    guard let (p, q) = zip(x, y).first(where: { $0 != $1 }) else { return x.count < y.count }
    if let m = Double(p), let n = Double(q), m != n { return m < n }
    return p < q
  }

  /// Runs of digits and points, and runs of others.
  private static func pieces(_ text: Substring) -> [String] {
    var result: [String] = []
    var wasNumber: Bool?
    for scalar in text.unicodeScalars {
      let isNumber = ("0"..."9").contains(scalar) || scalar == "."
      if isNumber == wasNumber {
        result[result.count - 1].unicodeScalars.append(scalar)
      } else {
        result.append(String(scalar))
      }
      wasNumber = isNumber
    }
    return result
  }

  /// The configurations that were run, each with its seeds.
  public var configurations: [Configuration] {
    var order: [String] = []
    var groups: [String: [CellResult]] = [:]
    for cell in cells where cell.role == .run {
      let key = Configuration.key(of: cell)
      if groups[key] == nil { order.append(key) }
      groups[key, default: []].append(cell)
    }
    var tuned: [String: [String]] = [:]
    for cell in cells where cell.role == .tune {
      for entry in cell.grid where tuned[cell.sweep]?.contains(entry.key) != true {
        tuned[cell.sweep, default: []].append(entry.key)
      }
    }
    return order.compactMap { groups[$0] }.map { Configuration($0, tuned: tuned[$0[0].sweep] ?? []) }
  }
}
