import PongEngine
import Storage

/// The binary form of a replay, ending `.replay`. The same replay always gives the same bytes.
///
/// All integers little-endian, no padding:
///
///     offset  bytes  what
///     0       8      magic: 0x89 "PREP" 0x0d 0x0a 0x1a
///     8       4      version, 2; version 1, which had no speeds, is read too
///     12      4      engine version
///     16      1      rule set (0 reference, 1 classic)
///     17      1      number of courts C, 1 to 6
///     18      4      number of parts P
///     22      ...    C names: length in bytes (1), UTF-8
///             ...    P parts: seed (8), what the ball's speed is multiplied by (8, a double from 0.25 to 3),
///                    steps S (4), C tracks:
///                    first hand (1: 0 agent, 1 person), changes of hand N (4), their steps (4N, ascending
///                    from 1, below S), actions (S/4 rounded up: two bits each, from the lowest bits up)
///     end-4   4      CRC-32 of all bytes before
///
/// The file ends there. Sizes are checked against what is left of the file before anything is allocated.
public enum ReplayFile {
  static let magic: [UInt8] = [0x89, 0x50, 0x52, 0x45, 0x50, 0x0d, 0x0a, 0x1a]
  /// The version written; all from 1 are read.
  public static let version: UInt32 = 2
  /// Longest name of a player, bytes; longer ones are cut.
  public static let longestName = 255

  /// The replay in the file at `path`.
  /// - Throws: `FileError`: no such file, not readable, or malformed with offset, found and expected.
  public static func read(_ path: String) throws(FileError) -> Replay {
    try decode(try AtomicFile.read(path), path: path)
  }

  /// Replaces the file at `path`.
  /// - Throws: `FileError.unwritable`.
  public static func write(_ replay: Replay, to path: String) throws(FileError) {
    try AtomicFile.write(encode(replay), to: path)
  }

  /// The bytes of a file.
  public static func encode(_ replay: Replay) -> [UInt8] {
    var bytes = magic
    bytes.appendLittleEndian(version)
    bytes.appendLittleEndian(UInt32(clamping: replay.engineVersion))
    bytes.append(replay.ruleSet.rawValue)
    bytes.append(UInt8(replay.names.count))
    bytes.appendLittleEndian(UInt32(replay.parts.count))
    for name in replay.names {
      let cut = fitted(name)
      bytes.append(UInt8(cut.count))
      bytes += cut
    }
    for part in replay.parts {
      bytes.appendLittleEndian(part.seed)
      bytes.appendLittleEndian(part.speed.bitPattern)
      bytes.appendLittleEndian(UInt32(part.count))
      for track in part.tracks {
        bytes.append(track.hands.first.rawValue)
        bytes.appendLittleEndian(UInt32(track.hands.changes.count))
        for step in track.hands.changes { bytes.appendLittleEndian(UInt32(step)) }
        bytes += track.actions.bytes
      }
    }
    bytes.appendLittleEndian(CRC32.checksum(bytes))
    return bytes
  }

  /// The bytes of a name, whole characters only.
  static func fitted(_ name: String) -> [UInt8] {
    var name = Substring(name)
    while name.utf8.count > longestName { name = name.dropLast() }
    return Array(name.utf8)
  }
}
