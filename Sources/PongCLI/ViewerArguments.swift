import ArgumentParser
import PongEngine
import PongViewer

/// Values of options that `watch` and `play` have in common.
enum ViewerArguments {
  static func speed(_ text: String) throws -> Speed {
    guard let speed = Speed(text) else {
      throw ValidationError("--speed: found \"\(text)\", expected 0.25 to 64 or max")
    }
    return speed
  }

  static func rules(_ name: String) throws -> RuleSet {
    guard let ruleSet = RuleSet(name: name) else {
      throw ValidationError("--rules: found \"\(name)\", expected reference or classic")
    }
    return ruleSet
  }

  static func frames(_ frames: Int) throws -> Int {
    guard frames >= 1 else { throw ValidationError("--frames: found \(frames), expected 1 or more") }
    return frames
  }

  static func size(_ text: String) throws -> WatchPreferences.WindowSize {
    guard let size = WatchPreferences.WindowSize(text) else {
      throw ValidationError("--size: found \"\(text)\", expected WIDTHxHEIGHT from 160x120 to 16384x16384")
    }
    return size
  }
}
