import Foundation
import PongViewer
import TestSupport
import Testing

@Suite("pong watch in a terminal", .serialized)
struct WatchTerminalTests {
  static let start = "\u{1b}[?1049h\u{1b}[?25l\u{1b}[?7l"
  static let end = "\u{1b}[?2026l\u{1b}[0m\u{1b}[?7h\u{1b}[?25h\u{1b}[?1049l"
  static let watch = ["watch", "interceptor", "--terminal", "--seed", "1"]

  static let advice =
    "start it from a shell" + (Viewer.hasWindow ? ", or save a picture with watch --screenshot FILE" : "")

  private func expectRestored(_ terminal: PseudoTerminal) {
    #expect(terminal.text.hasSuffix(WatchTerminalTests.end))
    let (before, after) = (terminal.before, terminal.state)
    #expect(
      before.c_lflag == after.c_lflag && before.c_iflag == after.c_iflag && before.c_oflag == after.c_oflag
        && before.c_cflag == after.c_cflag)
  }

  @Test func playsAndQuitsByKey() throws {
    for key in ["q", "\u{1b}", "\u{3}"] {
      let terminal = try PseudoTerminal(WatchTerminalTests.watch, columns: 80, rows: 24)
      #expect(terminal.wait { terminal.text.contains("step 0") && terminal.text.count { $0 == "H" } > 40 })
      #expect(terminal.text.hasPrefix(WatchTerminalTests.start))
      #expect(terminal.text.contains("catches in a row") && terminal.text.contains("▀"))
      #expect(terminal.text.contains("\u{1b}[38;5;") && !terminal.text.contains("\u{1b}[38;2;"))
      let raw = terminal.state.c_lflag
      #expect(raw & tcflag_t(ECHO) == 0 && raw & tcflag_t(ICANON) == 0)
      terminal.type(key)
      #expect(try terminal.finish() == 0)
      expectRestored(terminal)
    }
  }

  @Test func keysMeanWhatTheyMeanInTheWindow() throws {
    let terminal = try PseudoTerminal(
      WatchTerminalTests.watch, columns: 80, rows: 24, environment: ["COLORTERM": "truecolor"])
    #expect(terminal.wait { terminal.text.contains("\u{1b}[38;2;") })
    terminal.type("+")
    #expect(terminal.wait { terminal.text.contains("speed 2×") })
    terminal.type("h")
    #expect(terminal.wait { terminal.text.contains("pause or go on") })
    // Escape hides the keys first.
    terminal.type("\u{1b}")
    Thread.sleep(forTimeInterval: 0.2)
    terminal.type(" ")
    #expect(terminal.wait { terminal.text.contains("paused") })
    terminal.type("q")
    #expect(try terminal.finish() == 0)
  }

  @Test func signalsGiveTheTerminalBack() throws {
    for signal in [SIGTERM, SIGHUP, SIGINT, SIGSEGV, SIGABRT] {
      let terminal = try PseudoTerminal(WatchTerminalTests.watch, columns: 80, rows: 24)
      #expect(terminal.wait { terminal.text.contains("catches in a row") })
      terminal.send(signal)
      #expect(try terminal.finish() == -signal)
      expectRestored(terminal)
    }
  }

  /// A program that plays is ended with what watches it, even one that goes on when its input ends.
  @Test(arguments: [SIGTERM, SIGINT, SIGHUP])
  func signalsEndTheProgramThatPlays(_ signal: Int32) throws {
    try withTemporaryFolder { folder in
      let note = "\(folder)/pid"
      let line = "echo $$ > \(note); while read -r l; do [ $l = reset ] || echo stay; done; exec sleep 300"
      let terminal = try PseudoTerminal(
        ["watch", "--terminal", "--policy", line], columns: 80, rows: 24)
      // The first picture may come before the program's first line: wait for both.
      var child: pid_t?
      #expect(
        terminal.wait {
          if let number = try? String(contentsOfFile: note, encoding: .utf8), number.hasSuffix("\n") {
            child = pid_t(number.dropLast())
          }
          return child != nil && terminal.text.contains("catches in a row")
        })
      let program = try #require(child)
      terminal.send(signal)
      #expect(try terminal.finish() == 128 + signal)
      expectRestored(terminal)
      #expect(terminal.wait { kill(program, 0) != 0 }, "the program is left behind")
    }
  }

  @Test func followsTheSizeOfTheTerminal() throws {
    let terminal = try PseudoTerminal(WatchTerminalTests.watch, columns: 80, rows: 24)
    #expect(terminal.wait { terminal.text.contains("\u{1b}[24;1H") })
    #expect(!terminal.text.contains("\u{1b}[40;"))
    terminal.resize(columns: 120, rows: 40)
    #expect(terminal.wait { terminal.text.contains("\u{1b}[40;1H") })
    terminal.resize(columns: 8, rows: 3)
    #expect(terminal.wait { terminal.text.contains("The term") })
    terminal.type("q")
    #expect(try terminal.finish() == 0)
  }

  @Test func isWhatThereIsWithoutADisplay() throws {
    let terminal = try PseudoTerminal(["watch", "--frames", "3"], columns: 80, rows: 24)
    #expect(try terminal.finish() == 0)
    #expect(
      terminal.text.hasPrefix(
        "pong: no display; playing in the terminal (Q quits)\r\n" + WatchTerminalTests.start))
    expectRestored(terminal)
  }

  @Test(arguments: [("dumb", "TERM is dumb"), ("", "TERM is not set")])
  func aTerminalThatCannotShowPicturesIsAnError(_ kind: String, _ reason: String) throws {
    let terminal = try PseudoTerminal(
      WatchTerminalTests.watch, columns: 80, rows: 24, environment: ["TERM": kind])
    #expect(try terminal.finish() == 74)
    #expect(
      terminal.text
        == "pong: no terminal (\(reason)); \(WatchTerminalTests.advice)\r\n"
    )
  }

  @Test func withoutATerminalItSaysSo() throws {
    let result = try PongProcess.run(["watch", "--terminal"])
    #expect(result.status == 74)
    #expect(
      result.errors
        == "pong: no terminal (standard input or output is none); \(WatchTerminalTests.advice)\n"
    )
    let both = try PongProcess.run(["watch", "--terminal", "--record", "x.gif"])
    #expect(both.status == 64)
    #expect(both.errors.contains("--terminal: found --record too, expected one of them"))
    let looking = try PongProcess.run(["watch", "--terminal", "--inside"])
    #expect(looking.status == 64)
    #expect(looking.errors.contains("--terminal: found --inside too, expected one of them"))
  }
}
