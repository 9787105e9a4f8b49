import Foundation
import TestSupport
import Testing

@Suite("pong sweep")
struct SweepCommandTests {
  static let section = """
    sweep:
      seeds: [0, 1]
      grid: {training.chunk: [2, 4]}
      tune: {key: training.learning_rate, values: [0.001, 0.01], seed: 1000}

    """

  /// A folder with the sweep tiny.yaml, of six cells.
  static func inFolder(passes: Int = 3, _ body: (String) throws -> Void) throws {
    try withTemporaryFolder { folder in
      let config = Sample.config.replacing("passes: 3", with: "passes: \(passes)")
      try Sample.write(config + section, "\(folder)/tiny.yaml")
      try body(folder)
    }
  }

  /// The bytes of all results below a folder, by their path.
  static func cells(_ folder: String) throws -> [String: Data] {
    var files: [String: Data] = [:]
    let names = FileManager.default.enumerator(atPath: "\(folder)/cells")?.allObjects as? [String]
    for name in names ?? [] where name.hasSuffix(".json") {
      files[name] = try Data(contentsOf: URL(filePath: "\(folder)/cells/\(name)"))
    }
    return files
  }

  @Test func aWholeSweep() throws {
    try SweepCommandTests.inFolder { folder in
      let open = """
        0  open      tiny/tune/learning_rate=0.001
        1  open      tiny/tune/learning_rate=0.01
        2  open      tiny/chunk=2/seed=0
        3  open      tiny/chunk=2/seed=1
        4  open      tiny/chunk=4/seed=0
        5  open      tiny/chunk=4/seed=1

        """
      var list = try CommandRun(["sweep", "tiny.yaml", "--list"], in: folder)
      #expect(list.status == 0 && list.output == open && list.errors == "")
      #expect(!FileManager.default.fileExists(atPath: "\(folder)/runs"))

      let run = try CommandRun(["sweep", "tiny.yaml", "--jobs", "2", "--json"], in: folder)
      #expect(run.status == 0)
      #expect(run.output == "{\"cells\": 6, \"finished\": 6, \"ran\": 6, \"failed\": 0}\n")
      // Not a terminal: a line a cell, no escapes.
      let lines = run.errors.split(separator: "\n").map(String.init).sorted()
      #expect(lines.count == 6 && !run.errors.contains("\u{1b}"))
      #expect(
        lines.first?.wholeMatch(
          of: /tiny\/chunk=2\/seed=0: validation rate [01]\.\d{4}, \d+\.\d s, paper mean \d+\.\d\d/) != nil)
      #expect(
        lines.last?.wholeMatch(of: /tiny\/tune\/learning_rate=0.01: validation rate [01]\.\d{4}, \d+\.\d s/)
          != nil)
      list = try CommandRun(["sweep", "tiny.yaml", "--list"], in: folder)
      #expect(list.output == open.replacing("open    ", with: "finished"))

