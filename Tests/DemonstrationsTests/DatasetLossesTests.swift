import Determinism
import PongEngine
import Storage
import TestSupport
import Testing

@testable import Demonstrations

@Suite("What a form of a demonstration does not keep")
struct DatasetLossesTests {
  static func dataset(_ ruleSet: RuleSet = .reference, expert: String = "tracker", seeds: [UInt64?])
    -> Dataset
  {
    var dataset = DemonstrationGenerator(expert: .tracker, ruleSet: ruleSet, seed: 4)
      .dataset(lengths: [30] + seeds.dropFirst().map { _ in 0 })
    for (index, seed) in seeds.enumerated() { dataset.episodes[index].seed = seed }
    dataset.metadata.expert = expert
    return dataset
  }

  @Test func words() {
    let generated = Self.dataset(seeds: [nil])
    let partly = Self.dataset(.classic, expert: "unknown", seeds: [5, nil, 7])
    let recorded = Self.dataset(expert: "human\u{1b}", seeds: [5])
    func lost(_ dataset: Dataset, _ format: DatasetFormat, _ alignment: PaddleAlignment = .afterMove)
      -> [String]
    {
      dataset.lost(in: format, shownAs: alignment)
    }
    for dataset in [generated, partly, recorded] {
      #expect(lost(dataset, .npz) == [] && lost(dataset, .minari) == [])
    }
    #expect(lost(generated, .pong) == [] && lost(recorded, .pong) == [])
    #expect(lost(Self.dataset(seeds: [1, 2]), .pong) == ["1 episode without steps"])
    #expect(lost(partly, .pong) == ["the seeds of 2 episodes"])
    #expect(lost(generated, .txt) == ["the expert tracker", "seed 4"])
    #expect(
      lost(partly, .txt) == [
        "the classic rules", "seed 4", "the seeds of 2 episodes", "2 episodes without steps",
      ])
    #expect(lost(recorded, .txt) == ["the expert human\\u{1b}", "seed 4", "the seeds of 1 episode"])
    let after = generated.recorded(as: .afterMove)
    #expect(lost(after, .txt) == ["the expert tracker", "seed 4"])
    #expect(lost(after, .txt, .beforeMove).last == "the first row of 1 episode")
  }

  /// Where nothing is said to be lost, nothing is.
  @Test(
    arguments: [DatasetFormat.pong, .txt] + (ZipArchive.isBuilt ? [.npz] : [])
      + (MinariDataset.isBuilt ? [.minari] : []))
  func nothing(_ format: DatasetFormat) throws {
    var text = Self.dataset(expert: "unknown", seeds: [nil])
    text.metadata.seed = 0
    var kept = 0
    let datasets = [
      Self.dataset(seeds: [nil, nil]), Self.dataset(.classic, seeds: [5, nil]), Self.dataset(seeds: [1]),
      Self.dataset(seeds: [1, 2]), text,
    ]
    for dataset in datasets.map({ $0.recorded(as: .afterMove) })
    where dataset.lost(in: format, shownAs: .afterMove).isEmpty {
      try withTemporaryFolder { folder in
        let path = "\(folder)/a.\(format.rawValue)"
        try dataset.write(to: path)
        #expect(try Dataset(path: path) == dataset)
        kept += 1
      }
    }
    #expect(kept == [.pong: 3, .txt: 1, .npz: 5, .minari: 5][format])
  }
}
