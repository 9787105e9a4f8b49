import Foundation
import PongViewer
import Storage

/// What `watch` and `play` remember from one time to the next: a line each of `size WxH` and `sound on|off`.
struct WatchPreferences: Equatable {
  /// The window's size in points; nil for the default.
  var size: WindowSize?
  /// Whether sounds are off.
  var isMuted = false

  /// A size as it is written on the command line and in the file.
  struct WindowSize: Equatable {
    var width: Int
    var height: Int

    init(width: Int, height: Int) {
      self.width = width
      self.height = height
    }

    /// "WxH" with 160x120 to 16384x16384; nil for anything else.
    init?(_ text: some StringProtocol) {
      let parts = text.split(separator: "x", omittingEmptySubsequences: false).map { Int($0) }
      guard parts.count == 2, let width = parts[0], let height = parts[1], (160...16384).contains(width),
        (120...16384).contains(height)
      else { return nil }
      self.init(width: width, height: height)
    }
  }

  /// Where they are kept; nil if the environment says nowhere.
  static func path(_ environment: [String: String] = ProcessInfo.processInfo.environment) -> String? {
    func value(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
    if let off = value("PONG_NO_PREFERENCES"), off != "0" { return nil }
    // The specification has relative paths ignored.
    if let folder = value("XDG_CONFIG_HOME"), folder.hasPrefix("/") { return "\(folder)/pong/watch" }
    return value("HOME").map { "\($0)/.config/pong/watch" }
  }

  /// Preferences from a file's text; `source` is what errors call it.
  init(text: String, source: String) throws(FileError) {
    for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      let words = line.split(separator: " ")
      switch words.first {
      case nil: continue
      case "size" where words.count == 2 && WindowSize(words[1]) != nil: size = WindowSize(words[1])
      case "sound" where words == ["sound", "on"] || words == ["sound", "off"]: isMuted = words[1] == "off"
      default:
        throw .malformedLine(
          path: source, line: number + 1, found: "\"\(line)\"", expected: "size WxH or sound on|off")
      }
    }
  }

  /// The defaults.
  init() {}

  /// The file's text.
  var text: String {
    (size.map { "size \($0.width)x\($0.height)\n" } ?? "") + "sound \(isMuted ? "off" : "on")\n"
  }

  /// What the file says. One that cannot be used is no reason not to play: a line on stderr, and the defaults.
  static func read() -> WatchPreferences {
    guard let path = path(), AtomicFile.exists(path) else { return WatchPreferences() }
    do throws(FileError) {
      return try WatchPreferences(text: try AtomicFile.readText(path), source: path)
    } catch {
      standardError("pong: \(error); ignored")
      return WatchPreferences()
    }
  }

  /// Keeps them. Where they cannot be kept the game was played all the same: a line on stderr.
  func write() {
    guard let path = WatchPreferences.path() else { return }
    do throws(FileError) {
      try Folder.make(containing: path)
      try AtomicFile.write(text: text, to: path)
    } catch {
      standardError("pong: \(error); size and sound are not remembered")
    }
  }

  /// Keeps what the user changed while a window was open; where nothing was, nothing is written.
  func keep(_ outcome: Viewer.Outcome, _ model: WatchModel, wasMuted: Bool) {
    guard outcome.newSize != nil || model.isMuted != wasMuted else { return }
    var preferences = self
    if let size = outcome.newSize { preferences.size = .init(width: size.width, height: size.height) }
    if model.isMuted != wasMuted { preferences.isMuted = model.isMuted }
    preferences.write()
  }
}
