import Foundation
import TestSupport
import Testing

/// What the commands are tried on.
enum Sample {
  /// A run that takes about a second at most.
  static let config = """
    name: tiny
    model: {type: tnd, neurons: 40, density: 0.3}
    data: {expert: interceptor, frames: 400}
    training: {streams: 40, chunk: 4, passes: 3, learning_rate: 0.01}
    validation: {every: 2, sessions: 3, steps: 200}

    """

  /// A folder with tiny.yaml and, if asked for, the finished run `run`.
  static func inFolder(trained: Bool = false, _ body: (String) throws -> Void) throws {
    try withTemporaryFolder { folder in
      try write(config, "\(folder)/tiny.yaml")
      if trained {
        let run = try CommandRun(["train", "tiny.yaml", "--out", "run"], in: folder)
        #expect(run.status == 0 && run.output == "", "\(run.errors)")
      }
      try body(folder)
    }
  }

  static func write(_ text: String, _ path: String) throws {
    try Data(text.utf8).write(to: URL(filePath: path))
  }

  static func files(_ folder: String) throws -> [String: Data] {
    var files: [String: Data] = [:]
    for name in try FileManager.default.contentsOfDirectory(atPath: folder) {
      files[name] = try Data(contentsOf: URL(filePath: "\(folder)/\(name)"))
    }
    return files
  }
}
