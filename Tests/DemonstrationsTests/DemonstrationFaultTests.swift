import PongEngine
import Storage
import TestSupport
import Testing

@testable import Demonstrations

@Suite("Demonstrations and replays, with every file operation failing in turn")
struct DemonstrationFaultTests {
  /// What lies around that is none of `names`; after a kill files in the making may.
  static func litter(_ folder: String, besides names: [String], _ fault: FaultCase) throws -> [String] {
    try Repository.names(folder).filter { !names.contains($0) && (fault.isAlive || !$0.hasSuffix(".tmp")) }
  }

  /// A recording is always a file of whole rows, as many as had been flushed, or not there yet.
  @Test func aRecording() throws {
    let dataset = recordedPlay([(1, 25), (2, 15)])
    let rows = dataset.episodes.flatMap { episode in
      (0..<episode.count).map { "\(episode.observations[$0].bits) \(episode.actions[$0])" }
    }
    // Rows that `flush` has returned from.
    var flushed = 0
    let count = try withEveryFault { folder in
      flushed = 0
      var steps = 0
      var file = try RecordingFile(path: "\(folder)/a.pong", metadata: dataset.metadata, replaces: false)
      for episode in dataset.episodes {
        file.begin(seed: episode.seed ?? 0)
        for row in 0..<episode.count {
          file.add(episode.observations[row], episode.actions[row])
          steps += 1
          // As in a game: what cannot be written now is tried again a second later.
          if steps % 10 == 0, (try? file.flush()) != nil { flushed = steps }
        }
      }
      do { try file.close() } catch { try file.close() }
    } check: { fault, folder, result in
      let path = "\(folder)/a.pong"
      #expect(try DemonstrationFaultTests.litter(folder, besides: ["a.pong"], fault) == [], "\(fault)")
      if fault.isAlive {
        try result.get()
        #expect(try Dataset(path: path) == dataset, "\(fault)")
        #expect(try !RecordingFormat.decode(AtomicFile.read(path), path: path).isOpen, "\(fault)")
        return
      }
      let found =
        AtomicFile.exists(path) ? try Dataset(path: path) : Dataset(metadata: dataset.metadata, episodes: [])
      let foundRows = found.episodes.flatMap { episode in
        (0..<episode.count).map { "\(episode.observations[$0].bits) \(episode.actions[$0])" }
      }
      #expect(foundRows == Array(rows.prefix(foundRows.count)), "\(fault)")
      #expect(foundRows.count >= flushed, "\(fault): \(foundRows.count) rows, \(flushed) flushed")
    }
    #expect(count > 12)
  }

  @Test func aReplay() throws {
    let old = randomReplay(seed: 3, courts: 2, parts: [40, 7])
    let new = randomReplay(seed: 4, courts: 1, parts: [90])
    try withEveryFault { folder in
      try ReplayFile.write(old, to: "\(folder)/a.replay")
    } _: { folder in
      try ReplayFile.write(new, to: "\(folder)/a.replay")
    } check: { fault, folder, result in
      let found = try ReplayFile.read("\(folder)/a.replay")
      #expect(found == new || (found == old && (try? result.get()) == nil), "\(fault)")
      #expect(try DemonstrationFaultTests.litter(folder, besides: ["a.replay"], fault) == [], "\(fault)")
    }
  }

  @Test(
    // A .minari dataset replaces nothing.
    arguments: DatasetFormat.allCases.filter { $0 != .minari && ($0 != .npz || ZipArchive.isBuilt) }.map(
      \.rawValue))
  func aConversion(_ ending: String) throws {
    let dataset = recordedPlay([(1, 40)])
    let other = recordedPlay([(2, 30)])
    try withEveryFault { folder in
      try dataset.write(to: "\(folder)/a.pong")
      try other.write(to: "\(folder)/b.\(ending)")
    } _: { folder in
      try Dataset(path: "\(folder)/a.pong").write(to: "\(folder)/b.\(ending)")
    } check: { fault, folder, result in
      let found = try Dataset(path: "\(folder)/b.\(ending)").episodes.map(\.observations)
      let isNew = found == dataset.episodes.map(\.observations)
      #expect(isNew || found == other.episodes.map(\.observations) && (try? result.get()) == nil, "\(fault)")
      #expect(
        try DemonstrationFaultTests.litter(folder, besides: ["a.pong", "b.\(ending)"], fault) == [],
        "\(fault)")
      #expect(try Dataset(path: "\(folder)/a.pong") == dataset, "\(fault)")
    }
  }

  /// libhdf5 writes a draft by itself; what is made of it is there whole, or not at all.
  @Test(.enabled(if: MinariDataset.isBuilt)) func aMinariDataset() throws {
    let dataset = recordedPlay([(1, 40), (2, 3)])
    let count = try withEveryFault { folder in
      try dataset.write(to: "\(folder)/a.minari")
    } check: { fault, folder, result in
      let path = "\(folder)/a.minari"
      let isThere = AtomicFile.exists(path)
      #expect(isThere || (try? result.get()) == nil, "\(fault)")
      if !isThere { try dataset.write(to: path) }
      #expect(try Dataset(path: path).episodes == dataset.episodes, "\(fault)")
      #expect(try Repository.names(path) == ["pong"], "\(fault)")
      let others = try Repository.names(folder).filter { $0 != "a.minari" }
      #expect(
        others.isEmpty || !fault.isAlive && others.allSatisfy { $0.hasSuffix(".tmp") }, "\(fault): \(others)")
    }
    // Four folders, two files, and the name of all, which comes to the disk last.
    #expect(count == 4 * 2 + 2 * 5 + 2)
  }
}
