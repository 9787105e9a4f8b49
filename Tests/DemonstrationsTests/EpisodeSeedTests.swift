import Determinism
import PongEngine
import Storage
import TestSupport
import Testing

@testable import Demonstrations

@Suite("The seeds of episodes in .npz", .enabled(if: ZipArchive.isBuilt))
struct EpisodeSeedTests {
  /// Episodes of a row each.
  static func dataset(_ seeds: [UInt64?]) -> Dataset {
    let row = Observation(bits: 5)
    return Dataset(
      metadata: DatasetMetadata(expert: "human"),
      episodes: seeds.map { Episode(observations: [row], actions: [.left], seed: $0) })
  }

  static let other = DatasetMetadata(expert: "other")

  @Test(
    "Round trip, whichever episodes have one",
    arguments: [[], [nil, nil], [0], [7, .max], [nil, 0, nil, .max - 1]] as [[UInt64?]])
  func roundTrip(_ seeds: [UInt64?]) throws {
    let dataset = EpisodeSeedTests.dataset(seeds)
    let bytes = try DemonstrationNumPy.encode(dataset, path: "a")
    #expect(try DemonstrationNumPy.decode(bytes, metadata: EpisodeSeedTests.other, path: "a") == dataset)
    let names = Set(try ZipArchive.decode(bytes, path: "a").keys)
    #expect(names.contains("episode_seeds.npy") == seeds.contains { $0 != nil })
    #expect(
      names.contains("episode_has_seed.npy")
        == (seeds.contains { $0 != nil } && seeds.contains { $0 == nil }))
  }

  @Test("A recording made .npz and .pong again is the same file")
  func recording() throws {
    try withTemporaryFolder { folder in
      let dataset = EpisodeSeedTests.dataset([3, 4])
      #expect(dataset.isRecording)
      try dataset.write(to: "\(folder)/a.pong")
      try Dataset(path: "\(folder)/a.pong").write(to: "\(folder)/a.npz")
      try Dataset(path: "\(folder)/a.npz").write(to: "\(folder)/b.pong")
      #expect(try AtomicFile.read("\(folder)/a.pong") == AtomicFile.read("\(folder)/b.pong"))
    }
  }

  @Test func saysWhatIsWrong() throws {
    let plain = try ZipArchive.decode(
      try DemonstrationNumPy.encode(EpisodeSeedTests.dataset([nil, nil]), path: "a"), path: "a")
    let seeds = NumPyArray([1, 2] as [UInt64], type: "<u8")
    let cases: [([(String, NumPyArray)], String)] = [
      (
        [("episode_seeds", NumPyArray([1] as [UInt64], type: "<u8"))],
        "a: found episode_seeds of type <u8 and shape [1], expected integers [2]"
      ),
      (
        [("episode_seeds", NumPyArray("x"))],
        "a: found episode_seeds of type <U1 and shape [], expected integers [2]"
      ),
      (
        [("episode_seeds", seeds), ("episode_has_seed", NumPyArray([1] as [UInt8], type: "|b1"))],
        "a: found other episode_has_seed, expected truth values [2]"
      ),
      (
        [("episode_seeds", seeds), ("episode_has_seed", NumPyArray("x"))],
        "a: found other episode_has_seed, expected truth values [2]"
      ),
    ]
    for (arrays, line) in cases {
      let entries =
        plain.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
        + arrays.map { ("\($0).npy", $1.encode()) }
      let bytes = try ZipArchive.encode(entries, path: "a")
      #expect {
        try DemonstrationNumPy.decode(bytes, metadata: EpisodeSeedTests.other, path: "a")
      } throws: { "\($0)" == line }
    }
  }
}
