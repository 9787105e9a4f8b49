import Demonstrations
import Foundation
import PongEngine
import PongViewer
import TestSupport
import Testing

@Suite("pong play and replays: options and errors")
struct PlayCommandTests {
  @Test func withoutADisplayNothingIsMade() throws {
    try withTemporaryFolder { folder in
      let result = try PongProcess.run(
        ["play", "--record", "\(folder)/a.pong", "--save", "\(folder)/a.replay"])
      #expect(result.status == 74)
      #expect(try Repository.names(folder).isEmpty)
    }
  }

  @Test(arguments: [[], ["--terminal"]])
  func withoutADisplayNothingIsReplaced(_ more: [String]) throws {
    try withTemporaryFolder { folder in
      try Data("what was here".utf8).write(to: URL(filePath: "\(folder)/a.pong"))
      let result = try PongProcess.run(["play", "--record", "\(folder)/a.pong", "--force"] + more)
      #expect(result.status == 74)
      #expect(try String(contentsOfFile: "\(folder)/a.pong", encoding: .utf8) == "what was here")
      #expect(try Repository.names(folder) == ["a.pong"])
    }
  }

  @Test(.enabled(if: Viewer.hasWindow)) func aSavedSessionIsShownAgainWithoutADisplay() throws {
    try withTemporaryFolder { folder in
      let common = ["--size", "320x240", "--frames", "300"]
      let live = try PongProcess.run(
        ["watch", "tnd", "humanlike", "--seed", "4", "--save", "\(folder)/a.replay"] + common
          + ["--screenshot", "\(folder)/a.ppm"])
      #expect(live.status == 0, "\(live.errors)")
      let replay = try ReplayFile.read("\(folder)/a.replay")
      #expect(replay.count == 300 && replay.names == ["tnd", "humanlike"] && replay.parts[0].seed == 4)
      let again = try PongProcess.run(
        ["watch", "--replay", "\(folder)/a.replay", "--screenshot", "\(folder)/b.ppm"] + common)
      #expect(again.status == 0, "\(again.errors)")
      #expect(try Repository.names(folder) == ["a.ppm", "a.replay", "b.ppm"])
    }
  }
}
