import Foundation
import Storage
import Testing

@Suite("pong runs")
struct RunsCommandTests {
  /// What `pong runs --json` says of each run, by its folder.
  static func runs(_ folder: String, _ arguments: [String] = []) throws -> [String: Setting] {
    let run = try CommandRun(["runs", "--json"] + arguments, in: folder)
    #expect(run.status == 0 && run.errors == "")
    guard case .list(let list) = try Setting(json: Array(run.output.utf8), path: "output")["runs"] else {
      return [:]
    }
    return Dictionary(uniqueKeysWithValues: list.map { ($0["run"]?.found ?? "", $0) })
  }

  @Test func finishedStoppedAndTraining() throws {
    try Sample.inFolder { folder in
      #expect(try CommandRun(["runs"], in: folder).errors == "pong: runs: no such file\n")
      #expect(try CommandRun(["train", "tiny.yaml"], in: folder).status == 0)
      let long = ["train", "tiny.yaml", "--set", "training.passes=500000", "--out", "runs/deep/long"]
      let process = try CommandRun.start(long, in: folder, name: "long")
      try waitUntil { try !String(contentsOfFile: "\(folder)/.long.err", encoding: .utf8).isEmpty }
      // The terminal goes: the training stays.
      kill(process.processIdentifier, SIGHUP)
      usleep(100_000)
      #expect(process.isRunning)
      let training = try RunsCommandTests.runs(folder)
      #expect(training.count == 2)
      #expect(training["\"runs/deep/long\""]?["state"] == .string("training"))
      let tiny = try #require(training["\"runs/tiny-seed0\""])
      #expect(tiny["state"] == .string("finished") && tiny["pass"] == tiny["passes"])
      #expect(tiny["model"] == .string("tnd") && tiny["best_rate"]?.asNumber != nil)
      kill(process.processIdentifier, SIGINT)
      #expect(try CommandRun(process, in: folder, name: "long").status == 130)
      let stopped = try RunsCommandTests.runs(folder, ["runs/deep", "runs/tiny-seed0"])
      #expect(stopped["\"runs/deep/long\""]?["state"] == .string("stopped"))
      let text = try CommandRun(["runs", "--watch"], in: folder).output.split(separator: "\n")
      #expect(text.count == 3 && text[0].hasPrefix("run              model  state     pass"))
      #expect(text[1].hasPrefix("runs/deep/long   tnd    stopped   ") && text[1].hasSuffix(" s ago"))
      #expect(text[2].hasPrefix("runs/tiny-seed0  tnd    finished  "))
    }
  }

  /// Links may lead in circles; each run is shown once, by whatever way it was named first.
  @Test func aRunIsShownOnce() throws {
    try Sample.inFolder { folder in
      #expect(try CommandRun(["train", "tiny.yaml"], in: folder).status == 0)
      for name in ["a", "b"] {
        try FileManager.default.createSymbolicLink(atPath: "\(folder)/runs/\(name)", withDestinationPath: ".")
      }
      #expect(try RunsCommandTests.runs(folder, ["runs", "runs", "runs/tiny-seed0"]).count == 1)
    }
  }

  /// What is broken is told, the others are shown all the same.
  @Test func aBrokenRun() throws {
    try Sample.inFolder { folder in
      #expect(try CommandRun(["train", "tiny.yaml"], in: folder).status == 0)
      for (name, text) in [("config.yaml", "training: {passes: no}\n"), ("metrics.jsonl", "{\"pass\": 1\n")] {
        try? FileManager.default.removeItem(atPath: "\(folder)/runs/b")
        try FileManager.default.copyItem(atPath: "\(folder)/runs/tiny-seed0", toPath: "\(folder)/runs/b")
        try text.write(toFile: "\(folder)/runs/b/\(name)", atomically: true, encoding: .utf8)
        let run = try CommandRun(["runs"], in: folder)
        #expect(run.status == 0 && run.output.split(separator: "\n").count == 2)
        #expect(
          run.errors.hasPrefix("pong: runs/b/\(name): ") && run.errors.split(separator: "\n").count == 1)
        // Where there are no others, it is an error.
        #expect(try CommandRun(["runs", "runs/b"], in: folder).status == 65)
      }
    }
  }
}
