import Determinism
import PongEngine
import Storage
import Synchronization
import TestSupport
import Testing

@testable import Demonstrations

/// Shards of a small dataset, in files of a folder, and the dataset itself.
struct SmallSet {
  let generator = DemonstrationGenerator(expert: .humanlike, ruleSet: .classic, seed: 3)
  let folder: String
  static let (episodes, steps) = (7, 3_003)

  func header(_ index: Int, _ count: Int) -> DatasetHeader {
    DatasetHeader(
      metadata: generator.metadata,
      DatasetShard(index: index, of: count, episodes: SmallSet.episodes, steps: SmallSet.steps))
  }

  /// Makes a shard, or with one of one the dataset.
  func make(_ index: Int, of count: Int, threads: Int = 2, _ name: String) throws {
    let header = header(index, count)
    let writer = try DatasetWriter(header, to: "\(folder)/\(name)")
    let range = header.shard?.range ?? 0..<SmallSet.episodes
    let isWhole = try generator.play(
      range, of: SmallSet.episodes, lengths: header.lengths, on: ThreadTeam(threads: threads),
      take: { try writer.append($0) })
    #expect(isWhole)
    try writer.finish()
  }

  /// The dataset, as the batch engine plays it, all episodes side by side.
  func naive() -> Dataset {
    let (rules, root) = (Rules.preset(.classic), SeededGenerator(seed: 3))
    let games = BatchEngine(
      rules: rules, serves: (0..<UInt64(SmallSet.episodes)).map { root.split("serves").split($0) })
    var players = (0..<UInt64(SmallSet.episodes)).map {
      Humanlike(rules: rules, seed: root.split("players").split($0).state[0])
    }
    var episodes = [Episode](repeating: Episode(), count: SmallSet.episodes)
    for _ in 0..<429 {
      for game in 0..<SmallSet.episodes {
        let action = players[game].action(for: games.observation(game))
        episodes[game].append(games.observation(game), action)
        games.actions[game] = action.rawValue
      }
      games.step()
    }
    return Dataset(metadata: generator.metadata, episodes: episodes)
  }
}

@Suite("Datasets that are streamed, and their shards")
struct DatasetStreamTests {
  @Test("The bytes are those of the dataset in memory, whatever the threads")
  func threads() throws {
    try withTemporaryFolder { folder in
      let set = SmallSet(folder: folder)
      let expected = try DatasetFile.encode(set.naive(), path: "a")
      for threads in [1, 2, 5] {
        try set.make(0, of: 1, threads: threads, "a.pong")
        #expect(try AtomicFile.read("\(folder)/a.pong") == expected)
      }
      #expect(try Repository.names(folder) == ["a.pong"])
    }
  }

  @Test("Steps are shared out evenly, episodes among shards too, of any size")
  func shares() {
    let whole = DatasetShard(episodes: 7, steps: 24)
    #expect(whole.lengths == [3, 3, 4, 3, 4, 3, 4] && whole.range == 0..<7)
    for count in 1...7 {
      let shards = (0..<count).map { DatasetShard(index: $0, of: count, episodes: 7, steps: 24) }
      #expect(shards.flatMap(\.lengths) == whole.lengths)
      #expect(shards.flatMap { Array($0.range) } == Array(0..<7))
      #expect(shards.allSatisfy { !$0.range.isEmpty })
    }
    let large = DatasetShard(
      index: Int(UInt32.max) - 1, of: Int(UInt32.max), episodes: Int(UInt32.max), steps: .max)
    #expect(large.range == Int(UInt32.max) - 1..<Int(UInt32.max))
  }

