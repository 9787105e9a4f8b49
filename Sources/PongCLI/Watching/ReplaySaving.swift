import ArgumentParser
import Demonstrations
import Foundation
import Storage

/// `--save FILE.replay` and the key S.
struct ReplaySaving {
  private let path: String?

  /// - Parameter path: where the session goes at its end; nil to keep only what S saves.
  init(path: String?) throws {
    self.path = path
    guard let path else { return }
    guard fileEnding(path) == "replay" else {
      throw ValidationError("--save: found \"\(path)\", expected a name that ends in .replay")
    }
    // Before play, so that a wrong folder costs nothing.
    try AtomicFile.checkFolder(of: path)
  }

  /// Saves at once, to a new file named by the time; says so in a few words.
  func save(_ replay: Replay) -> String {
    guard replay.count > 0 else { return "nothing played yet" }
    do {
      let name = ReplaySaving.newName()
      try ReplayFile.write(replay, to: name)
      return "saved \(name)" + (replay.count < Replay.mostSteps ? "" : ", up to where the session was full")
    } catch {
      return "\(error)"
    }
  }

  /// Saves where `--save` says, at the end.
  func finish(_ replay: Replay?) throws {
    if let path, let replay { try ReplayFile.write(replay, to: path) }
  }

  /// pong-20261121-034500.replay, in the current folder; with -2, -3 ... where that is taken.
  private static func newName() -> String {
    var now = time(nil)
    var local = tm()
    localtime_r(&now, &local)
    var buffer = [CChar](repeating: 0, count: 64)
    strftime(&buffer, buffer.count, "pong-%Y%m%d-%H%M%S", &local)
    let stem = String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    if !AtomicFile.exists("\(stem).replay") { return "\(stem).replay" }
    let number = (2...).first { !AtomicFile.exists("\(stem)-\($0).replay") } ?? 2
    return "\(stem)-\(number).replay"
  }
}
