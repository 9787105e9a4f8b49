#if Viewer
  import Foundation
  import TestSupport
  import Testing

  @testable import PongViewer

  @Suite("Looking inside with keys and mouse", .serialized)
  struct InsideWindowTests {
    @Test func opensFindsNeuronsAndCloses() throws {
      let (width, height) = (640, 480)
      let display = try VirtualDisplay(width: width, height: height)
      let blank = try display.picture()
      let pong = try PongProcess(
        ["watch", "--size", "640x480", "--seed", "1", "--paused", "--frames", "20000"], display: display.name)
      try display.type("mousemove", "5", "5")
      let court = try display.picture(unlike: blank)
      try display.type("key", "g")
      let inside = try display.picture(unlike: court)

      // The output neuron on top stands at the right end of the network, a fifth of its height down.
      let panel = try #require(Layout(width: width, height: height, courts: 1, hasPanel: true).panel)
      let network = InsideLayout(panel: panel).network
      let (x, y) = ("\(Int(network.maxX))", "\(Int(network.y + 0.2 * network.height))")
      try display.type("mousemove", x, y)
      let hovered = try display.picture(unlike: inside)
      #expect(zip(hovered, inside).count { $0 != $1 } > 2000, "its connections stand out, a card tells of it")
      try display.type("click", "1")
      let pinned = try display.picture(unlike: hovered)
      try display.type("mousemove", "5", "5")
      // Help that comes and goes shows that the move of the mouse before it has been seen.
      try display.type("key", "h")
      let help = try display.picture(unlike: pinned)
      try display.type("key", "h")
      #expect(try display.picture(unlike: help) == pinned, "it stays when the mouse goes")
      try display.type("key", "g")
      #expect(try display.picture(unlike: pinned) == court)
      try display.type("key", "q")
      let result = try pong.finish()
      #expect(result.status == 0 && result.errors.isEmpty, "\(result.errors)")
    }
  }
#endif
