import EmbeddedAssets
import Foundation
import PongEngine
import Storage

/// A replay as a page that any browser plays: one file, no network. It holds the states that the session went through,
/// so it knows no rules: 7 bytes a step and court under the reference rules, 13 under the classic ones, in base 64.
public struct ReplayPage: Sendable {
  /// What the session is, a JSON object without a character that could end its element.
  public let session: String
  /// Every state, in base 64.
  public let states: String
  private let title: String

  /// Most bytes of a page: more than browsers read in one piece with ease.
  public static let mostBytes = 256 << 20

  /// The page of a replay.
  /// - Parameter path: what it is called where it cannot be made.
  /// - Throws: `FileError.malformed` where the replay has no step, or too many for a page.
  public init(_ replay: Replay, path: String) throws(FileError) {
    let session = SessionStates(replay)
    guard replay.count > 0 else {
      throw .malformed(path: path, offset: nil, found: "no steps", expected: "at least one")
    }
    guard session.bytes / 3 * 4 <= ReplayPage.mostBytes else {
      throw .malformed(
        path: path, offset: nil, found: "\(replay.count) steps of \(replay.names.count) courts",
        expected: "as many as \(ReplayPage.mostBytes >> 20) MB of a page hold")
    }
    self.session = session.head
    states = Data(session.states()).base64EncodedString()
    title = "Pong: \(replay.names.map { $0.printable(limit: 80) }.joined(separator: ", "))"
  }

  /// The HTML file. Whoever plays a replay in a page of their own puts the elements of class `pong` there, and `style` and
  /// `script` once.
  public var html: String {
    """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>\(title.replacing("&", with: "&amp;").replacing("<", with: "&lt;"))</title>
    <style>
    body { margin: 0; background: #f4f6f8; }
    @media (prefers-color-scheme: dark) { body { background: #0c1016; } }
    body > .pong { max-width: 1100px; margin: 0 auto; }
    \(ReplayPage.style)</style>
    </head>
    <body>
    <div class="pong">
    <script type="application/json" class="session">\(session)</script>
    <script type="application/octet-stream" class="states">\(states)</script>
    </div>
    <script>
    \(ReplayPage.script)</script>
    </body>
    </html>

    """
  }

  /// The player's style sheet.
  public static var style: String { asset("replay/player.css") }
  /// The player's program.
  public static var script: String { asset("replay/player.js") }

  private static func asset(_ name: String) -> String {
    guard let asset = embedded_asset_named(name) else { preconditionFailure("\(name) is not embedded") }
    return String(
      decoding: UnsafeBufferPointer(start: asset.pointee.bytes, count: asset.pointee.count), as: UTF8.self)
  }
}

/// A replay as the player reads it: what it is, and every frame. Frames are the starts of parts and the states after
/// every step.
private struct SessionStates {
  let replay: Replay
  let rules: Rules
  /// Frames of all parts together.
  let frames: Int
  /// Bytes of all frames.
  var bytes: Int { frames * replay.names.count * (3 * numberBytes + 1) }
  /// Bytes of a number: two hold every place of the reference rules.
  var numberBytes: Int { rules.unitsPerPixel == 1 ? 2 : 4 }

  private enum Flag {
    static let `catch`: UInt8 = 1
    static let miss: UInt8 = 2
    static let person: UInt8 = 4
    static let start: UInt8 = 8
  }

  init(_ replay: Replay) {
    var replay = replay
    replay.parts.removeAll { $0.count == 0 }
    self.replay = replay
    rules = Rules.preset(replay.ruleSet)
    frames = replay.count + replay.parts.count
  }

  /// One JSON object, without a character that could end its element.
  var head: String {
    let pixels = { (length: Int32) in Setting.integer(Int(length / rules.unitsPerPixel)) }
    let object = Setting.map([
      .init("rules", .string(rules.ruleSet.name)),
      .init("courts", .list(replay.names.map { .string($0.printable(limit: 80)) })),
      .init("frames", .integer(frames)), .init("numberBytes", .integer(numberBytes)),
      .init("unitsPerPixel", .integer(Int(rules.unitsPerPixel))),
      .init("field", .list([pixels(rules.fieldWidth), pixels(rules.fieldHeight)])),
      .init("paddle", .list([pixels(rules.paddleWidth), pixels(rules.paddleHeight), pixels(rules.paddleY)])),
      .init("ball", pixels(rules.ballSize)),
    ])
    return object.json.split(separator: "<", omittingEmptySubsequences: false).joined(separator: "\\u003c")
  }

  /// The numbers of all frames and courts, little-endian: ball x, ball y, paddle x, in units; then a byte of flags for
  /// each.
  func states() -> [UInt8] {
    var numbers: [UInt8] = []
    var flags: [UInt8] = []
    numbers.reserveCapacity(bytes)
    flags.reserveCapacity(frames * replay.names.count)
    for part in replay.parts {
      var sessions = part.tracks.map { _ in
        Session(rules: replay.rules(of: part), serves: SeededServes(seed: part.seed))
      }
      for frame in 0...part.count {
        for court in sessions.indices {
          let track = part.tracks[court]
          var flag: UInt8 = track.hands[max(frame - 1, 0)] == .person ? Flag.person : 0
          if frame == 0 {
            flag |= Flag.start
          } else {
            switch sessions[court].step(track.actions[frame - 1]) {
            case .none: break
            case .catch: flag |= Flag.catch
            case .miss: flag |= Flag.miss
            }
          }
          let state = sessions[court].state
          for number in [state.ballX, state.ballY, state.paddleX] { append(number, to: &numbers) }
          flags.append(flag)
        }
      }
    }
    return numbers + flags
  }

  private func append(_ number: Int32, to bytes: inout [UInt8]) {
    for byte in 0..<numberBytes { bytes.append(UInt8(truncatingIfNeeded: number >> Int32(8 * byte))) }
  }
}
