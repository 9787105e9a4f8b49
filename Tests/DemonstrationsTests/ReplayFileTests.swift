import Demonstrations
import Determinism
import PongEngine
import Storage
import TestSupport
import Testing

/// A replay of random actions and hands, a function of the seed.
func randomReplay(seed: UInt64, courts: Int, parts: [Int]) -> Replay {
  var random = SeededGenerator(seed: seed)
  let names = (0..<courts).map { "agent \($0) é" }
  var replay = Replay(ruleSet: .classic, engineVersion: 7, names: names)
  for steps in parts {
    let tracks = (0..<courts).map { _ in
      var track = Replay.Track()
      var hand = Hand.allCases[random.uniform(below: 2)]
      for step in 0..<steps {
        if random.bernoulli(0.1) { hand = hand == .agent ? .person : .agent }
        track.hands.append(hand, step: step)
        track.actions.append(Action.allCases[random.uniform(below: 3)])
      }
      return track
    }
    replay.parts.append(Replay.Part(seed: random.next(), speed: steps % 2 == 0 ? 1 : 1.25, tracks: tracks))
  }
  return replay
}

@Suite("Replay: columns and file")
struct ReplayFileTests {
  @Test(arguments: [0, 1, 2, 3, 4, 5, 63, 64, 65, 1000])
  func columnsHoldWhatIsAppended(_ count: Int) {
    var random = SeededGenerator(seed: UInt64(count))
    var (actions, hands): ([Action], [Hand]) = ([], [])
    var (actionColumn, handColumn) = (ActionColumn(), HandColumn(first: .agent))
    for step in 0..<count {
      actions.append(Action.allCases[random.uniform(below: 3)])
      hands.append(random.bernoulli(0.2) ? .person : .agent)
      actionColumn.append(actions[step])
      handColumn.append(hands[step], step: step)
    }
    #expect(actionColumn.count == count && actionColumn.bytes.count == (count + 3) / 4)
    #expect((0..<count).map { actionColumn[$0] } == actions)
    #expect((0..<count).map { handColumn[$0] } == hands)
    #expect(ActionColumn(bytes: actionColumn.bytes, count: count) == actionColumn)
    #expect(HandColumn(first: handColumn.first, changes: handColumn.changes) == handColumn)
  }

