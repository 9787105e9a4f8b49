import Demonstrations
import Foundation
import PongViewer
import Storage
import TestSupport
import Testing

@Suite("--policy: another program plays")
struct PolicyCommandTests {
  private let stay = "while read -r line; do [ $line = reset ] || echo stay; done"

  @Test func evaluates() throws {
    try withTemporaryFolder { folder in
      let run = try CommandRun(
        ["evaluate", "--policy", stay, "--protocol", "all", "--sessions", "2", "--steps", "400", "--json"],
        in: folder)
      #expect(run.status == 0, "\(run.errors)")
      let result = try #require(
        try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])
      #expect(result["agent"] as? String == stay)
      #expect(result["rules"] as? String == "reference")
      #expect((result["misses"] as? Int ?? 0) > 0)
      let failed = try CommandRun(["evaluate", "--policy", "exit 9", "--rules", "classic"], in: folder)
      #expect(failed.status == 74)
      #expect(
        failed.errors
          == "pong: --policy exit 9: line 1 of its output: found its end with exit status 9, expected right, left or stay\n"
      )
      #expect(failed.output.isEmpty)
    }
  }

  @Test func makesDemonstrations() throws {
    try withTemporaryFolder { folder in
      let arguments = ["demos", "generate", "--policy", stay, "--frames", "300", "--episodes", "3", "--out"]
      let made = try CommandRun(arguments + ["d.pong"], in: folder)
      #expect(made.status == 0, "\(made.errors)")
      let info = try CommandRun(["demos", "info", "d.pong"], in: folder)
      #expect(info.output.contains("program: while read"), "\(info.output)")
      // A fresh process a game, so that what one remembers does not depend on which game was done first.
      let counting =
        "n=0; while read a; do [ $a = reset ] || { n=$((n+1)); [ $n -le 9 ] && echo left || echo right; }; done"
      for jobs in ["1", "3"] {
        let run = try CommandRun(
          [
            "demos", "generate", "--policy", counting, "--frames", "140", "--episodes", "7", "--jobs", jobs,
            "--out",
            "\(jobs).pong",
          ], in: folder)
        #expect(run.status == 0, "\(run.errors)")
      }
      let (one, three) = try (AtomicFile.read("\(folder)/1.pong"), AtomicFile.read("\(folder)/3.pong"))
      #expect(one == three)
      #expect(
        try DatasetFile.decode(one, path: "a").episodes.allSatisfy { $0.actions[8...9] == [.left, .right] })
      let failed = try CommandRun(
        ["demos", "generate", "--policy", "read a; read a; echo no", "--out", "e.pong"], in: folder)
      #expect(failed.status == 65)
      #expect(failed.errors.hasSuffix("line 1 of its output: found \"no\", expected right, left or stay\n"))
      #expect(!AtomicFile.exists("\(folder)/e.pong") && !AtomicFile.exists("\(folder)/e.pong.part"))
    }
  }

  /// What a program has not said is no row: whoever goes on after it failed gets what one that never fails gives.
  @Test func goesOnWhereAProgramFailed() throws {
    try withTemporaryFolder { folder in
      try Sample.write("n=0\nwhile read a; do [ $a = reset ] || echo right; done\n", "\(folder)/whole.sh")
      // Dies in its third game.
      try Sample.write(
        "echo >> games\nn=0\nwhile read a; do [ $a = reset ] || { n=$((n+1)); [ $(wc -l < games) -gt 2 ] && [ $n -gt 20 ] && exit 1; echo right; }; done\n",
        "\(folder)/failing.sh")
      func generate(_ program: String, _ more: [String]) throws -> CommandRun {
        try Sample.write(try SlurmCommandTests.text("\(folder)/\(program).sh"), "\(folder)/play.sh")
        return try CommandRun(
          [
            "demos", "generate", "--policy", "sh play.sh", "--frames", "200", "--episodes", "5", "--jobs",
            "1",
            "--out",
          ] + more, in: folder)
      }
      #expect(try generate("failing", ["a.pong"]).status == 74)
      #expect(!AtomicFile.exists("\(folder)/a.pong"))
      let resumed = try generate("whole", ["a.pong", "--resume"])
      #expect(resumed.status == 0, "\(resumed.errors)")
      #expect(try generate("whole", ["b.pong"]).status == 0)
      #expect(try AtomicFile.read("\(folder)/a.pong") == AtomicFile.read("\(folder)/b.pong"))
    }
  }

  @Test(.enabled(if: Viewer.hasWindow)) func isWatched() throws {
    try withTemporaryFolder { folder in
      let run = try CommandRun(
        ["watch", "tnd", "--policy", stay, "--frames", "20", "--screenshot", "a.ppm", "--save", "a.replay"],
        in: folder)
      #expect(run.status == 0, "\(run.errors)")
      #expect(FileManager.default.fileExists(atPath: "\(folder)/a.ppm"))
      let failed = try CommandRun(
        ["watch", "tnd", "--policy", "exit 9", "--frames", "200", "--screenshot", "b.ppm"], in: folder)
      #expect(failed.status == 74)
      #expect(failed.errors.contains("line 1 of its output: found its end with exit status 9"))
    }
  }

  /// Whatever ends the game ends the program that plays it, and one signal is one.
  @Test(arguments: [
    ("evaluate --sessions 1 --steps 100000000", SIGHUP), ("evaluate --sessions 1 --steps 100000000", SIGINT),
    ("watch --seconds 900 --record film.html", SIGINT), ("watch --seconds 900 --record film.html", SIGTERM),
  ])
  func programsDoNotOutliveTheGame(_ command: String, _ signal: Int32) throws {
    try withTemporaryFolder { folder in
      let words = command.split(separator: " ").map(String.init)
      // One that does not notice the end of its input, and says who it is once the game is underway.
      let program =
        "while read -r line; do n=$((n+1)); [ $n != 4 ] || echo $$ >pid; [ $line = reset ] || echo stay; done; exec sleep 900"
      let pong = try PongProcess.hearingHangups {
        try PongProcess([words[0], "--policy", program] + words.dropFirst(), folder: folder)
      }
      func pid() -> Int32? {
        let text = try? String(contentsOfFile: "\(folder)/pid", encoding: .utf8)
        return text.flatMap { Int32($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
      }
      try waitUntil { pid() != nil }
      let child = try #require(pid())
      pong.send(signal)
      let result = try pong.finish()
      #expect(result.status == 128 + signal, "\(result.status) \(result.errors)")
      // The program does not go on without a game.
      try waitUntil { kill(child, 0) != 0 }
      let left = try FileManager.default.contentsOfDirectory(atPath: folder)
      #expect(!left.contains { $0.hasSuffix(".tmp") }, "\(left)")
      guard words.contains("film.html") else { return }
      let page = try String(contentsOfFile: "\(folder)/film.html", encoding: .utf8)
      #expect(page.hasSuffix("</html>\n"))
    }
  }

  @Test(arguments: [
    (["evaluate"], "found no agent, expected one, or --policy"),
    (["evaluate", "tnd", "--policy", "x"], "--policy: found tnd too, expected one of them"),
    (["evaluate", "--policy", " "], "--policy: found nothing, expected a command"),
    (["evaluate", "--policy", "x", "--policy", "y"], "--policy: found 2, expected one"),
    (
      ["evaluate", "--policy", "x", "--perturb", "neurons=0.1"],
      "--perturb: found a lesion of x, expected a network"
    ),
    (
      ["watch", "--policy", "x", "--perturb", "edges=0.1"],
      "--perturb: found a lesion of x, expected a network"
    ),
    (
      ["demos", "generate", "--policy", "x", "--expert", "tracker", "--out", "a.pong"],
      "--policy: found --expert too, expected one of them"
    ),
    (
      ["watch", "tnd", "tnd", "tnd", "tnd", "tnd", "tnd", "--policy", "x"],
      "found 7 agents, expected 6 at most"
    ),
  ])
  func errors(_ arguments: [String], _ message: String) throws {
    try withTemporaryFolder { folder in
      let run = try CommandRun(arguments, in: folder)
      #expect(run.status == 64)
      #expect(run.errors.contains(message), "\(run.errors)")
    }
  }
}
