import Demonstrations
import Foundation
import PongEngine
import TestSupport
import Testing

@Suite("pong play and replays: options and errors")
struct PlayCommandTests {
  private func expect(_ arguments: [String], _ status: Int32, _ line: String) throws {
    let result = try PongProcess.run(arguments)
    #expect(result.exitCode == status, "\(arguments)")
    #expect(result.errors == "pong: \(line)\n", "\(arguments)")
    #expect(result.output.isEmpty)
  }

  @Test func mistakesAreOneLine() throws {
    try withTemporaryFolder { folder in
      let mine = "\(folder)/mine.pong"
      try Data("mine".utf8).write(to: URL(filePath: mine))
      try expect(
        ["play", "--record", mine], 65, "\(mine): found a file, expected a new name, or --force to replace it"
      )
      try expect(
        ["play", "--record", "\(folder)/a.txt"], 64,
        "--record: found \"\(folder)/a.txt\", expected a name that ends in .pong; pong demos convert makes others"
      )
      try expect(
        ["play", "--record", "\(folder)/no/a.pong"], 74,
        "\(folder)/no/a.pong: cannot be written: No such file or directory")
      try expect(["play", "--force"], 64, "--force: found no --record, expected a file to replace")
      try expect(
        ["play", "--save", "a.pong"], 64, "--save: found \"a.pong\", expected a name that ends in .replay")
      try expect(
        ["watch", "--save", "\(folder)/no/a.replay"], 74,
        "\(folder)/no/a.replay: cannot be written: No such file or directory")
      try expect(
        ["play"] + [String](repeating: "tracker", count: 6), 64, "found 6 agents, expected 5 at most")
      try expect(["play", "--speed", "65"], 64, "--speed: found \"65\", expected 0.25 to 64 or max")
      #expect(try Data(contentsOf: URL(filePath: mine)) == Data("mine".utf8))
      #expect(try Repository.names(folder) == ["mine.pong"])
    }
  }

  @Test func withoutADisplayNothingIsMade() throws {
    try withTemporaryFolder { folder in
      let result = try PongProcess.run(
        ["play", "--record", "\(folder)/a.pong", "--save", "\(folder)/a.replay"])
      #expect(result.exitCode == 74)
      #expect(try Repository.names(folder).isEmpty)
    }
  }

  @Test func replaysThatCannotBeWatched() throws {
    try withTemporaryFolder { folder in
      let file = "\(folder)/a.replay"
      try expect(["watch", "--replay", file], 66, "\(file): no such file")
      try Data("no".utf8).write(to: URL(filePath: file))
      try expect(
        ["watch", "--replay", file], 65,
        "\(file): at byte 0: found 6e 6f, expected the magic bytes of a .replay, 89 50 52 45 50 0d 0a 1a")
      try ReplayFile.write(Replay(ruleSet: .reference, names: ["you"]), to: file)
      try expect(["watch", "--replay", file], 65, "\(file): found no steps, expected at least one")
      try ReplayFile.write(Replay(ruleSet: .reference, engineVersion: 2, names: ["you"]), to: file)
      try expect(
        ["watch", "--replay", file], 65,
        "\(file): found a session of engine version 2, expected version 1, this program's")
      let alone = "too, expected the replay alone, which has its own"
      try expect(["watch", "tnd", "--replay", file], 64, "--replay: found agents \(alone)")
      try expect(["watch", "--replay", file, "--rules", "classic"], 64, "--replay: found --rules \(alone)")
      try expect(["watch", "--replay", file, "--inside"], 64, "--replay: found --inside \(alone)")
      try expect(["watch", "--replay", file, "--save", "b.replay"], 64, "--replay: found --save \(alone)")
    }
  }

  @Test func aSavedSessionIsShownAgainWithoutADisplay() throws {
    try withTemporaryFolder { folder in
      let common = ["--size", "320x240", "--frames", "300"]
      let live = try PongProcess.run(
        ["watch", "tnd", "humanlike", "--seed", "4", "--save", "\(folder)/a.replay"] + common
          + ["--screenshot", "\(folder)/a.ppm"])
      #expect(live.exitCode == 0, "\(live.errors)")
      let replay = try ReplayFile.read("\(folder)/a.replay")
      #expect(replay.count == 300 && replay.names == ["tnd", "humanlike"] && replay.parts[0].seed == 4)
      let again = try PongProcess.run(
        ["watch", "--replay", "\(folder)/a.replay", "--screenshot", "\(folder)/b.ppm"] + common)
      #expect(again.exitCode == 0, "\(again.errors)")
      #expect(try Repository.names(folder) == ["a.ppm", "a.replay", "b.ppm"])
    }
  }
}
