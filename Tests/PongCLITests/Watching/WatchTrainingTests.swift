import Foundation
import PongViewer
import TestSupport
import Testing

@testable import PongCLI
@testable import Training

@Suite("pong watch --train", .enabled(if: Viewer.hasWindow))
struct WatchTrainingTests {
  static let config = """
    name: tiny
    model: {type: tnd, neurons: 40, density: 0.3}
    data: {expert: interceptor, frames: 400}
    training: {streams: 40, chunk: 4, passes: 30, learning_rate: 0.01}
    validation: {every: 10, sessions: 3, steps: 200}
    """

  /// Watched to whatever end the time allows, again and again: it ends as `pong train` does.
  @Test func goesOnToTheBytesOfAPlainRun() throws {
    try withTemporaryFolder { folder in
      let config = "\(folder)/tiny.yaml"
      try WatchTrainingTests.config.write(toFile: config, atomically: true, encoding: .utf8)
      let watched = "\(folder)/watched"
      var finished = false
      for _ in 0..<50 where !finished {
        let result = try PongProcess.run([
          "watch", "--train", config, "--out", watched, "--frames", "60", "--size", "320x240", "--screenshot",
          "\(folder)/picture.ppm",
        ])
        #expect(result.status == 0, "\(result.errors)")
        finished = result.errors == "finished with 30 of 30 passes; the run is in \(watched)\n"
        #expect(
          finished || result.errors.hasSuffix("is saved in \(watched), the same command goes on\n"),
          "\(result.errors)")
      }
      #expect(finished)
      let plain = "\(folder)/plain"
      #expect(try PongProcess.run(["train", config, "--out", plain]).status == 0)
      for name in ["best.safetensors", "last.safetensors", "metrics.jsonl", "state.safetensors"] {
        let files = try [watched, plain].map { try Data(contentsOf: URL(filePath: "\($0)/\(name)")) }
        #expect(files[0] == files[1], "\(name)")
      }
    }
  }

  @Test func theWindowSaysHowFarItIs() {
    var progress = BackgroundTraining.Progress()
    #expect(WatchTraining.word(progress) == "training")
    var pass = TrainingMetrics(
      pass: 5, updates: 50, loss: 0.1, gradientNorm: 1, learningRate: 0.001,
      aggregation: .init(frames: 40_000))
    progress.passes = [pass]
    #expect(WatchTraining.word(progress) == "training on 40000 labels")
    pass.rewired = 12
    progress.passes.append(pass)
    #expect(WatchTraining.word(progress) == "training on 40000 labels, 12 rewired")
    progress.phase = .finished
    #expect(WatchTraining.word(progress) == "finished; the best plays")
  }

  /// What the system says about the display is its own.
  @Test(arguments: [[], ["--terminal"], ["tnd", "--save", "a.replay"]])
  func withNothingToPlayOnNothingIsMade(_ more: [String]) throws {
    try withTemporaryFolder { folder in
      try WatchTrainingTests.config.write(toFile: "\(folder)/tiny.yaml", atomically: true, encoding: .utf8)
      let pong = try PongProcess(["watch", "--train", "tiny.yaml"] + more, folder: folder)
      let result = try pong.finish()
      #expect(result.exited && result.status == 74 && result.output.isEmpty)
      #expect(result.errors.count { $0 == "\n" } == 1, "\(result.errors)")
      #expect(result.errors.hasPrefix("pong: no \(more == ["--terminal"] ? "terminal" : "display") ("))
      #expect(try Repository.names(folder) == ["tiny.yaml"])
    }
  }

  @Test func wrongUseIsAnErrorBeforeAnythingStarts() throws {
    try withTemporaryFolder { folder in
      let config = "\(folder)/tiny.yaml"
      try WatchTrainingTests.config.write(toFile: config, atomically: true, encoding: .utf8)
      let out = ["--out", "\(folder)/run"]
      let cases: [([String], Int32, String)] = [
        (out, 64, "--out: found no --train, expected it too"),
        (["--train", "/nowhere.yaml"] + out, 66, "/nowhere.yaml"),
        (
          ["--train", config, "--rules", "classic"] + out, 64,
          "--rules: found classic, expected reference, those of --train"
        ),
        (
          ["--train", config, "tnd", "tnd", "tnd", "tnd", "tnd", "tnd"] + out, 64,
          "found 6 agents, expected 5 at most beside the one in training"
        ),
        (["--train", config, "--speed", "0"] + out, 64, "--speed: found \"0\""),
      ]
      for (arguments, code, text) in cases {
        let result = try PongProcess.run(["watch"] + arguments + ["--screenshot", "\(folder)/p.ppm"])
        #expect(result.status == code && result.errors.contains(text), "\(result.errors)")
      }
      #expect(!FileManager.default.fileExists(atPath: "\(folder)/run"))
    }
  }
}
