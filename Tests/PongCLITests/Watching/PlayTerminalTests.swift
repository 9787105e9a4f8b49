import Demonstrations
import Foundation
import PongViewer
import TestSupport
import Testing

/// A person at a terminal: the same keys, without a window.
@Suite("A person at a terminal", .serialized)
struct PlayTerminalTests {
  @Test func arrowsTakeThePaddleAndTGivesItBack() throws {
    try withTemporaryFolder { folder in
      let terminal = try PseudoTerminal(
        ["watch", "interceptor", "--terminal", "--save", "\(folder)/a.replay"], columns: 80, rows: 24)
      #expect(terminal.wait { terminal.text.contains("catches in a row") })
      #expect(terminal.waitForPictures(2))
      terminal.type("\u{1b}[D")
      #expect(terminal.wait { terminal.text.contains("you, for interceptor") })
      #expect(terminal.waitForPictures(2))
      // Only what changes is sent; Ctrl-L asks for all of it.
      terminal.type("t\u{c}")
      #expect(terminal.wait { terminal.text.contains("interceptor plays on") })
      #expect(terminal.waitForPictures(2))
      terminal.type("q")
      #expect(try terminal.finish() == 0)
      let track = try ReplayFile.read("\(folder)/a.replay").parts[0].tracks[0]
      #expect(track.hands.first == .agent && track.hands.changes.count == 2, "\(track.hands)")
      let taken = try #require(track.hands.changes.first)
      #expect(track.actions[taken] == .left)
    }
  }

  @Test func playFindsTheTerminalWithoutADisplay() throws {
    let terminal = try PseudoTerminal(["play"], columns: 80, rows: 24)
    #expect(terminal.wait { terminal.text.contains("catches in a row") })
    #expect(terminal.text.hasPrefix("pong: no display; playing in the terminal (Q quits)\r\n"))
    terminal.type("q")
    #expect(try terminal.finish() == 0)
  }

  @Test func playIsRecorded() throws {
    try withTemporaryFolder { folder in
      let terminal = try PseudoTerminal(
        ["play", "--terminal", "--record", "\(folder)/a.pong", "--speed", "4"], columns: 80, rows: 24)
      #expect(terminal.wait { terminal.text.contains("catches in a row") })
      #expect(terminal.wait { FileManager.default.fileExists(atPath: "\(folder)/a.pong") })
      terminal.type("d")
      #expect(
        terminal.wait {
          (try? Dataset(path: "\(folder)/a.pong"))?.episodes.first?.actions.contains(.right) ?? false
        })
      terminal.type("q")
      #expect(try terminal.finish() == 0)
      let dataset = try Dataset(path: "\(folder)/a.pong")
      #expect(dataset.madeAgain() == .dataset(dataset))
      #expect(dataset.episodes[0].actions.contains(.right) && !dataset.episodes[0].actions.contains(.left))
    }
  }

  @Test(.enabled(if: Viewer.hasWindow)) func replaysGoBackAndForth() throws {
    try withTemporaryFolder { folder in
      let file = "\(folder)/a.replay"
      let made = try PongProcess.run([
        "watch", "tracker", "--frames", "1200", "--save", file, "--screenshot", "\(folder)/a.ppm",
      ])
      #expect(made.status == 0)
      let terminal = try PseudoTerminal(
        ["watch", "--replay", file, "--terminal", "--paused"], columns: 100, rows: 24)
      #expect(terminal.wait { terminal.text.contains("0:00 of 0:20") })
      terminal.type("\u{1b}[C\u{c}")
      #expect(terminal.wait { terminal.text.contains("0:01 of 0:20") })
      terminal.type("\u{1b}[F\u{c}")
      #expect(terminal.wait { terminal.text.contains("0:20 of 0:20") })
      terminal.type("q")
      #expect(try terminal.finish() == 0)
    }
  }
}
