import Determinism
import PongEngine
import Storage
import TestSupport
import Testing

@testable import Demonstrations

@Suite("What the paddle bits of rows show")
struct ShownAlignmentTests {
  static func play(_ expert: Expert, _ rules: RuleSet, seed: UInt64 = 3) -> Dataset {
    DemonstrationGenerator(expert: expert, ruleSet: rules, seed: seed).dataset(frames: 600)
  }

  @Test(arguments: Expert.allCases, RuleSet.allCases)
  func rowsTellTheirAlignment(_ expert: Expert, _ rules: RuleSet) {
    let dataset = ShownAlignmentTests.play(expert, rules)
    for alignment in PaddleAlignment.allCases {
      var recorded = dataset.recorded(as: alignment)
      #expect(recorded.shownAlignment == alignment)
      // Not by what its metadata say.
      recorded.metadata.alignment = alignment == .afterMove ? .beforeMove : .afterMove
      #expect(recorded.shownAlignment == alignment)
    }
  }

  @Test func aPaddleThatStaysTellsNothing() {
    let dataset = ShownAlignmentTests.play(.interceptor, .reference)
    let still = Episode(
      observations: dataset.episodes[0].observations.map { $0.withPaddle(60) },
      actions: dataset.episodes[0].actions.map { _ in .stay })
    #expect(Dataset(metadata: dataset.metadata, episodes: [still]).shownAlignment == nil)
    #expect(Dataset(metadata: dataset.metadata, episodes: []).shownAlignment == nil)
  }

  /// Paddles that jump at random fit neither, though one of the two a few times more often.
  @Test func rowsOfAnotherGameTellNothing() {
    var generator = SeededGenerator(seed: 5)
    var dataset = ShownAlignmentTests.play(.interceptor, .reference)
    for index in dataset.episodes.indices {
      var jumping = Episode(seed: dataset.episodes[index].seed)
      for row in dataset.episodes[index].observations.indices {
        jumping.append(
          dataset.episodes[index].observations[row].withPaddle(Int(generator.next() % 16) * 10),
          dataset.episodes[index].actions[row])
      }
      dataset.episodes[index] = jumping
    }
    #expect(dataset.shownAlignment == nil)
  }

  /// Text is read as its rows show, unless a word overrules them; where they show nothing, as published.
  @Test func textIsReadAsItsRowsShow() throws {
    try withTemporaryFolder { folder in
      let dataset = ShownAlignmentTests.play(.humanlike, .reference)
      let path = "\(folder)/a.txt"
      for alignment in PaddleAlignment.allCases {
        try dataset.recorded(as: alignment).write(to: path)
        let read = try Dataset(path: path)
        #expect(read.metadata.alignment == alignment)
        let seen = read.asSeenByAgent.episodes[0]
        #expect(seen.actions == Array(dataset.episodes[0].actions.suffix(seen.count)))
        #expect(seen.observations == Array(dataset.episodes[0].observations.suffix(seen.count)))
        for word in PaddleAlignment.allCases {
          #expect(try Dataset(path: path, alignment: word).metadata.alignment == word)
        }
      }
      try Dataset(metadata: dataset.metadata, episodes: []).write(to: path)
      #expect(try Dataset(path: path).metadata.alignment == .afterMove)
    }
  }
}