      // Other results are in another folder, the same bytes.
      #expect(
        try CommandRun(["sweep", "tiny.yaml", "--out", "other", "--jobs", "1"], in: folder).status == 0)
      let cells = try SweepCommandTests.cells("\(folder)/runs/sweep")
      #expect(try cells.count == 6 && SweepCommandTests.cells("\(folder)/other") == cells)

      let again = try CommandRun(["sweep", "tiny.yaml", "--json"], in: folder)
      #expect(again.output == "{\"cells\": 6, \"finished\": 6, \"ran\": 0, \"failed\": 0}\n")
      #expect(again.status == 0 && again.errors == "")
      let words = try CommandRun(["sweep", "tiny.yaml", "--out", "other"], in: folder)
      #expect(
        words.status == 0 && words.output == ""
          && words.errors
            == "all 6 cells are finished; pong report other --out report.html makes a page of them\n"
      )
    }
  }

  @Test func severalFilesAndOneCell() throws {
    try SweepCommandTests.inFolder { folder in
      let other = Sample.config.replacing("name: tiny", with: "name: other") + "sweep: {seeds: [7]}\n"
      try Sample.write(other, "\(folder)/other.yaml")
      let sweep = ["sweep", "tiny.yaml", "other.yaml", "--out", "s"]
      let early = try CommandRun(sweep + ["--index", "3"], in: folder)
      #expect(early.status == 65 && early.output == "")
      #expect(
        early.errors
          == "pong: tiny/chunk=2/seed=1: found tuning cells that are not finished, expected results of tiny/tune/learning_rate=0.001 (--index 0), tiny/tune/learning_rate=0.01 (--index 1)\n"
      )
      let one = try CommandRun(sweep + ["--index", "6", "--json"], in: folder)
      #expect(one.status == 0)
      #expect(one.output == "{\"cells\": 7, \"finished\": 1, \"ran\": 1, \"failed\": 0}\n")
      #expect(try SweepCommandTests.cells("\(folder)/s").keys.sorted() == ["other/seed=7.json"])
      let list = try CommandRun(sweep + ["--list", "--json"], in: folder)
      let object = try JSONSerialization.jsonObject(with: Data(list.output.utf8)) as? [String: Any]
      let cells = try #require(object?["list"] as? [[String: Any]])
      #expect(object?["cells"] as? Int == 7 && object?["finished"] as? Int == 1)
      #expect(cells.map { $0["index"] as? Int } == Array(0..<7))
      #expect(cells.map { $0["finished"] as? Bool } == [false, false, false, false, false, false, true])
      #expect(cells.last?["cell"] as? String == "other/seed=7")
    }
  }

  /// Killed after a growing time, again and again, until it gets to its end.
  @Test func killedAtAnyTimeItGivesTheSameBytes() throws {
    try SweepCommandTests.inFolder(passes: 60) { folder in
      #expect(try CommandRun(["sweep", "tiny.yaml", "--out", "straight"], in: folder).status == 0)
      let straight = try SweepCommandTests.cells("\(folder)/straight")
      #expect(straight.count == 6)
      var kills = 0
      var partly = 0
      for delay in sequence(first: 0.02, next: { $0 * 1.25 }).prefix(50) {
        let process = try CommandRun.start(["sweep", "tiny.yaml", "--out", "killed"], in: folder)
        let deadline = Date(timeIntervalSinceNow: delay)
        while process.isRunning && Date() < deadline { usleep(1000) }
        kill(process.processIdentifier, SIGKILL)
        let run = try CommandRun(process, in: folder)
        // No result is ever damaged by a kill, and no run unusable.
        #expect(!run.errors.contains("pong:"), "\(run.errors)")
        if run.exited {
          #expect(run.status == 0)
          break
        }
        kills += 1
        let files = try? FileManager.default.subpathsOfDirectory(atPath: "\(folder)/killed/runs")
        if files?.contains(where: { $0.hasSuffix("state.safetensors") }) == true { partly += 1 }
      }
      #expect(kills >= 4 && partly >= 2, "\(kills) kills, \(partly) in a run")
      #expect(try SweepCommandTests.cells("\(folder)/killed") == straight)
      let files = try FileManager.default.subpathsOfDirectory(atPath: "\(folder)/killed")
      #expect(!files.contains { $0.hasSuffix(".tmp") || $0.hasSuffix("state.safetensors") })
    }
  }

  @Test(arguments: [SIGINT, SIGTERM])
  func interruptedAndGoneOn(_ signal: Int32) throws {
    try SweepCommandTests.inFolder(passes: 2000) { folder in
      let sweep = ["sweep", "tiny.yaml", "--out", "s", "--jobs", "2"]
      let process = try CommandRun.start(sweep, in: folder)
      // A state tells that it is at work.
      let state = "\(folder)/s/runs/tiny/tune/learning_rate=0.001/state.safetensors"
      try waitUntil { FileManager.default.fileExists(atPath: state) }
      kill(process.processIdentifier, signal)
      let stopped = try CommandRun(process, in: folder)
      #expect(stopped.exited && stopped.status == 128 + signal && stopped.output == "")
      #expect(
        stopped.errors == "stopped with 0 of 6 cells finished; all is saved in s, the same command goes on\n")
      #expect(FileManager.default.fileExists(atPath: state))
      #expect(try SweepCommandTests.cells("\(folder)/s").isEmpty)
    }
  }

  @Test func aSecondSweepInTheSameFolderIsRefused() throws {
    try SweepCommandTests.inFolder(passes: 2000) { folder in
      let sweep = ["sweep", "tiny.yaml", "--out", "s"]
      let process = try CommandRun.start(sweep, in: folder, name: "first")
      let state = "\(folder)/s/runs/tiny/tune/learning_rate=0.001/state.safetensors"
      try waitUntil { FileManager.default.fileExists(atPath: state) }
      let second = try CommandRun(sweep, in: folder)
      #expect(second.exited && second.status == 74 && second.output == "")
      #expect(second.errors == "pong: s: cannot be written: another sweep is at work there\n")
      // The kernel lets go of the lock of a process that was killed.
      kill(process.processIdentifier, SIGKILL)
      _ = try CommandRun(process, in: folder, name: "first")
      #expect(try CommandRun(sweep + ["--index", "0"], in: folder).status == 0)
    }
  }

  @Test func aDamagedResultIsALineAndMadeAgain() throws {
    try SweepCommandTests.inFolder { folder in
      let sweep = ["sweep", "tiny.yaml", "--out", "s"]
      #expect(try CommandRun(sweep, in: folder).status == 0)
      let cells = try SweepCommandTests.cells("\(folder)/s")
      let path = "s/cells/tiny/chunk=4/seed=1.json"
      try Sample.write("{}\n", "\(folder)/\(path)")
      let list = try CommandRun(sweep + ["--list"], in: folder)
      #expect(list.status == 0 && list.output.hasSuffix("5  open      tiny/chunk=4/seed=1\n"))
      let found =
        "pong: \(path): found a file that is cut or changed, expected one that ends in \"checksum\": "
      #expect(list.errors.hasPrefix(found) && list.errors.split(separator: "\n").count == 1)
      let run = try CommandRun(sweep, in: folder)
      let lines = run.errors.split(separator: "\n")
      #expect(run.status == 0 && lines.count == 3 && lines[0].hasPrefix(found))
      #expect(lines[0].hasSuffix("; it is made again"))
      #expect(try SweepCommandTests.cells("\(folder)/s") == cells)
    }
  }
}
