import Foundation
import TestSupport
import Testing

@Suite("pong watch: options, errors, pictures without a display")
struct WatchCommandTests {
  @Test func withoutADisplayItSaysWhatToDo() throws {
    let result = try PongProcess.run(["watch"])
    #expect(result.exitCode == 74)
    #expect(result.output.isEmpty)
    #if Viewer
      #expect(result.errors.hasPrefix("pong: no display ("))
      #expect(
        result.errors.hasSuffix(
          "); set DISPLAY, use ssh -X, run under xvfb-run -a, play in a terminal with --terminal, "
            + "or save a picture with --screenshot FILE\n"))
    #else
      #expect(
        result.errors == "pong: this build has no window; build with the trait Viewer (the default), "
          + "play in a terminal with --terminal, or save a picture with --screenshot FILE\n")
    #endif
    #expect(result.errors.count { $0 == "\n" } == 1)
  }

  @Test(arguments: [
    (["--speed", "0"], "--speed: found \"0\", expected 0.25 to 64 or max"),
    (["--rules", "squash"], "--rules: found \"squash\", expected reference or classic"),
    (["--frames", "0"], "--frames: found 0, expected 1 or more"),
    (["--size", "12"], "--size: found \"12\", expected WIDTHxHEIGHT from 160x120 to 16384x16384"),
    (
      ["--screenshot", "a.jpg"],
      "--screenshot: found \"a.jpg\", expected a name that ends in .png, .bmp or .ppm"
    ),
    (["--record", "a.avi"], "--record: found \"a.avi\", expected a name that ends in .gif or .mp4"),
    (["--seconds", "0"], "--seconds: found 0.0, expected a number from 0.01 to 86400"),
    (["--seconds", "1", "--frames", "1"], "--seconds: found --frames too, expected one of them"),
  ])
  func wrongOptionsAreUsageErrors(_ options: [String], _ message: String) throws {
    let result = try PongProcess.run(["watch"] + options)
    #expect(result.exitCode == 64)
    #expect(result.errors.contains(message), "\(result.errors)")
  }

  @Test func anUnknownAgentIsNoSuchInput() throws {
    let result = try PongProcess.run(["watch", "/nowhere/agent.safetensors", "--screenshot", "x.ppm"])
    #expect(result.exitCode == 66)
    #expect(result.errors.contains("/nowhere/agent.safetensors"))
    #expect(result.errors.count { $0 == "\n" } == 1)
  }

  @Test func picturesAreTheSameEveryTime() throws {
    try withTemporaryFolder { folder in
      var files: [Data] = []
      for name in ["a", "b"] {
        let result = try PongProcess.run([
          "watch", "interceptor", "--rules", "classic", "--seed", "9", "--speed", "4", "--frames", "120",
          "--size",
          "320x240",
          "--screenshot", "\(folder)/\(name).bmp", "--stats",
        ])
        #expect(result.exitCode == 0)
        #expect(result.errors.hasPrefix("frames: 120 of 320 x 240 pixels\n"))
        files.append(try Data(contentsOf: URL(filePath: "\(folder)/\(name).bmp")))
      }
      #expect(files[0] == files[1])
      #expect(files[0].starts(with: "BM".utf8))
    }
  }

  /// From the start, beside the game, the same every time; an expert has nothing inside but a sentence.
  @Test func looksInsideFromTheStart() throws {
    try withTemporaryFolder { folder in
      func picture(_ arguments: String...) throws -> Data {
        let file = "\(folder)/picture.ppm"
        let result = try PongProcess.run(
          ["watch"] + arguments + ["--frames", "40", "--size", "480x360", "--screenshot", file])
        #expect(result.exitCode == 0 && result.errors.isEmpty && result.output.isEmpty, "\(result.errors)")
        return try Data(contentsOf: URL(filePath: file))
      }
      let inside = try picture("tnd", "--inside")
      #expect(try picture("tnd", "--inside") == inside)
      #expect(try picture("tnd") != inside)
      #expect(try picture("tracker", "--inside") != picture("tracker"))
    }
  }

  @Test func aPictureThatCannotBeWrittenIsAnError() throws {
    let result = try PongProcess.run(["watch", "--frames", "1", "--screenshot", "/nowhere/x.bmp"])
    #expect(result.exitCode == 74)
    #expect(result.errors.hasPrefix("pong: /nowhere/x.bmp: cannot be written"))
  }
}
