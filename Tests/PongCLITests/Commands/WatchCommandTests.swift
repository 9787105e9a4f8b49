import Demonstrations
import Foundation
import PongViewer
import TestSupport
import Testing

@Suite("pong watch: pictures without a display", .enabled(if: Viewer.hasWindow))
struct WatchCommandTests {
  @Test func picturesAreTheSameEveryTime() throws {
    try withTemporaryFolder { folder in
      var files: [Data] = []
      // Whatever FreeType is told elsewhere.
      for (name, properties) in [("a", ""), ("b", "cff:no-stem-darkening=0")] {
        let result = try PongProcess.run(
          [
            "watch", "interceptor", "--rules", "classic", "--seed", "9", "--speed", "4", "--frames", "120",
            "--size", "320x240", "--screenshot", "\(folder)/\(name).bmp", "--stats",
          ], environment: ["FREETYPE_PROPERTIES": properties])
        #expect(result.status == 0)
        #expect(result.errors.hasPrefix("frames: 120 of 320 x 240 pixels\n"))
        files.append(try Data(contentsOf: URL(filePath: "\(folder)/\(name).bmp")))
      }
      #expect(files[0] == files[1])
      #expect(files[0].starts(with: "BM".utf8))
    }
  }

  @Test func agentsPlayByOtherRulesWhereAsked() throws {
    try withTemporaryFolder { folder in
      let result = try PongProcess.run([
        "watch", "tnd", "tracker", "--rules", "classic", "--frames", "60", "--size", "320x240",
        "--screenshot",
        "\(folder)/a.ppm", "--save", "\(folder)/a.replay",
      ])
      #expect(result.status == 0 && result.errors.isEmpty, "\(result.errors)")
      let replay = try ReplayFile.read("\(folder)/a.replay")
      #expect(replay.names == ["tnd", "tracker"] && replay.ruleSet == .classic)
    }
  }

  /// From the start, beside the game, the same every time; an expert has nothing inside but a sentence.
  @Test func looksInsideFromTheStart() throws {
    try withTemporaryFolder { folder in
      func picture(_ arguments: String...) throws -> Data {
        let file = "\(folder)/picture.ppm"
        let result = try PongProcess.run(
          ["watch"] + arguments + ["--frames", "40", "--size", "480x360", "--screenshot", file])
        #expect(result.status == 0 && result.errors.isEmpty && result.output.isEmpty, "\(result.errors)")
        return try Data(contentsOf: URL(filePath: file))
      }
      let inside = try picture("tnd", "--inside")
      #expect(try picture("tnd", "--inside") == inside)
      #expect(try picture("tnd") != inside)
      #expect(try picture("tracker", "--inside") != picture("tracker"))
    }
  }

  /// What is to go wrong does, in the game that is watched and in its replay.
  @Test func aDisturbedGame() throws {
    try withTemporaryFolder { folder in
      func replay(_ perturbation: String...) throws -> Replay {
        let file = "\(folder)/\(perturbation.joined()).replay"
        let result = try PongProcess.run(
          ["watch", "tnd", "--seed", "2"] + perturbation.flatMap { ["--perturb", $0] }
            + ["--frames", "240", "--size", "320x240", "--screenshot", "\(folder)/a.ppm", "--save", file])
        #expect(result.status == 0 && result.errors.isEmpty, "\(result.errors)")
        return try ReplayFile.read(file)
      }
      let plain = try replay()
      #expect(plain.parts.map(\.speed) == [1])
      for perturbation in ["bits=0.1", "drop=0.5", "delay=6", "paddle=0.5", "neurons=0.4", "edges=0.4"] {
        let found = try replay(perturbation)
        #expect(found.count == 240 && found.parts.map(\.speed) == [1])
        #expect(found.parts[0].tracks[0].actions != plain.parts[0].tracks[0].actions, "\(perturbation)")
      }
      #expect(try replay("speed=1.5").parts.map(\.speed) == [1.5])
    }
  }

  /// Who is named by nobody plays by the rules that are asked for.
  @Test func theEmbeddedPlayerIsThatOfTheRules() throws {
    try withTemporaryFolder { folder in
      func player(_ arguments: String...) throws -> Replay {
        let file = "\(folder)/\(arguments.joined()).replay"
        let result = try PongProcess.run(
          ["watch"] + arguments
            + ["--frames", "60", "--size", "320x240", "--screenshot", "\(folder)/a.ppm", "--save", file])
        #expect(result.status == 0, "\(result.errors)")
        return try ReplayFile.read(file)
      }
      let (classic, reference) = (try player("--rules", "classic"), try player())
      #expect(classic.names == ["tnd-classic"] && classic.ruleSet == .classic)
      #expect(reference.names == ["tnd"] && reference.ruleSet == .reference)
    }
  }
}
