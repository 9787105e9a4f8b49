import PongEngine
import Storage

extension ReplayFile {
  /// The replay in the bytes of a file; `path` only names the file in errors.
  /// - Throws: `FileError.malformed` with the offset, what was found and what was expected.
  public static func decode(_ bytes: [UInt8], path: String) throws(FileError) -> Replay {
    var reader = ByteReader(bytes, path: path)
    try reader.expect(magic, name: "the magic bytes of a .replay")
    let found: UInt32 = try reader.integer("the version")
    guard (1...version).contains(found) else {
      throw reader.malformed(at: 8, found: "version \(found)", expected: "version 1 to \(version)")
    }
    guard bytes.count >= reader.offset + 4 else {
      throw reader.malformed(
        at: bytes.count, found: "the end of the file", expected: "the rest of the header")
    }
    let end = bytes.count - 4
    try reader.checkCRC(of: 0..<end, at: end, name: "replay")
    var replay = try readHeader(&reader)
    let parts: UInt32 = try reader.integer("the number of parts")
    replay.names = try readNames(&reader, count: replay.names.count)
    var steps = 0
    for _ in 0..<parts {
      let part = try readPart(
        &reader, hasSpeed: found > 1, courts: replay.names.count, stepsLeft: Replay.mostSteps - steps)
      steps += part.count
      replay.parts.append(part)
    }
    guard reader.offset == end else {
      throw reader.malformed(
        at: reader.offset, found: "\(end - reader.offset) bytes more", expected: "the checksum of the replay")
    }
    return replay
  }

  /// Rules, engine and as many empty names as there are courts.
  private static func readHeader(_ reader: inout ByteReader) throws(FileError) -> Replay {
    let engine: UInt32 = try reader.integer("the engine version")
    let rules: UInt8 = try reader.integer("the rule set")
    guard let ruleSet = RuleSet(rawValue: rules) else {
      throw reader.malformed(at: 16, found: "rule set \(rules)", expected: "0 or 1")
    }
    let courts: UInt8 = try reader.integer("the number of courts")
    guard (1...Replay.mostCourts).contains(Int(courts)) else {
      throw reader.malformed(at: 17, found: "\(courts) courts", expected: "1 to \(Replay.mostCourts)")
    }
    return Replay(
      ruleSet: ruleSet, engineVersion: Int(engine), names: [String](repeating: "", count: Int(courts)))
  }

  private static func readNames(_ reader: inout ByteReader, count: Int) throws(FileError) -> [String] {
    var names: [String] = []
    for _ in 0..<count {
      let length: UInt8 = try reader.integer("the length of a name")
      let start = reader.offset
      let bytes = try reader.take(Int(length), "a player's name")
      guard let name = String(validating: bytes, as: UTF8.self) else {
        throw reader.malformed(at: start, found: "bytes that are not UTF-8", expected: "a player's name")
      }
      names.append(name)
    }
    return names
  }

  private static func readPart(
    _ reader: inout ByteReader, hasSpeed: Bool, courts: Int, stepsLeft: Int
  ) throws(FileError) -> Replay.Part {
    let seed: UInt64 = try reader.integer("the seed of a part")
    let speed = hasSpeed ? try readSpeed(&reader) : 1
    let steps: UInt32 = try reader.integer("the steps of a part")
    guard steps <= stepsLeft else {
      throw reader.malformed(
        at: reader.offset - 4, found: "a part of \(steps) steps", expected: "at most \(stepsLeft)")
    }
    var part = Replay.Part(seed: seed, speed: speed, tracks: [])
    for _ in 0..<courts { part.tracks.append(try readTrack(&reader, steps: Int(steps))) }
    return part
  }

  private static func readSpeed(_ reader: inout ByteReader) throws(FileError) -> Double {
    let bits: UInt64 = try reader.integer("the speed of a part")
    let (speed, range) = (Double(bitPattern: bits), Perturbation.Kind.speed.range)
    guard range.contains(speed) else {
      throw reader.malformed(
        at: reader.offset - 8, found: "a ball \(speed) times as fast",
        expected: "\(range.lowerBound) to \(range.upperBound)")
    }
    return speed
  }

  private static func readTrack(_ reader: inout ByteReader, steps: Int) throws(FileError) -> Replay.Track {
    let start = reader.offset
    let first: UInt8 = try reader.integer("the first hand")
    let count: UInt32 = try reader.integer("the number of changes of hand")
    guard let hand = Hand(rawValue: first) else {
      throw reader.malformed(at: start, found: "hand \(first)", expected: "0 or 1")
    }
    guard count < max(steps, 1) else {
      throw reader.malformed(
        at: start + 1, found: "\(count) changes of hand", expected: "fewer than the \(steps) steps")
    }
    var changes: [Int] = []
    for _ in 0..<count {
      let step: UInt32 = try reader.integer("a change of hand")
      changes.append(Int(step))
    }
    guard let hands = HandColumn(first: hand, changes: changes), changes.last ?? 0 < max(steps, 1) else {
      throw reader.malformed(
        at: start + 5, found: "changes of hand out of order",
        expected: "steps that ascend from 1 to less than \(steps)")
    }
    let actionsStart = reader.offset
    let bytes = try reader.take(ActionColumn.bytes(steps), "the actions of a part")
    guard let actions = ActionColumn(bytes: bytes, count: steps) else {
      throw reader.malformed(
        at: actionsStart, found: "bits that name no action", expected: "\(steps) actions of two bits each")
    }
    var track = Replay.Track()
    track.actions = actions
    track.hands = hands
    return track
  }
}