  @Test("All shards make the dataset, in any order, from a folder too, and verify as it does")
  func shards() throws {
    try withTemporaryFolder { folder in
      let set = SmallSet(folder: folder)
      try set.make(0, of: 1, "all.pong")
      let all = try AtomicFile.read("\(folder)/all.pong")
      try Folder.make("\(folder)/set")
      for index in 0..<3 { try set.make(index, of: 3, "set/\(2 - index).pong") }
      try AtomicFile.write([1], to: "\(folder)/set/notes.txt")
      let files = ["\(folder)/set/1.pong", "\(folder)/set/0.pong", "\(folder)/set/2.pong"]
      for paths in [files, ["\(folder)/set"], ["\(folder)/set/"], ["\(folder)/all.pong"]] {
        let stream = try DatasetStream(paths: paths)
        #expect(stream.count == SmallSet.steps && stream.shard == nil && stream.lengths.count == 7)
        try stream.write(to: "\(folder)/again.pong")
        #expect(try AtomicFile.read("\(folder)/again.pong") == all)
        guard case .same = try stream.verify(ThreadTeam(threads: 2)) else {
          Issue.record("\(paths) is not what is made again")
          continue
        }
        #expect(try stream.dataset(path: "a") == DatasetFile.decode(all, path: "a"))
        let checksum = try stream.forEachEpisode(ThreadTeam(threads: 3)) { _, _ in }
        #expect(checksum == DatasetFile.rowsChecksum(set.naive()))
      }
      // A shard alone is looked at, but is no dataset.
      let alone = try DatasetStream(paths: ["\(folder)/set/0.pong"], part: true)
      #expect(alone.shard == DatasetShard(index: 2, of: 3, episodes: 7, steps: SmallSet.steps))
      guard case .same = try alone.verify(ThreadTeam(threads: 1)) else {
        Issue.record("the shard is not what is made again")
        return
      }
      let line =
        "\(folder)/set/0.pong: at byte 8: found shard 2 of 3 alone, expected all of them, or their folder"
      #expect { try DatasetStream(paths: ["\(folder)/set/0.pong"]) } throws: { "\($0)" == line }
      #expect { try Dataset(path: "\(folder)/set/0.pong") } throws: { "\($0)" == line }
    }
  }

