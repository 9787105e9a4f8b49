import Demonstrations
import Determinism
import PongEngine
import Storage
import TestSupport
import Testing

/// A small dataset that uses every field: two episodes, an empty one, a name outside ASCII.
func smallDataset(alignment: PaddleAlignment = .afterMove) -> Dataset {
  let rows = DemonstrationGenerator(expert: .tracker, seed: 3).dataset(frames: 6).episodes[0]
  var second = Episode()
  second.append(Observation(bits: 0xff_ffff), .right)
  second.append(Observation(bits: 0), .left)
  let metadata = DatasetMetadata(
    ruleSet: .classic, expert: "jürgen", seed: .max - 1, engineVersion: 7, alignment: alignment)
  return Dataset(metadata: metadata, episodes: [rows, Episode(), second])
}

@Suite("DatasetFile")
struct DatasetFileTests {
  @Test(arguments: PaddleAlignment.allCases)
  func roundTrips(_ alignment: PaddleAlignment) throws {
    let dataset = smallDataset(alignment: alignment)
    try withTemporaryFolder { folder in
      try dataset.write(to: "\(folder)/a.pong")
      #expect(try Dataset(path: "\(folder)/a.pong") == dataset)
    }
    let empty = Dataset(metadata: DatasetMetadata(expert: ""), episodes: [])
    #expect(try DatasetFile.decode(DatasetFile.encode(empty, path: "a"), path: "a") == empty)
  }

  @Test func theRowsChecksumTellsDemonstrationsApart() throws {
    let datasets = (0..<4).map { DemonstrationGenerator(expert: .humanlike, seed: $0).dataset(frames: 300) }
    #expect(Set(datasets.map(DatasetFile.rowsChecksum)).count == 4)
    for dataset in datasets {
      let last = try DatasetFile.encode(dataset, path: "a").suffix(4)
      let field = last.reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
      #expect(DatasetFile.rowsChecksum(dataset) == field)
    }
  }

  @Test("The layout of the doc comment, byte by byte")
  func layout() throws {
    var episode = Episode()
    episode.append(Observation(bits: 0x12_3456), .stay)
    let metadata = DatasetMetadata(
      ruleSet: .classic, expert: "ab", seed: 0x0102_0304_0506_0708, engineVersion: 9, alignment: .afterMove)
    let bytes = try DatasetFile.encode(Dataset(metadata: metadata, episodes: [episode]), path: "a")
    let head: [UInt8] = [
      0x89, 0x50, 0x4f, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 1, 0, 0, 0, 46, 0, 0, 0, 1, 1, 2, 0, 9, 0, 0, 0,
      8, 7, 6, 5, 4, 3, 2, 1, 1, 0, 0, 0, 0x61, 0x62, 1, 0, 0, 0,
    ]
    let row: [UInt8] = [0x56, 0x34, 0x12, 2]
    func checksum(_ bytes: [UInt8]) -> [UInt8] {
      let crc = CRC32.checksum(bytes)
      return [UInt8(crc & 255), UInt8(crc >> 8 & 255), UInt8(crc >> 16 & 255), UInt8(crc >> 24)]
    }
    #expect(bytes == head + checksum(head) + row + checksum(row))
  }

  @Test("Cut off at any byte or with any one bit turned: a typed error, for a CRC finds them all")
  func damage() throws {
    let bytes = try DatasetFile.encode(smallDataset(), path: "a")
    let damage = Damage(bytes) { try DatasetFile.decode($0, path: damagedFile) }
    damage.cuts()
    damage.flips()
    #expect(throws: FileError.self) { try DatasetFile.decode(bytes + [0], path: "a") }
  }

