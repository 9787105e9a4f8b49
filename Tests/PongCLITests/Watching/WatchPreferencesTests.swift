import Foundation
import Storage
import TestSupport
import Testing

@testable import PongCLI

@Suite("What watch remembers")
struct WatchPreferencesTests {
  @Test func keepsWhatItWrote() throws {
    for text in ["sound on\n", "size 800x600\nsound off\n", "size 160x120\nsound on\n"] {
      let preferences = try WatchPreferences(text: text, source: "watch")
      #expect(preferences.text == text)
    }
    #expect(try WatchPreferences(text: "", source: "watch") == WatchPreferences())
  }

  @Test(arguments: [
    "size", "size 800", "size 800x", "size 1x1", "size 99999x600", "size 800x600x2", "sound", "sound loud",
    "volume 3", "\u{0}",
  ])
  func whatItDoesNotKnowIsAnError(_ line: String) {
    #expect(
      throws: FileError.malformedLine(
        path: "watch", line: 2, found: "\"\(line)\"", expected: "size WxH or sound on|off")
    ) { try WatchPreferences(text: "sound on\n\(line)\n", source: "watch") }
  }

  @Test func isWhereTheEnvironmentSays() {
    #expect(WatchPreferences.path(["HOME": "/h"]) == "/h/.config/pong/watch")
    #expect(WatchPreferences.path(["HOME": "/h", "XDG_CONFIG_HOME": "/x"]) == "/x/pong/watch")
    #expect(WatchPreferences.path(["HOME": "/h", "XDG_CONFIG_HOME": "x"]) == "/h/.config/pong/watch")
    #expect(WatchPreferences.path(["HOME": "/h", "PONG_NO_PREFERENCES": "0"]) == "/h/.config/pong/watch")
    #expect(WatchPreferences.path(["HOME": "/h", "PONG_NO_PREFERENCES": "1"]) == nil)
    #expect(WatchPreferences.path([:]) == nil)
  }

  #if Viewer
    @Test func aWindowComesBackAsItWasLeft() throws {
      try withTemporaryFolder { home in
        let display = try VirtualDisplay(width: 800, height: 600)
        let environment = ["PONG_NO_PREFERENCES": "", "HOME": home, "XDG_CONFIG_HOME": ""]
        func run(_ keys: [[String]]) throws -> CommandRun {
          let pong = try PongProcess(
            ["watch", "tracker", "--paused", "--stats"], display: display.name, environment: environment)
          let deadline = Date(timeIntervalSinceNow: 20)
          while try Set(display.picture()).count < 5, Date() < deadline {
            Thread.sleep(forTimeInterval: 0.05)
          }
          for words in keys {
            #expect(throws: Never.self) { try display.type(words) }
            Thread.sleep(forTimeInterval: 0.3)
          }
          return try pong.finish()
        }
        let file = "\(home)/.config/pong/watch"
        var result = try run([["key", "q"]])
        #expect(result.status == 0 && !AtomicFile.exists(file), "nothing was changed, nothing is kept")
        result = try run([
          ["search", "--name", "Pong", "windowsize", "--sync", "500", "400"], ["key", "m"], ["key", "q"],
        ])
        #expect(result.status == 0)
        #expect(try String(contentsOfFile: file, encoding: .utf8) == "size 500x400\nsound off\n")
        result = try run([["key", "q"]])
        #expect(result.errors.contains("of 500 x 400 pixels"), "\(result.errors)")
        try Data("size small\n".utf8).write(to: URL(filePath: file))
        result = try run([["key", "q"]])
        #expect(
          result.errors.hasPrefix(
            "pong: \(file): line 1: found \"size small\", expected size WxH or sound on|off; ignored\n"))
        #expect(result.status == 0 && result.errors.contains("of 800 x 600 pixels"), "\(result.errors)")
      }
    }
  #endif
}
