import Determinism
import PongEngine
import Storage
import TestSupport
import Testing

@testable import Demonstrations

@Suite("Datasets in the making")
struct DatasetWriterTests {
  static let lengths = [30, 1, 45, 24]
  static let dataset = DemonstrationGenerator(expert: .humanlike, seed: 6).dataset(lengths: lengths)
  static var header: DatasetHeader { DatasetHeader(metadata: dataset.metadata, lengths: lengths) }
  static func interval(
    rows: Int, time: Duration = .seconds(1000), rowsAtOnce: Int = 1 << 16
  ) -> DatasetWriter.SaveInterval {
    var interval = DatasetWriter.SaveInterval()
    (interval.rows, interval.time, interval.rowsAtOnce) = (rows, time, rowsAtOnce)
    return interval
  }

  static func whole() throws -> [UInt8] { try DatasetFile.encode(dataset, path: "a") }

  /// Adds episodes in blocks of seven rows, saved after each, and stops within episode `stop`, if there is one.
  static func write(
    _ path: String, resume: Bool, stop: Int? = nil, leave: Bool = true,
    interval: DatasetWriter.SaveInterval = interval(rows: 1)
  ) throws -> Int {
    let writer = try DatasetWriter(header, to: path, resume: resume, interval: interval)
    do {
      for (number, episode) in dataset.episodes.enumerated().dropFirst(writer.episodesDone) {
        for start in stride(from: 0, to: episode.count, by: 7) {
          try writer.append(episode.rows(start..<min(start + 7, episode.count)))
          if number == stop, start > 7 || episode.count < 7 {
            if leave { _ = try writer.leave() }
            return writer.episodesDone
          }
        }
        try writer.saveNowAndThen()
      }
      try writer.finish()
    } catch {
      _ = try? writer.leave()
      throw error
    }
    return writer.episodesDone
  }