  /// The header with some bytes changed and its checksum made right again.
  func forged(_ offset: Int, _ values: [UInt8]) throws -> [UInt8] {
    var bytes = try DatasetFile.encode(smallDataset(), path: "a")
    let end = Int(bytes[12])
    bytes.replaceSubrange(offset..<offset + values.count, with: values)
    let crc = CRC32.checksum(bytes[..<(end - 4)])
    for byte in 0..<4 { bytes[end - 4 + byte] = UInt8(truncatingIfNeeded: crc >> UInt32(8 * byte)) }
    return bytes
  }

  @Test("Sizes that lie, under a right checksum, allocate nothing and say what is wrong")
  func lyingSizes() throws {
    // 36 bytes, "jürgen" in 7, three lengths, a checksum: 59. The whole file: 59 + 4 x 8 + 4 = 95.
    let cases: [(Int, [UInt8], String)] = [
      (8, [4], "a: at byte 8: found version 4, expected version 1, 2 or 3"),
      (16, [9], "a: at byte 16: found rule set 9, expected 0 or 1"),
      (17, [2], "a: at byte 17: found alignment 2, expected 0 or 1"),
      (
        32, [255, 255, 255, 255],
        "a: at byte 12: found a header of 59 bytes, expected 17179869227 for a name of 7 bytes (at most 255) "
          + "and 4294967295 episodes"
      ),
      (
        43, [255, 255, 255, 255],
        "a: at byte 43: found an episode of 4294967295 steps, expected at most 23 in a file of 95 bytes"
      ),
      (43, [7, 0, 0, 0], "a: at byte 95: found a file of 95 bytes, expected 99 bytes for 9 rows"),
      (43, [5, 0, 0, 0], "a: at byte 91: found a file of 95 bytes, expected 91 bytes for 7 rows"),
      (36, [0xff], "a: at byte 36: found bytes that are not UTF-8, expected the expert's name"),
    ]
    for (offset, values, line) in cases {
      let bytes = try forged(offset, values)
      #expect { try DatasetFile.decode(bytes, path: "a") } throws: { "\($0)" == line }
    }
  }

  @Test func saysWhatForeignFilesAre() throws {
    #expect { try DatasetFile.decode([], path: "a.pong") } throws: {
      "\($0)"
        == "a.pong: at byte 0: found the end of the file, expected the magic bytes of a .pong dataset, "
        + "89 50 4f 4e 47 0d 0a 1a"
    }
    #expect { try DatasetFile.decode(Array("0,1,0,0,1".utf8), path: "a.pong") } throws: {
      "\($0)"
        == "a.pong: at byte 0: found 30 2c 31 2c 30 2c 30 2c, expected the magic bytes of a .pong dataset, "
        + "89 50 4f 4e 47 0d 0a 1a"
    }
  }

  @Test func refusesWhatDoesNotFit() {
    let name = String(repeating: "x", count: 256)
    let long = Dataset(metadata: DatasetMetadata(expert: name), episodes: [])
    #expect { try DatasetFile.encode(long, path: "a") } throws: {
      "\($0)" == "a: found an expert's name of 256 bytes, expected at most 255"
    }
    let negative = Dataset(metadata: DatasetMetadata(expert: "x", engineVersion: -1), episodes: [])
    #expect { try DatasetFile.encode(negative, path: "a") } throws: {
      "\($0)" == "a: found engine version -1, expected 0 to 4294967295"
    }
  }
}

@Suite("Generated demonstrations")
struct DemonstrationGeneratorTests {
  @Test("Same inputs, same bytes; another seed, others", arguments: Expert.allCases, RuleSet.allCases)
  func isDeterministic(_ expert: Expert, _ ruleSet: RuleSet) throws {
    func bytes(_ seed: UInt64) throws -> [UInt8] {
      let generator = DemonstrationGenerator(expert: expert, ruleSet: ruleSet, seed: seed)
      return try DatasetFile.encode(generator.dataset(frames: 500), path: "a")
    }
    #expect(try bytes(1) == bytes(1))
    #expect(try bytes(1) != bytes(2))
  }

