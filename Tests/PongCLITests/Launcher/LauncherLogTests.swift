import Foundation
import TestSupport
import Testing

/// Where the launcher's log goes, and what `./pong test` prints.
@Suite("The launcher's log and tests")
struct LauncherLogTests {
  /// A tree whose builds fail, and the log that its call names.
  private func failingLog(_ tree: LauncherTree, environment: [String: String] = [:]) throws -> String {
    try tree.write("state/build", "echo 'no luck'; exit 1\n")
    let run = try tree.run(["--version"], environment: environment)
    #expect(run.status == 1)
    #expect(run.steps.contains("no luck"))
    return try #require(run.errors.firstMatch(of: /pong: all of the output is in (.*)\n/)).1.description
  }

  @Test func callsAtTheSameTimeKeepLogsApart() throws {
    try withTemporaryFolder { folder in
      let tree = try LauncherTree(folder)
      let build = "\(folder)/tree/.build"
      try FileManager.default.createDirectory(atPath: build, withIntermediateDirectories: true)
      try tree.write("tree/.build/pong.log", "of another call\n")
      // This process lives, so the log is taken.
      let mine = String(ProcessInfo.processInfo.processIdentifier)
      try FileManager.default.createSymbolicLink(
        atPath: "\(build)/pong.log.writer", withDestinationPath: mine)
      let log = try failingLog(tree)
      #expect(log.contains(/\/tree\/\.build\/pong\.\d+\.log$/), "\(log)")
      #expect(try String(contentsOfFile: log, encoding: .utf8).contains("no luck"))
      #expect(try tree.read("tree/.build/pong.log") == "of another call\n")
      // Where all goes well, no second log stays.
      try FileManager.default.removeItem(atPath: log)
      try tree.write("state/build", "")
      #expect(try tree.run(["--version"]).status == 0)
      #expect(try Repository.names(build) == ["compiler", "pong.log", "pong.log.writer", "run-headless"])
      // A writer that is gone, as after a kill, is none.
      try FileManager.default.removeItem(atPath: "\(build)/pong.log.writer")
      try FileManager.default.createSymbolicLink(
        atPath: "\(build)/pong.log.writer", withDestinationPath: "999999999")
      try tree.write("tree/Package.swift", "// Changed.\n")
      #expect(try failingLog(tree) == "\(build)/pong.log")
      #expect(!(try Repository.names(build)).contains("pong.log.writer"))
    }
  }

  @Test func aLogThatCannotBeWrittenGoesElsewhere() throws {
    try withTemporaryFolder { folder in
      let tree = try LauncherTree(folder)
      try FileManager.default.createDirectory(
        atPath: "\(folder)/tree/.build/pong.log", withIntermediateDirectories: true)
      let log = try failingLog(tree)
      #expect(log.hasPrefix("\(folder)/temporary/pong."))
      #expect(try String(contentsOfFile: log, encoding: .utf8).contains("no luck"))
      // Nowhere at all: then everything is printed.
      let run = try tree.run(["--version"], environment: ["TMPDIR": "\(folder)/nowhere"])
      #expect(run.status == 1)
      #expect(run.steps == ["pong: building", "no luck", "pong: building ... failed after N s"])
      try FileManager.default.removeItem(atPath: log)
      try tree.write("state/build", "")
      #expect(try tree.run(["--version"]).steps == ["pong: building ... N s"])
      #expect(try Repository.names("\(folder)/temporary").isEmpty)
    }
  }

  @Test func testsPrintTheirOwnOutputOnly() throws {
    try withTemporaryFolder { folder in
      let tree = try LauncherTree(folder)
      try tree.write("state/libraries", "")
      try tree.write("state/build", "echo '[1/2] Compiling'\n")
      let run = try tree.run(["test", "--filter", "TND"])
      #expect(run.status == 0)
      #expect(
        run.output.contains(/^swift test --scratch-path .*\.build\/tests .*--skip-build --filter TND\n$/))
      #expect(
        run.steps == [
          "pong: checking the format ... N s", "pong: fetching packages ... N s",
          "pong: building the tests ... N s", "on stderr",
        ])
      try tree.write("state/build", "echo 'T.swift:1:1: error: no'; exit 1\n")
      let broken = try tree.run(["test"])
      #expect(broken.status == 1 && broken.output.isEmpty)
      #expect(
        broken.steps == [
          "pong: checking the format ... N s", "pong: building the tests ... failed after N s",
          "T.swift:1:1: error: no", "pong: all of the output is in \(folder)/tree/.build/pong.log",
        ])
      try tree.write("state/format", "echo 'a.swift:1:1: error: [Spacing] add 1 space' >&2; exit 1\n")
      try tree.write("tree/Sources/a.swift", "")
      let untidy = try tree.run(["test"])
      #expect(untidy.status == 1 && untidy.output.isEmpty)
      #expect(
        untidy.steps == [
          "pong: checking the format ... failed after N s", "a.swift:1:1: error: [Spacing] add 1 space",
          "pong: all of the output is in \(folder)/tree/.build/pong.log",
        ])
    }
  }
}