  @Test func columnsRefuseWhatIsNotTheirs() {
    #expect(ActionColumn(bytes: [0b11], count: 1) == nil, "no fourth action")
    #expect(ActionColumn(bytes: [0b1100_0000], count: 4) == nil)
    #expect(ActionColumn(bytes: [0b100], count: 1) == nil, "set beyond the last action")
    #expect(ActionColumn(bytes: [0, 0], count: 4) == nil && ActionColumn(bytes: [], count: 1) == nil)
    #expect(ActionColumn(bytes: [], count: -1) == nil && ActionColumn(bytes: [], count: .max) == nil)
    #expect(
      HandColumn(first: .agent, changes: [0]) == nil && HandColumn(first: .agent, changes: [2, 2]) == nil)
  }

  @Test func roundTrips() throws {
    for seed in 0..<20 as Range<UInt64> {
      let replay = randomReplay(seed: seed, courts: 1 + Int(seed) % 6, parts: [Int(seed) * 7, 0, 40])
      let bytes = ReplayFile.encode(replay)
      #expect(try ReplayFile.decode(bytes, path: "a") == replay)
      #expect(ReplayFile.encode(replay) == bytes)
    }
    try withTemporaryFolder { folder in
      let replay = randomReplay(seed: 1, courts: 2, parts: [100])
      try ReplayFile.write(replay, to: "\(folder)/a.replay")
      #expect(try ReplayFile.read("\(folder)/a.replay") == replay)
    }
  }

  @Test("The layout of the doc comment, byte by byte")
  func layout() {
    var track = Replay.Track()
    for (step, action) in [Action.left, .stay, .right, .left, .stay].enumerated() {
      track.hands.append(step < 3 ? .person : .agent, step: step)
      track.actions.append(action)
    }
    let replay = Replay(
      ruleSet: .classic, engineVersion: 9, names: ["ab"],
      parts: [Replay.Part(seed: 0x0102_0304_0506_0708, speed: 1.5, tracks: [track])])
    let body: [UInt8] = [
      0x89, 0x50, 0x52, 0x45, 0x50, 0x0d, 0x0a, 0x1a, 2, 0, 0, 0, 9, 0, 0, 0, 1, 1, 1, 0, 0, 0, 2, 0x61, 0x62,
      8, 7, 6, 5, 4, 3, 2, 1, 0, 0, 0, 0, 0, 0, 0xf8, 0x3f, 5, 0, 0, 0, 1, 1, 0, 0, 0, 3, 0, 0, 0,
      0b0100_1001, 0b10,
    ]
    let crc = CRC32.checksum(body)
    let checksum = (0..<4).map { UInt8(truncatingIfNeeded: crc >> UInt32(8 * $0)) }
    #expect(ReplayFile.encode(replay) == body + checksum)
  }

  /// A file of version 1 has no speeds.
  @Test func versionOneIsRead() throws {
    let replay = randomReplay(seed: 2, courts: 2, parts: [10, 6])
    var bytes = ReplayFile.encode(replay)
    bytes[8] = 1
    let names = replay.names.reduce(0) { $0 + 1 + $1.utf8.count }
    var offset = 22 + names
    for part in replay.parts {
      bytes.removeSubrange(offset + 8..<offset + 16)
      offset += 12 + part.tracks.reduce(0) { $0 + 5 + 4 * $1.hands.changes.count + $1.actions.bytes.count }
    }
    let crc = CRC32.checksum(bytes.dropLast(4))
    bytes.replaceSubrange(
      bytes.count - 4..<bytes.count, with: (0..<4).map { UInt8(truncatingIfNeeded: crc >> UInt32(8 * $0)) })
    #expect(try ReplayFile.decode(bytes, path: "a") == replay)
  }

  @Test func minutesTakeKilobytes() {
    let replay = randomReplay(seed: 0, courts: 1, parts: [5 * 60 * 60])
    let handChanges = replay.parts[0].tracks[0].hands.changes.count
    #expect(ReplayFile.encode(replay).count - 4 * handChanges < 4_600)
  }

  @Test func longNamesAreCutBetweenCharacters() throws {
    let name = "x" + String(repeating: "é", count: 200)
    let replay = Replay(ruleSet: .reference, names: [name])
    let read = try ReplayFile.decode(ReplayFile.encode(replay), path: "a")
    #expect(read.names == ["x" + String(repeating: "é", count: 127)])
  }

  @Test("Cut off at any byte, or with any one bit turned: a typed error")
  func damage() {
    let bytes = ReplayFile.encode(randomReplay(seed: 3, courts: 2, parts: [30, 9]))
    let damage = Damage(bytes) { try ReplayFile.decode($0, path: damagedFile) }
    damage.cuts()
    damage.flips()
    #expect(throws: FileError.self) { try ReplayFile.decode(bytes + [0], path: "a") }
  }

  @Test("Any bytes under a right checksum: a value that gives the same bytes, or a typed error")
  func forgeries() throws {
    let bytes = ReplayFile.encode(randomReplay(seed: 4, courts: 1, parts: [9, 5]))
    for place in 8..<bytes.count - 4 {
      for value in [0, 1, 2, 3, 0x7f, 0x80, 0xff] as [UInt8] {
        var forged = bytes
        forged[place] = value
        let crc = CRC32.checksum(forged.dropLast(4))
        for byte in 0..<4 {
          forged[forged.count - 4 + byte] = UInt8(truncatingIfNeeded: crc >> UInt32(8 * byte))
        }
        do throws(FileError) {
          let replay = try ReplayFile.decode(forged, path: "a")
          #expect(ReplayFile.encode(replay) == forged, "byte \(place) = \(value)")
        } catch {
          guard case .malformed = error else { throw error }
        }
      }
    }
  }

  @Test("Sizes that lie say what is wrong")
  func lyingSizes() {
    // 22 bytes, the name in 1 + 10, then seed (8), speed (8), steps (4), hand, changes.
    let bytes = ReplayFile.encode(randomReplay(seed: 5, courts: 1, parts: [4]))
    let cases: [(Int, [UInt8], String)] = [
      (8, [3], "a: at byte 8: found version 3, expected version 1 to 2"),
      (8, [0], "a: at byte 8: found version 0, expected version 1 to 2"),
      (16, [2], "a: at byte 16: found rule set 2, expected 0 or 1"),
      (17, [0], "a: at byte 17: found 0 courts, expected 1 to 6"),
      (17, [7], "a: at byte 17: found 7 courts, expected 1 to 6"),
      (47, [0x10, 0x40], "a: at byte 41: found a ball 4.0 times as fast, expected 0.25 to 3.0"),
      (47, [0xf8, 0x7f], "a: at byte 41: found a ball nan times as fast, expected 0.25 to 3.0"),
      (49, [1, 0, 0, 1], "a: at byte 49: found a part of 16777217 steps, expected at most 16777216"),
      (53, [2], "a: at byte 53: found hand 2, expected 0 or 1"),
      (
        54, [255, 255, 255, 255],
        "a: at byte 54: found 4294967295 changes of hand, expected fewer than the 4 steps"
      ),
    ]
    for (offset, values, line) in cases {
      var forged = bytes
      forged.replaceSubrange(offset..<offset + values.count, with: values)
      let crc = CRC32.checksum(forged.dropLast(4))
      for byte in 0..<4 {
        forged[forged.count - 4 + byte] = UInt8(truncatingIfNeeded: crc >> UInt32(8 * byte))
      }
      #expect { try ReplayFile.decode(forged, path: "a") } throws: { "\($0)" == line }
    }
  }
}
