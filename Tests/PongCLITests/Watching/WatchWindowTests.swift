#if Viewer
  import Foundation
  import TestSupport
  import Testing

  /// `pong watch` on a real X server.
  @Suite("The window shows the game", .serialized)
  struct WatchWindowTests {
    static let size = (width: 640, height: 480)
    static let watch = ["watch", "--size", "640x480", "--seed", "1"]

    /// What the canvas holds for the same command without a display.
    private func expectedPicture() throws -> [UInt32] {
      try withTemporaryFolder { folder in
        let file = "\(folder)/expected.ppm"
        let result = try PongProcess.run(
          WatchWindowTests.watch + ["--paused", "--frames", "1", "--screenshot", file])
        #expect(result.status == 0, "\(result.errors)")
        let bytes = [UInt8](try Data(contentsOf: URL(filePath: file)))
        let header = "P6\n640 480\n255\n"
        #expect(bytes.starts(with: header.utf8))
        let start = header.utf8.count
        return stride(from: start, to: bytes.count, by: 3).map {
          UInt32(bytes[$0]) << 16 | UInt32(bytes[$0 + 1]) << 8 | UInt32(bytes[$0 + 2])
        }
      }
    }

    @Test func theScreenHoldsEveryPixelOfThePicture() throws {
      let expected = try expectedPicture()
      // The picture is one: background, court, wall, paddle, ball, name and counts.
      let colors = Dictionary(expected.map { ($0, 1) }, uniquingKeysWith: +)
      #expect(expected.count == 640 * 480)
      for (name, color, least) in [
        ("background", 0x0c1016, 50_000), ("court", 0x151b24, 50_000), ("wall", 0x3b4757, 1_000),
        ("paddle", 0x56b4e9, 700), ("ball", 0xf7f9fb, 350), ("text", 0xf2f5f8, 500),
        ("labels", 0x9aa7b6, 100),
      ] as [(String, UInt32, Int)] {
        #expect(colors[color, default: 0] >= least, "\(name): \(colors[color, default: 0]) pixels")
      }

      let display = try VirtualDisplay(
        width: WatchWindowTests.size.width, height: WatchWindowTests.size.height)
      #expect(Set(try display.picture()).count == 1, "the screen is blank before the window opens")
      let pong = try PongProcess(
        WatchWindowTests.watch + ["--paused", "--frames", "20000"], display: display.name)
      let deadline = Date(timeIntervalSinceNow: 20)
      var different = expected.count
      while different > 0, Date() < deadline, pong.isRunning {
        Thread.sleep(forTimeInterval: 0.05)
        different = zip(expected, try display.picture()).count { $0 != $1 }
      }
      #expect(different == 0, "\(different) pixels on the screen are not those of the canvas")
      try display.type("key", "q")
      let result = try pong.finish()
      #expect(result.status == 0 && result.errors.isEmpty, "\(result.errors)")
    }

    @Test func theGameMovesAndEndsAfterItsFrames() throws {
      let display = try VirtualDisplay(
        width: WatchWindowTests.size.width, height: WatchWindowTests.size.height)
      let pong = try PongProcess(
        WatchWindowTests.watch + ["--frames", "300", "--stats"], display: display.name)
      var pictures: Set<[UInt32]> = []
      while pong.isRunning {
        pictures.insert(try display.picture())
        Thread.sleep(forTimeInterval: 0.1)
      }
      let result = try pong.finish()
      #expect(result.status == 0)
      #expect(pictures.count >= 10, "\(pictures.count) pictures in five seconds")
      #expect(result.errors.contains("frames: 300 of 640 x 480 pixels"))
      #expect(result.errors.contains("first frame: ") && result.errors.contains("p99"))
      #expect(result.output.isEmpty)
    }
  }
#endif
