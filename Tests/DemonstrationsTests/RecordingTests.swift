import Demonstrations
import Determinism
import PongEngine
import Storage
import TestSupport
import Testing

/// What a person might have played: games from first serves on, by random actions.
func recordedPlay(_ lengths: [(seed: UInt64, steps: Int)], ruleSet: RuleSet = .reference) -> Dataset {
  var random = SeededGenerator(seed: 12)
  var dataset = Dataset(
    metadata: DatasetMetadata(ruleSet: ruleSet, expert: "human", seed: lengths[0].seed), episodes: [])
  for (seed, steps) in lengths {
    var session = Session(rules: Rules.preset(ruleSet), serves: SeededServes(seed: seed))
    var episode = Episode(seed: seed)
    for _ in 0..<steps {
      let action = Action.allCases[random.uniform(below: 3)]
      episode.append(session.observation, action)
      session.step(action)
    }
    dataset.episodes.append(episode)
  }
  return dataset
}

@Suite("Recordings of a person")
struct RecordingTests {
  /// Records a dataset into a file, flushed every `every` steps; ended or not.
  private func record(_ dataset: Dataset, to path: String, every: Int, closes: Bool) throws {
    var file = try RecordingFile(path: path, metadata: dataset.metadata, replaces: false)
    var steps = 0
    for episode in dataset.episodes {
      file.begin(seed: episode.seed ?? 0)
      for row in 0..<episode.count {
        file.add(episode.observations[row], episode.actions[row])
        steps += 1
        if steps % every == 0 { try file.flush() }
      }
    }
    if closes { try file.close() }
  }

  @Test(arguments: [1, 7, 60, 1024, 100_000])
  func anEndedRecordingIsTheWholeDataset(_ every: Int) throws {
    let dataset = recordedPlay([(5, 1500), (5, 3), (6, 2048)])
    try withTemporaryFolder { folder in
      try record(dataset, to: "\(folder)/a.pong", every: every, closes: true)
      #expect(try Dataset(path: "\(folder)/a.pong") == dataset)
      let bytes = try AtomicFile.read("\(folder)/a.pong")
      #expect(bytes == (try DatasetFile.encode(dataset, path: "a")), "the same bytes however it was flushed")
      #expect(dataset.madeAgain() == .dataset(dataset))
    }
  }

  @Test func nothingPlayedMakesNoFile() throws {
    try withTemporaryFolder { folder in
      var file = try RecordingFile(
        path: "\(folder)/a.pong", metadata: DatasetMetadata(expert: "human"), replaces: false)
      file.begin(seed: 1)
      file.begin(seed: 2)
      try file.flush()
      try file.close()
      #expect(!AtomicFile.exists("\(folder)/a.pong"))
    }
  }

  @Test func aRecordingCutOffAnywhereGivesItsWholeBlocks() throws {
    let dataset = recordedPlay([(1, 25), (2, 14)])
    try withTemporaryFolder { folder in
      try record(dataset, to: "\(folder)/a.pong", every: 10, closes: false)
      let bytes = try AtomicFile.read("\(folder)/a.pong")
      let rows = dataset.episodes.flatMap { episode in
        (0..<episode.count).map { "\(episode.observations[$0].bits) \(episode.actions[$0])" }
      }
      // Blocks of 10, 10, 5 and 5, 5 (the last 4 rows were never flushed).
      var lengths: Set<Int> = []
      for count in bytes.indices.dropFirst(53) {
        let content = try RecordingFormat.decode(Array(bytes[..<count]), path: "a")
        let found = content.dataset.episodes.flatMap { episode in
          (0..<episode.count).map { "\(episode.observations[$0].bits) \(episode.actions[$0])" }
        }
        #expect(content.isOpen && found == Array(rows.prefix(found.count)))
        lengths.insert(found.count)
      }
      let whole = try RecordingFormat.decode(bytes, path: "a")
      #expect(whole.tornBytes == 0 && whole.dataset.count == 30)
      #expect(lengths == [0, 10, 20, 25])
      #expect(whole.dataset.episodes.map(\.seed) == [1, 2])
    }
  }

  @Test func damageInAnOpenRecordingIsFoundOrCostsOnlyTheEnd() throws {
    let dataset = recordedPlay([(1, 25)])
    try withTemporaryFolder { folder in
      try record(dataset, to: "\(folder)/a.pong", every: 25, closes: false)
      let bytes = try AtomicFile.read("\(folder)/a.pong")
      Damage(bytes) { try RecordingFormat.decode($0, path: damagedFile) }.flips { content, bit in
        // Behind the header, 53 bytes, the one block of 120 is given up.
        bit / 8 >= 53 && content.dataset.count == 0 && content.tornBytes == 120
      }
      // Damage with more behind it than a block being written can have left is not taken for a torn end.
      let block = Array(bytes[53...])
      var long = Array(bytes[..<53])
      long += [0xff] + block.dropFirst()
      while long.count < 53 + 5000 { long += block }
      #expect(throws: FileError.self) { try RecordingFormat.decode(long, path: "a") }
    }
  }

