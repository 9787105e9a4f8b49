import Foundation
import Testing

@Suite("pong train")
struct TrainCommandTests {
  @Test func aWholeRun() throws {
    try Sample.inFolder { folder in
      let run = try CommandRun(["train", "tiny.yaml", "--out", "a/run", "--threads", "1"], in: folder)
      #expect(run.status == 0 && run.output == "")
      // Not a terminal: no bar, no escapes, a line a validated pass and one at the end.
      let lines = run.errors.split(separator: "\n")
      #expect(lines.count == 3 && !run.errors.contains("\u{1b}"))
      #expect(lines.first?.hasPrefix("pass 2 loss 0.") == true)
      #expect(lines.last?.hasPrefix("a/run/best.safetensors: pass ") == true)
      let files = try Sample.files("\(folder)/a/run")
      #expect(
        Set(files.keys)
          == [
            "config.yaml", "metrics.jsonl", "best.safetensors", "last.safetensors", "state.safetensors",
            "state.previous.safetensors",
          ])

      // The same again, by default in runs/NAME-seedSEED, on more threads.
      #expect(try CommandRun(["train", "tiny.yaml", "--threads", "2"], in: folder).status == 0)
      #expect(try Sample.files("\(folder)/runs/tiny-seed0") == files)

      // A finished run has nothing left to do.
      let again = try CommandRun(["train", "tiny.yaml", "--out", "a/run", "--resume"], in: folder)
      #expect(again.status == 0)
      #expect(try Sample.files("\(folder)/a/run") == files)
    }
  }

  /// What changes beside the weights is told with every validated pass.
  @Test func progressTellsOfLabelsAndOfTheGraph() throws {
    try Sample.inFolder { folder in
      let run = try CommandRun(
        [
          "train", "tiny.yaml", "--out", "run", "--set", "training.passes=4", "--set",
          "aggregation={rounds: 1, frames: 130, steps: 65, every: 2}", "--set",
          "training.rewire={method: set, every: 1}",
        ], in: folder)
      #expect(run.status == 0, "\(run.errors)")
      let lines = run.errors.split(separator: "\n").dropLast()
      let line = /pass (\d) loss 0\.\d{4} frames (\d+)(, teacher agrees 0\.\d\d)? rewired (\d+) rate .* left/
      let told = try lines.map { try #require($0.wholeMatch(of: line), "\($0)").output }
      #expect(told.map(\.1) == ["2", "4"] && told.map(\.2) == ["400", "530"])
      #expect(told.map { $0.3 != nil } == [false, true])
      let rewired = told.compactMap { Int($0.4) }
      #expect(rewired[0] > 0 && rewired[1] > rewired[0])
    }
  }

  @Test func aDemonstrationFromAFile() throws {
    try Sample.inFolder { folder in
      let generate = ["demos", "generate", "--expert", "interceptor", "--frames", "400", "--out", "d.pong"]
      #expect(try CommandRun(generate, in: folder).status == 0)
      #expect(try CommandRun(["train", "tiny.yaml", "--out", "a"], in: folder).status == 0)
      #expect(
        try CommandRun(["train", "tiny.yaml", "--out", "b", "--data", "d.pong"], in: folder).status == 0)
      // The same demonstration, so the same play and metrics.
      let (a, b) = (try Sample.files("\(folder)/a"), try Sample.files("\(folder)/b"))
      #expect(a["metrics.jsonl"] == b["metrics.jsonl"])
      #expect(a["config.yaml"] != b["config.yaml"])
      let nothing = try CommandRun(["train", "tiny.yaml", "--data", ""], in: folder)
      #expect(nothing.status == 64)
      #expect(nothing.errors == "pong: --data: found nothing, expected a file or folder\n")
      // A name is a name, whatever it would be in a config, and stands for all that a config says of a demonstration.
      for (index, name) in ["d #1.pong", "null.pong", "[x]: *y.pong", " d.pong"].enumerated() {
        try FileManager.default.copyItem(atPath: "\(folder)/d.pong", toPath: "\(folder)/\(name)")
        let run = try CommandRun(
          [
            "train", "tiny.yaml", "--out", "\(index)", "--data", name, "--set", "data.noise=0.5", "--set",
            "data.steps=100",
          ], in: folder)
        #expect(run.status == 0, "\(name): \(run.errors)")
        #expect(try Sample.files("\(folder)/\(index)")["metrics.jsonl"] == b["metrics.jsonl"], "\(name)")
      }
    }
  }

  @Test(arguments: [SIGINT, SIGTERM])
  func interruptedAndResumed(_ signal: Int32) throws {
    try Sample.inFolder { folder in
      let train = [
        "train", "tiny.yaml", "--set", "training.passes=6000", "--set", "validation.every=500", "--out",
      ]
      let straight = try CommandRun(train + ["straight"], in: folder)
      #expect(straight.status == 0)

      // The first validated pass tells that it is at work.
      let process = try CommandRun.start(train + ["stopped"], in: folder)
      try waitUntil { try !String(contentsOfFile: "\(folder)/.run.err", encoding: .utf8).isEmpty }
      kill(process.processIdentifier, signal)
      let stopped = try CommandRun(process, in: folder)
      #expect(stopped.exited && stopped.status == 128 + signal)
      #expect(stopped.output == "")
      let last = try #require(stopped.errors.split(separator: "\n").last)
      #expect(last.hasPrefix("stopped in pass "))
      #expect(last.hasSuffix(" of 6000; all is saved in stopped, --resume goes on"))

      let resumed = try CommandRun(train + ["stopped", "--resume"], in: folder)
      #expect(resumed.status == 0)
      #expect(try Sample.files("\(folder)/stopped") == Sample.files("\(folder)/straight"))
    }
  }

  /// Killed after a growing time, again and again, until it gets to its end.
  @Test func killedAtAnyTimeItGivesTheSameBytes() throws {
    try Sample.inFolder { folder in
      let train = [
        "train", "tiny.yaml", "--set", "training.passes=400", "--set", "validation.every=3", "--out",
      ]
      #expect(try CommandRun(train + ["straight"], in: folder).status == 0)
      var (kills, partly) = (0, 0)
      for delay in sequence(first: 0.005, next: { $0 * 1.2 }).prefix(60) {
        let resume = FileManager.default.fileExists(atPath: "\(folder)/killed") ? ["--resume"] : []
        let process = try CommandRun.start(train + ["killed"] + resume, in: folder)
        let deadline = Date(timeIntervalSinceNow: delay)
        while process.isRunning && Date() < deadline { usleep(500) }
        kill(process.processIdentifier, SIGKILL)
        let run = try CommandRun(process, in: folder)
        // No state is ever damaged by a kill.
        #expect(!run.errors.contains("pong:"), "\(run.errors)")
        if run.exited {
          #expect(run.status == 0)
          break
        }
        kills += 1
        if FileManager.default.fileExists(atPath: "\(folder)/killed/state.safetensors") { partly += 1 }
      }
      #expect(kills >= 4 && partly >= 1, "\(kills) kills, \(partly) with a state to go on from")
      #expect(try Sample.files("\(folder)/killed") == Sample.files("\(folder)/straight"))
    }
  }

  @Test func aSecondSignalEndsItAtOnce() throws {
    try Sample.inFolder { folder in
      // A validation that takes minutes: the first signal waits for its end.
      let process = try CommandRun.start(
        [
          "train", "tiny.yaml", "--out", "run", "--set", "validation.every=1", "--set",
          "validation.sessions=4096",
          "--set", "validation.steps=1000000",
        ], in: folder)
      try waitUntil { FileManager.default.fileExists(atPath: "\(folder)/run/state.safetensors") }
      try waitForWork(0.5, by: process)
      kill(process.processIdentifier, SIGINT)
      try waitForWork(0.5, by: process)
      #expect(process.isRunning)
      kill(process.processIdentifier, SIGTERM)
      let run = try CommandRun(process, in: folder)
      #expect(run.exited && run.status == 143 && run.output == "" && run.errors == "")
      #expect(try CommandRun(["model", "info", "run"], in: folder).status == 0)
    }
  }

  @Test func aSecondProcessInTheSameFolderIsRefused() throws {
    try Sample.inFolder { folder in
      let train = ["train", "tiny.yaml", "--set", "training.passes=100000", "--out", "run"]
      let process = try CommandRun.start(train, in: folder, name: "first")
      try waitUntil { FileManager.default.fileExists(atPath: "\(folder)/run/state.safetensors") }
      var others = [train, train + ["--resume"]]
      #if Viewer
        let watch = ["watch", "--train", "run/config.yaml", "--out", "run"]
        others.append(watch + ["--frames", "1", "--screenshot", "x.png"])
      #endif
      for arguments in others {
        let second = try CommandRun(arguments, in: folder)
        #expect(second.exited && second.status == 74 && second.output == "")
        #expect(second.errors == "pong: run: cannot be written: another process is training there\n")
      }
      // Who only reads is let in.
      #expect(try CommandRun(["model", "info", "run"], in: folder).status == 0)
      // The kernel lets go of the lock of a process that was killed, and nothing of it is left to be seen.
      kill(process.processIdentifier, SIGKILL)
      _ = try CommandRun(process, in: folder, name: "first")
      let names = try FileManager.default.contentsOfDirectory(atPath: "\(folder)/run")
      #expect(
        names.allSatisfy {
          $0.contains(".safetensors") || $0.hasPrefix("config.") || $0.hasPrefix("metrics.")
        })
      let resumed = try CommandRun.start(train + ["--resume"], in: folder)
      try waitUntil { try !String(contentsOfFile: "\(folder)/.run.err", encoding: .utf8).isEmpty }
      kill(resumed.processIdentifier, SIGTERM)
      #expect(try CommandRun(resumed, in: folder).status == 143)
    }
  }

  @Test func aDamagedStateIsALineAndTheOneBeforeTakesOver() throws {
    try Sample.inFolder(trained: true) { folder in
      let files = try Sample.files("\(folder)/run")
      try Sample.write("x", "\(folder)/run/state.safetensors")
      let run = try CommandRun(["train", "tiny.yaml", "--out", "run", "--resume"], in: folder)
      #expect(run.status == 0 && run.output == "")
      #expect(
        run.errors.hasPrefix(
          "pong: run/state.safetensors: found a file that is cut or changed: it has no checksum, expected crc32 in "
            + "its metadata; going on from run/state.previous.safetensors, pass 2\npass 3 loss "))
      #expect(try Sample.files("\(folder)/run") == files)
    }
  }

  @Test func divergenceIsALineAndLeavesAReadableRun() throws {
    try Sample.inFolder { folder in
      let wild = ["training.learning_rate=10", "training.weight_decay=100", "training.passes=40"]
      let arguments = ["train", "tiny.yaml", "--out", "run"] + wild.flatMap { ["--set", $0] }
      let run = try CommandRun(
        arguments + ["--set", "validation.every=40", "--set", "training.average=0"], in: folder)
      #expect(run.exited && run.status == 65 && run.output == "")
      #expect(run.errors.hasPrefix("pong: training diverged in pass "))
      #expect(run.errors.split(separator: "\n").count == 1)
      #expect(try CommandRun(["model", "info", "run"], in: folder).status == 0)
    }
  }
}