  @Test("Rows are what the rules say: ball and paddle go on from row to row")
  func rowsFollowTheRules() {
    let dataset = DemonstrationGenerator(expert: .humanlike, seed: 4).dataset(frames: 2_000)
    let episode = dataset.episodes[0]
    for row in 1..<episode.count {
      let before = episode.observations[row - 1]
      let paddle = Rules.reference.paddle(after: episode.actions[row - 1], atPixel: before.paddleX)
      #expect(episode.observations[row].paddleX == paddle)
    }
    #expect(dataset.count == 2_000 && dataset.metadata.alignment == .beforeMove)
  }

  @Test(arguments: PaddleAlignment.allCases)
  func canBeMadeAgain(_ alignment: PaddleAlignment) {
    let dataset = DemonstrationGenerator(expert: .humanlike, ruleSet: .classic, seed: 5).dataset(frames: 700)
    let recorded = dataset.recorded(as: alignment)
    #expect(recorded.madeAgain() == .dataset(recorded))
  }

  /// The noise is part of who played, or another file of it would pass for this one.
  @Test(arguments: PaddleAlignment.allCases)
  func canBeMadeAgainWithItsNoise(_ alignment: PaddleAlignment) throws {
    var generator = DemonstrationGenerator(expert: .tracker, ruleSet: .classic, seed: 5, noise: 0.25)
    let dataset = generator.dataset(lengths: [300, 400])
    #expect(dataset.metadata.expert == "tracker, noise 0.25")
    let recorded = dataset.recorded(as: alignment)
    #expect(recorded.madeAgain() == .dataset(recorded))
    #expect(recorded.shownAlignment == alignment)
    generator.noise = 0
    #expect(generator.dataset(lengths: [300, 400]).episodes != dataset.episodes)
    for name in ["tracker, noise 0.250", "tracker, noise 2.0", "tracker, noise 0.0", "human, noise 0.25"] {
      var other = dataset
      other.metadata.expert = name
      #expect(other.madeAgain() == .impossible(reason: "\"\(name)\" is not an expert of this program"))
    }
  }

  @Test func saysWhyItCannotBeMadeAgain() {
    var dataset = DemonstrationGenerator(expert: .tracker, seed: 5).dataset(frames: 10)
    dataset.metadata.engineVersion += 1
    #expect(
      dataset.madeAgain() == .impossible(reason: "played on engine version 2, this is 1"))
    dataset.metadata.expert = "human"
    #expect(dataset.madeAgain() == .impossible(reason: "\"human\" is not an expert of this program"))
  }

  /// Side by side on the batch engine: every episode is what its expert plays alone on its serves.
  @Test(arguments: RuleSet.allCases)
  func episodesAreIndependentGames(_ ruleSet: RuleSet) {
    let generator = DemonstrationGenerator(expert: .humanlike, ruleSet: ruleSet, seed: 9)
    let lengths = [300, 700, 1, 450]
    let dataset = generator.dataset(lengths: lengths)
    #expect(dataset.episodes.map(\.count) == lengths)
    #expect(dataset.madeAgain() == .dataset(dataset))
    let root = SeededGenerator(seed: 9)
    for (index, length) in lengths.enumerated() {
      let serves = SeededServes(generator: root.split("serves").split(UInt64(index)))
      let rules = Rules.preset(ruleSet)
      var session = Session(rules: rules, serves: serves)
      var policy = Expert.humanlike.policy(
        rules: rules, seed: root.split("players").split(UInt64(index)).state[0])
      var alone = Episode()
      for _ in 0..<length {
        let seen = session.observation
        let action = policy.action(for: seen)
        alone.append(seen, action)
        session.step(action)
      }
      #expect(dataset.episodes[index] == alone)
    }
    #expect(dataset.episodes[0].observations[0] != dataset.episodes[1].observations[0])
    #expect(generator.dataset(lengths: [700]) == generator.dataset(frames: 700))
  }
}