  @Test("A closed recording cut off at any byte or with any one bit flipped: a typed error")
  func damageInAClosedOne() throws {
    let bytes = try DatasetFile.encode(recordedPlay([(3, 20), (4, 9)]), path: "a")
    let damage = Damage(bytes) { try DatasetFile.decode($0, path: damagedFile) }
    damage.cuts()
    damage.flips()
    #expect(throws: FileError.self) { try DatasetFile.decode(bytes + [0], path: "a") }
  }

  @Test("The layout of the doc comment, byte by byte")
  func layout() throws {
    var episode = Episode(seed: 0x0102_0304_0506_0708)
    episode.append(Observation(bits: 0x12_3456), .stay)
    let metadata = DatasetMetadata(ruleSet: .classic, expert: "ab", seed: 3, engineVersion: 9)
    let bytes = try DatasetFile.encode(Dataset(metadata: metadata, episodes: [episode]), path: "a")
    func checksum(_ bytes: [UInt8]) -> [UInt8] {
      let crc = CRC32.checksum(bytes)
      return (0..<4).map { UInt8(truncatingIfNeeded: crc >> UInt32(8 * $0)) }
    }
    let head: [UInt8] = [
      0x89, 0x50, 0x4f, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 2, 0, 0, 0, 50, 0, 0, 0, 1, 0, 2, 0, 9, 0, 0, 0,
      3, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0x61, 0x62,
    ]
    let block: [UInt8] = [
      0, 0, 0, 0, 1, 0, 0, 0, 8, 7, 6, 5, 4, 3, 2, 1, 0x56, 0x34, 0x12, 2,
    ]
    #expect(bytes == head + checksum(head) + block + checksum(block))
  }

  @Test func aFileInTheWayStays() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/a.pong"
      try AtomicFile.write(text: "mine", to: path)
      let metadata = DatasetMetadata(expert: "human")
      let line = "\(path): found a file, expected a new name, or --force to replace it"
      #expect { _ = try RecordingFile(path: path, metadata: metadata, replaces: false) } throws: {
        "\($0)" == line && ($0 as? FileError)?.exitCode == 65
      }
      var file = try RecordingFile(path: path, metadata: metadata, replaces: true)
      file.begin(seed: 1)
      #expect(try AtomicFile.read(path) == Array("mine".utf8), "until there is something to put in its place")
      file.add(Observation(bits: 1), .left)
      try file.close()
      #expect(try Dataset(path: path).count == 1)
      // One that comes into being meanwhile is in the way, too.
      var late = try RecordingFile(path: "\(folder)/b.pong", metadata: metadata, replaces: false)
      late.add(Observation(bits: 1), .left)
      try AtomicFile.write(text: "mine", to: "\(folder)/b.pong")
      do throws(FileError) {
        try late.flush()
        Issue.record("a file was replaced")
      } catch {
        #expect("\(error)" == "\(folder)/b.pong: found a file, expected a new name, or --force to replace it")
      }
      #expect(try AtomicFile.read("\(folder)/b.pong") == Array("mine".utf8))
    }
  }

  @Test func aFolderThatIsNotThereIsSaidBeforePlay() {
    #expect {
      _ = try RecordingFile(path: "/nowhere/a.pong", metadata: DatasetMetadata(expert: ""), replaces: false)
    } throws: { "\($0)" == "/nowhere/a.pong: cannot be written: No such file or directory" }
  }

  @Test func otherObservationsThanPlayedAreFoundOut() {
    var dataset = recordedPlay([(1, 300), (2, 100)], ruleSet: .classic)
    #expect(dataset.madeAgain() == .dataset(dataset))
    dataset.episodes[1].seed = 3
    #expect(dataset.madeAgain() != .dataset(dataset))
    dataset.metadata.engineVersion = 2
    #expect(dataset.madeAgain() == .impossible(reason: "played on engine version 2, this is 1"))
  }

  @Test func seedsStayWithTheirRows() {
    let dataset = recordedPlay([(1, 30), (2, 20)])
    let after = dataset.recorded(as: .afterMove)
    #expect(after.isRecording && after.madeAgain() == .dataset(after))
    #expect(!after.asSeenByAgent.isRecording, "their first rows are gone")
  }
}