  @Test(
    "Stopped anywhere, with or without notice, it goes on with the whole episodes", arguments: 0..<4,
    [false, true])
  func resumes(_ stop: Int, _ leave: Bool) throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/a.pong"
      _ = try DatasetWriterTests.write(path, resume: false, stop: stop, leave: leave)
      #expect(!AtomicFile.exists(path))
      // Left with notice and nothing in it, it is removed.
      #expect(AtomicFile.exists("\(path).part") == (stop > 0 || !leave))
      // The episode of one row is whole when it is left in it.
      let whole = stop == 1 && leave ? 2 : stop
      #expect(try DatasetWriterTests.write(path, resume: true) == whole)
      #expect(try AtomicFile.read(path) == DatasetWriterTests.whole())
      #expect(try Repository.names(folder) == ["a.pong"])
    }
  }

  @Test(
    "Killed without notice it goes on with what rows or time have brought to the disk",
    arguments: [(1, 1000, 3), (1000, 0, 3), (40, 1000, 3), (80, 1000, 0), (1000, 1000, 0)])
  func killed(_ rows: Int, _ seconds: Int, _ episodes: Int) throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/a.pong"
      let interval = DatasetWriterTests.interval(rows: rows, time: .seconds(seconds))
      _ = try DatasetWriterTests.write(path, resume: false, stop: 3, leave: false, interval: interval)
      #expect(try DatasetWriterTests.write(path, resume: true) == episodes)
      #expect(try AtomicFile.read(path) == DatasetWriterTests.whole())
    }
  }

  @Test func withoutResumeItBeginsAnew() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/a.pong"
      _ = try DatasetWriterTests.write(path, resume: false, stop: 3)
      #expect(try DatasetWriterTests.write(path, resume: false) == 0)
      #expect(try AtomicFile.read(path) == DatasetWriterTests.whole())
      // Killed just before it had its name: nothing is made again.
      try AtomicFile.write(DatasetWriterTests.whole(), to: "\(path).part")
      #expect(try DatasetWriterTests.write(path, resume: true) == 4)
      #expect(try AtomicFile.read(path) == DatasetWriterTests.whole())
    }
  }

  @Test("Part of another dataset is refused and left as it is")
  func another() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/a.pong"
      _ = try DatasetWriterTests.write(path, resume: false, stop: 2)
      let before = try AtomicFile.read("\(path).part")
      var other = DatasetWriterTests.header
      other.metadata.seed = 7
      let line =
        "\(path).part: at byte 8: found part of another dataset, or of another shard, expected that of these options; "
        + "without --resume it begins anew"
      #expect { try DatasetWriter(other, to: path, resume: true) } throws: { "\($0)" == line }
      #expect(try AtomicFile.read("\(path).part") == before)
    }
  }

  /// What is in a file on its way, cut off at any byte or with any bit turned: an error, nothing to go on with, or the
  /// episodes as they are.
  @Test func damage() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/a.pong"
      _ = try DatasetWriterTests.write(path, resume: false, stop: 2)
      let bytes = try AtomicFile.read("\(path).part")
      let header = try DatasetWriterTests.header.encode(path: "a")
      let right = DatasetWriter.Progress(
        header: DatasetWriter.Progress.checksum(header), episodes: 2,
        rows: CRC32.checksum(bytes[header.count..<header.count + 124]))
      let damage = Damage(bytes) {
        try DatasetWriter.Progress(of: InputFile($0, path: damagedFile), header, [30, 31, 76, 100])
      }
      damage.cuts { found, length in
        length < 28 ? found == nil : found == right && length >= header.count + 124
      }
      damage.flips { found, bit in
        // In the progress, between it and the rows, or behind the whole episodes.
        bit < 8 * 28
          ? found == nil : found == right && (bit < 8 * header.count || bit >= 8 * (header.count + 124))
      }
    }
  }

  /// Rows are written with every save, when some are gathered, or as they come.
  @Test(
    "Whatever fails, the file is there, whole, or can be gone on with or begun anew",
    arguments: [1 << 16, 20, 8, 7])
  func everyFault(_ rowsAtOnce: Int) throws {
    let old = try DatasetFile.encode(smallDataset(), path: "a")
    let count = try withEveryFault { folder in
      try AtomicFile.write(old, to: "\(folder)/a.pong")
    } _: { folder in
      _ = try DatasetWriterTests.write(
        "\(folder)/a.pong", resume: false,
        interval: DatasetWriterTests.interval(rows: 1, rowsAtOnce: rowsAtOnce))
    } check: { fault, folder, result in
      let path = "\(folder)/a.pong"
      let found = try AtomicFile.read(path)
      let isNew = try found == DatasetWriterTests.whole()
      #expect(isNew || found == old && (try? result.get()) == nil, "\(fault)")
      #expect(
        try DemonstrationFaultTests.litter(folder, besides: ["a.pong", "a.pong.part"], fault) == [],
        "\(fault)")
      _ = try DatasetWriterTests.write(path, resume: true)
      #expect(try AtomicFile.read(path) == DatasetWriterTests.whole(), "\(fault)")
      #expect(try Repository.names(folder) == ["a.pong"], "\(fault)")
    }
    #expect(count > 20)
  }

  @Test("Going on fails and goes on again")
  func everyFaultWhenResumed() throws {
    try withEveryFault { folder in
      _ = try DatasetWriterTests.write("\(folder)/a.pong", resume: false, stop: 2)
    } _: { folder in
      _ = try DatasetWriterTests.write("\(folder)/a.pong", resume: true)
    } check: { fault, folder, result in
      let isThere = AtomicFile.exists("\(folder)/a.pong")
      if isThere {
        #expect(try AtomicFile.read("\(folder)/a.pong") == DatasetWriterTests.whole(), "\(fault)")
      }
      let done = try DatasetWriterTests.write("\(folder)/a.pong", resume: true)
      // Nothing is lost but where the progress itself is torn: here alone, for a disk writes so few bytes in one go.
      let isTorn = fault.tornWrite == 0..<DatasetWriter.Progress.length && fault.fault != .powerLossInPlace
      #expect(isThere || done >= 2 || isTorn, "\(fault): \(done)")
      #expect(try AtomicFile.read("\(folder)/a.pong") == DatasetWriterTests.whole(), "\(fault)")
    }
  }

  @Test("A shard's header, byte by byte")
  func shardLayout() throws {
    let metadata = DatasetMetadata(
      ruleSet: .classic, expert: "ab", seed: 0x0102_0304_0506_0708, engineVersion: 9, alignment: .afterMove)
    let bytes = try DatasetHeader(
      metadata: metadata, DatasetShard(index: 1, of: 2, episodes: 3, steps: 0x1_0000_0002)
    )
    .encode(path: "a")
    let head: [UInt8] = [
      0x89, 0x50, 0x4f, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 3, 0, 0, 0, 70, 0, 0, 0, 1, 1, 2, 0, 9, 0, 0, 0,
      8, 7, 6, 5, 4, 3, 2, 1, 2, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0,
      0x61, 0x62, 0x56, 0x55, 0x55, 0x55, 0x56, 0x55, 0x55, 0x55,
    ]
    let crc = CRC32.checksum(head)
    #expect(bytes == head + (0..<4).map { UInt8(truncatingIfNeeded: crc >> UInt32(8 * $0)) })
  }

  @Test("A shard cut off at any byte or with any bit turned is a typed error")
  func shardDamage() throws {
    let episodes = Array(DatasetWriterTests.dataset.episodes[1...2])
    let header = DatasetHeader(
      metadata: DatasetWriterTests.dataset.metadata, lengths: [1, 45],
      shard: DatasetShard(index: 1, of: 3, episodes: 6, steps: 300))
    let rows = episodes.flatMap { $0.rows(0..<$0.count) }
    var bytes = try header.encode(path: "a")
    let content = rows.withUnsafeBytes { Array($0) }
    bytes += content
    bytes.appendLittleEndian(CRC32.checksum(content))
    let read = { (bytes: [UInt8]) in
      let stream = try DatasetStream(DatasetReader(InputFile(bytes, path: damagedFile)))
      try stream.forEachEpisode { _, _ in }
      return stream.count
    }
    #expect(try read(bytes) == 46)
    let damage = Damage(bytes, read: read)
    damage.cuts()
    damage.flips()
  }
}
