#if Viewer
  import Foundation
  import TestSupport
  import Testing

  @testable import PongViewer

  @Suite("Looking inside with keys and mouse", .serialized)
  struct InsideWindowTests {
    /// Lets xdotool do something on a display.
    private func xdotool(_ arguments: String..., on display: VirtualDisplay) throws {
      let process = Process()
      process.executableURL = URL(filePath: "/usr/bin/env")
      process.arguments = ["xdotool"] + arguments
      process.environment = ProcessInfo.processInfo.environment.merging(["DISPLAY": display.name]) { $1 }
      try process.run()
      process.waitUntilExit()
      guard process.terminationStatus == 0 else {
        throw TestSetupError(
          description: "xdotool \(arguments) failed; apt-get install xdotool (./pong test does it)")
      }
    }

    /// What the screen shows once it is something else than before and stands still.
    private func picture(
      on display: VirtualDisplay, notLike last: [UInt32], _ pong: PongProcess
    ) throws -> [UInt32] {
      let deadline = Date(timeIntervalSinceNow: 20)
      var before = last
      while Date() < deadline, pong.isRunning {
        Thread.sleep(forTimeInterval: 0.1)
        let now = try display.picture()
        if now != last, now == before { return now }
        before = now
      }
      throw TestSetupError(description: "the screen did not change")
    }

    @Test func opensFindsNeuronsAndCloses() throws {
      let (width, height) = (640, 480)
      let display = try VirtualDisplay(width: width, height: height)
      let blank = try display.picture()
      let pong = try PongProcess(
        ["watch", "--size", "640x480", "--seed", "1", "--paused", "--frames", "20000"], display: display.name)
      try xdotool("mousemove", "5", "5", on: display)
      let court = try picture(on: display, notLike: blank, pong)
      try xdotool("key", "g", on: display)
      let inside = try picture(on: display, notLike: court, pong)

      // The output neuron on top stands at the right end of the network, a fifth of its height down.
      let panel = try #require(Layout(width: width, height: height, courts: 1, hasPanel: true).panel)
      let network = InsideLayout(panel: panel).network
      let (x, y) = ("\(Int(network.maxX))", "\(Int(network.y + 0.2 * network.height))")
      try xdotool("mousemove", x, y, on: display)
      let hovered = try picture(on: display, notLike: inside, pong)
      #expect(zip(hovered, inside).count { $0 != $1 } > 2000, "its connections stand out, a card tells of it")
      try xdotool("click", "1", on: display)
      let pinned = try picture(on: display, notLike: hovered, pong)
      try xdotool("mousemove", "5", "5", on: display)
      Thread.sleep(forTimeInterval: 0.3)
      #expect(try display.picture() == pinned, "it stays when the mouse goes")
      try xdotool("key", "g", on: display)
      #expect(try picture(on: display, notLike: pinned, pong) == court)
      try xdotool("key", "q", on: display)
      let result = try pong.finish()
      #expect(result.status == 0 && result.errors.isEmpty, "\(result.errors)")
    }
  }
#endif