  @Test("A set that is not one is refused, with the file that is in the way and why")
  func noSet() throws {
    try withTemporaryFolder { folder in
      let set = SmallSet(folder: folder)
      for index in 0..<3 { try set.make(index, of: 3, "\(index).pong") }
      try set.make(0, of: 1, "all.pong")
      try set.make(1, of: 2, "half.pong")
      let bytes = try AtomicFile.read("\(folder)/1.pong")
      for (name, offset) in [("seed", 24), ("rules", 16), ("engine", 20), ("steps", 48), ("copy", 0)] {
        let changed = resealed(bytes, offset, name == "rules" ? 0 : bytes[offset] ^ (offset == 0 ? 0 : 8))
        try AtomicFile.write(changed, to: "\(folder)/\(name).pong")
      }
      try AtomicFile.write([], to: "\(folder)/a.txt")
      let cases: [(String, String)] = [
        ("0 2", "0.pong: found 2 of the 3 shards of its set, expected shard 1 too"),
        (
          "1 copy 0 2",
          "copy.pong: at byte 36: found shard 1 of 3, which 1.pong is too, expected each shard once"
        ),
        ("0 seed 2", "seed.pong: at byte 24: found seed 11, expected 3, as in 0.pong"),
        ("0 rules 2", "rules.pong: at byte 16: found rules reference, expected classic, as in 0.pong"),
        ("0 engine 2", "engine.pong: at byte 20: found engine version 9, expected 1, as in 0.pong"),
        ("0 steps 2", "steps.pong: at byte 48: found number of steps 2995, expected 3003, as in 0.pong"),
        ("0 half", "half.pong: at byte 40: found number of shards 2, expected 3, as in 0.pong"),
        ("all 0", "all.pong: at byte 8: found a whole dataset, expected a shard of a set, as one of 2 files"),
        (
          "0 all", "all.pong: at byte 8: found a whole dataset, expected a shard of the set that 0.pong is of"
        ),
      ]
      for (names, line) in cases {
        let paths = names.split(separator: " ").map { "\(folder)/\($0).pong" }
        #expect { try DatasetStream(paths: paths) } throws: {
          "\($0)".replacing("\(folder)/", with: "") == line
        }
      }
      #expect(throws: FileError.self) { try DatasetStream(paths: ["\(folder)/0.pong", "\(folder)/a.txt"]) }
      #expect(throws: FileError.notFound(path: "\(folder)/no.pong")) {
        try DatasetStream(paths: ["\(folder)/0.pong", "\(folder)/no.pong"])
      }
    }
  }

  @Test("A set of billions of shards is refused for the first that are missing")
  func hugeSet() throws {
    try withTemporaryFolder { folder in
      let set = SmallSet(folder: folder)
      for index in 0..<2 {
        try set.make(index, of: SmallSet.episodes, "\(index).pong")
        // A header of one episode, in a set of as many shards as episodes as can be said.
        var bytes = try AtomicFile.read("\(folder)/\(index).pong")
        for offset in 40..<48 { bytes = resealed(bytes, offset, 0xff) }
        try AtomicFile.write(bytes, to: "\(folder)/\(index).pong")
      }
      #expect { try DatasetStream(paths: (0..<2).map { "\(folder)/\($0).pong" }) } throws: {
        "\($0)".hasSuffix(
          "found 2 of the 4294967295 shards of its set, expected shard 2, 3, 4, 5, 6, 7, 8, 9 ... too")
      }
    }
  }

  /// A file with one byte of its header changed and the header's checksum made right.
  func resealed(_ bytes: [UInt8], _ offset: Int, _ value: UInt8) -> [UInt8] {
    var bytes = bytes
    let end = Int(bytes[12]) | Int(bytes[13]) << 8
    bytes[offset] = value
    let crc = CRC32.checksum(bytes[..<(end - 4)])
    for byte in 0..<4 { bytes[end - 4 + byte] = UInt8(truncatingIfNeeded: crc >> UInt32(8 * byte)) }
    return bytes
  }

  @Test("A row that was not played is found, with its place, also where the checksum is made right")
  func verification() throws {
    try withTemporaryFolder { folder in
      let set = SmallSet(folder: folder)
      try set.make(0, of: 1, "a.pong")
      let bytes = try AtomicFile.read("\(folder)/a.pong")
      let first = bytes.count - 4 - 4 * SmallSet.steps
      for place in [first, first + 4_001, bytes.count - 6] {
        var changed = bytes
        changed[place] ^= 1
        let file = InputFile(changed, path: "a.pong")
        let line =
          "a.pong: at byte \(place): found other bytes than when made again, expected those of expert humanlike, seed 3"
        #expect { try DatasetStream(DatasetReader(file)).verify(ThreadTeam(threads: 2)) } throws: {
          "\($0)" == line
        }
        let crc = CRC32.checksum(changed[first..<(bytes.count - 4)])
        for byte in 0..<4 {
          changed[bytes.count - 4 + byte] = UInt8(truncatingIfNeeded: crc >> UInt32(8 * byte))
        }
        let sealed = try DatasetStream(DatasetReader(InputFile(changed, path: "a.pong")))
        guard case .other(let error) = try sealed.verify(ThreadTeam(threads: 2)) else {
          Issue.record("a row of another game was not found")
          continue
        }
        #expect("\(error)" == line)
      }
    }
  }

  @Test("Rows are compared as they are recorded, after the move too", arguments: [1, 2, 70_000, 131_073])
  func verificationAfterMove(_ steps: Int) throws {
    let dataset = DemonstrationGenerator(expert: .humanlike, seed: 4).dataset(lengths: [steps, 3])
    let bytes = try DatasetFile.encode(dataset.recorded(as: .afterMove), path: "a")
    guard
      case .same = try DatasetStream(DatasetReader(InputFile(bytes, path: "a"))).verify(
        ThreadTeam(threads: 2))
    else {
      Issue.record("\(steps) steps are not what is made again")
      return
    }
  }

  @Test("Blocks are aligned as a whole dataset is", arguments: RuleSet.allCases)
  func alignment(_ ruleSet: RuleSet) {
    let dataset = DemonstrationGenerator(expert: .humanlike, ruleSet: ruleSet, seed: 4).dataset(frames: 600)
    let rows = dataset.episodes[0].rows(0..<600)
    let after = dataset.recorded(as: .afterMove)
    var recorder = RowsAfterMove(Rules.preset(ruleSet))
    var seen = SeenRows(.afterMove)
    var (recorded, again): ([UInt32], [UInt32]) = ([], [])
    for cut in [0..<1, 1..<1, 1..<300, 300..<600] {
      let block = recorder.recorded(Array(rows[cut]))
      recorded += block
      again += seen.seen(block)
    }
    let last = recorder.last()
    recorded += last
    again += seen.seen(last)
    #expect(recorded == after.episodes[0].rows(0..<600))
    #expect(again == after.asSeenByAgent.episodes[0].rows(0..<599))
    var same = SeenRows(.beforeMove)
    #expect(same.seen(rows) == rows)
  }

  @Test("Of several errors that of the first episode is thrown; rows are read to their end for the checksum")
  func errors() throws {
    struct Wrong: Error, Equatable { var episode: Int }
    let stream = DatasetStream(
      DemonstrationGenerator(expert: .tracker, seed: 1), lengths: [5, 100_000, 1, 70_000, 9])
    for _ in 0..<20 {
      #expect(throws: Wrong(episode: 1)) {
        try stream.forEachEpisode(ThreadTeam(threads: 4)) { place, rows in
          if place.number % 2 == 1 { throw Wrong(episode: place.number) }
        }
      }
    }
    let expected = try DatasetFile.rowsChecksum(stream.dataset(path: "a"))
    #expect(try stream.forEachEpisode(ThreadTeam(threads: 2)) { _, rows in _ = try rows.next() } == expected)
  }
}
