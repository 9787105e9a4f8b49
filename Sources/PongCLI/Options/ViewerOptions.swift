import ArgumentParser
import PongEngine
import PongViewer

/// What `watch` and `play` can be told alike.
struct ViewerOptions: ParsableArguments {
  @Option(help: "The rules to play by: reference or classic. (default: those the agents were trained for)")
  var rules: String?

  @Option(help: "Decides the serves.")
  var seed: UInt64 = 0

  @Option(help: "A multiple of 60 steps a second, 0.25 to 64, or max.")
  var speed = "1"

  @Option(help: ArgumentHelp("Quit after so many frames.", valueName: "n"))
  var frames: Int?

  @Option(help: ArgumentHelp("Size of the window.", valueName: "WxH"))
  var size: String?

  @Flag(help: "Start without sound.")
  var mute = false

  @Flag(help: "Print the time to the first frame and the times of frames to stderr at the end.")
  var stats = false

  @Option(help: ArgumentHelp("Save the session at the end, to watch again.", valueName: "file.replay"))
  var save: String?

  func checkedRules() throws -> RuleSet? {
    try rules.map { try RuleSet(option: $0) }
  }

  func checkedSpeed() throws -> Speed {
    guard let speed = Speed(speed) else {
      throw ValidationError("--speed: found \"\(speed)\", expected 0.25 to 64 or max")
    }
    return speed
  }

  /// How to open a window: as large as asked for, else as it was last.
  func window(_ preferences: WatchPreferences, title: String) throws -> Viewer.Options {
    if let frames, frames < 1 {
      throw ValidationError("--frames: found \(frames), expected 1 or more")
    }
    let size = try checkedSize() ?? preferences.size
    return Viewer.Options(title: title, size: size.map { ($0.width, $0.height) }, frames: frames)
  }

  private func checkedSize() throws -> WatchPreferences.WindowSize? {
    guard let size else { return nil }
    guard let checked = WatchPreferences.WindowSize(size) else {
      throw ValidationError("--size: found \"\(size)\", expected WIDTHxHEIGHT from 160x120 to 16384x16384")
    }
    return checked
  }
}

extension Viewer.Options {
  /// A signal that would end the program ends the game instead.
  mutating func stopOnSignals() {
    Interrupt.listen()
    isStopped = { Interrupt.isRequested }
  }
}
