import Demonstrations
import PongEngine
import Storage
import TestSupport
import Testing
import TinyRuns
import Training

@Suite("The demonstration of a config")
struct DemonstrationTests {
  @Test func anExpertOrAFile() throws {
    try withTemporaryFolder { folder in
      let played = try TinyRun.config().data.dataset()
      #expect(played.count == 400 && played.metadata.expert == "interceptor")
      try played.write(to: "\(folder)/a.pong")
      #expect(try TinyRun.config("data.file=\(folder)/a.pong", "data.frames=100").data.dataset() == played)
    }
  }

  @Test func readyToTrainOn() throws {
    let config = try TinyRun.config("data.seed=3", "data.expert=humanlike").data
    let data = try config.trainingData()
    #expect(data.count == 400)
    let digits = String(DatasetFile.rowsChecksum(try config.dataset()), radix: 16)
    #expect(data.demonstrationCRC32 == String(repeating: "0", count: 8 - digits.count) + digits)
    let other = try TinyRun.config("data.seed=4", "data.expert=humanlike").data
    #expect(try other.trainingData().demonstrationCRC32 != data.demonstrationCRC32)
  }

  @Test(
    "Data that are read block by block are those of the dataset in memory, from one file or a folder of shards"
  )
  func streamed() throws {
    let generator = DemonstrationGenerator(expert: .humanlike, seed: 3)
    let whole = DatasetShard(episodes: 5, steps: 140_000)
    let dataset = generator.dataset(lengths: whole.lengths)
    try withTemporaryFolder { folder in
      try dataset.write(to: "\(folder)/a.pong")
      try dataset.recorded(as: .afterMove).write(to: "\(folder)/b.pong")
      try Folder.make("\(folder)/set")
      for index in 0..<2 {
        let header = DatasetHeader(
          metadata: generator.metadata, DatasetShard(index: index, of: 2, episodes: 5, steps: 140_000))
        let writer = try DatasetWriter(header, to: "\(folder)/set/\(index).pong")
        for episode in (header.shard?.range ?? 0..<0) {
          let (observations, actions) = (
            dataset.episodes[episode].observations, dataset.episodes[episode].actions
          )
          try writer.append(zip(observations, actions).map { $0.bits | UInt32($1.rawValue) << 24 })
        }
        try writer.finish()
      }
      for (name, source) in [
        ("a.pong", dataset), ("set", dataset), ("b.pong", dataset.recorded(as: .afterMove)),
      ] {
        let data = try TinyRun.config("data.file=\(folder)/\(name)").data.trainingData()
        let seen = source.asSeenByAgent
        let rows = seen.episodes.flatMap { zip($0.observations, $0.actions).map { ($0.bits, $1.rawValue) } }
        #expect(data.count == rows.count && data.episodes.map(\.count) == seen.episodes.map(\.count))
        #expect(
          rows.indices.allSatisfy { data.observation($0) == rows[$0].0 && data.action($0) == rows[$0].1 })
        #expect(data.demonstrationCRC32 == hexadecimal(DatasetFile.rowsChecksum(source)))
        #expect(data.checksum == TrainingData(source).checksum)
      }
      #expect {
        try TinyRun.config("data.file=\(folder)/set/1.pong").data.trainingData()
      } throws: { "\($0)".hasSuffix("found shard 1 of 2 alone, expected all of them, or their folder") }
    }
  }

  @Test func aDemonstrationByOtherRulesIsRefused() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/a.pong"
      try TinyRun.config("data.rules=classic").data.dataset().write(to: path)
      #expect(
        throws: FileError.malformed(
          path: path, offset: nil, found: "a demonstration by the classic rules",
          expected: "one by the reference rules, as data.rules says")
      ) { try TinyRun.config("data.file=\(path)").data.dataset() }
      #expect(try TinyRun.config("data.file=\(path)", "data.rules=classic").data.dataset().count == 400)
      // Text does not know its rules.
      try TinyRun.config("data.rules=classic").data.dataset().write(to: "\(folder)/a.txt")
      let text = try TinyRun.config("data.file=\(folder)/a.txt", "data.rules=classic").data.dataset()
      #expect(text.metadata.ruleSet == .classic)
    }
  }
}
