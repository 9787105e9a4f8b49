import Foundation

/// Paths inside the checkout, found from this source file.
public enum Repository {
  /// The folder of Package.swift.
  public static let root: URL = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// A file under Tests/Goldens.
  public static func golden(_ name: String) -> URL { root.appending(path: "Tests/Goldens/\(name)") }
}

/// Runs `body` with the path of a new empty folder, removed afterwards.
public func withTemporaryFolder<Result>(_ body: (String) throws -> Result) throws -> Result {
  let folder = FileManager.default.temporaryDirectory.appending(path: "pong-test-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  return try body(folder.path)
}

extension Repository {
  /// The names of what is in a folder, sorted.
  public static func names(_ folder: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
  }
}
