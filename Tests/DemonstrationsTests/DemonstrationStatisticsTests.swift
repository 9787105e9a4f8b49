import Demonstrations
import PongEngine
import TestSupport
import Testing

@Suite("DemonstrationStatistics")
struct DemonstrationStatisticsTests {
  /// Play under the reference rules from a serve at (30, 100) by given actions.
  func dataset(_ actions: [Action]) -> Dataset {
    var session = Session(rules: .reference, serves: ScriptedServes([Serve(referenceX: 30, y: 100)]))
    var episode = Episode()
    for action in actions {
      episode.append(session.observation, action)
      session.step(action)
    }
    return Dataset(metadata: DatasetMetadata(expert: "script"), episodes: [episode])
  }

  @Test func ofNothing() {
    let none = DemonstrationStatistics(Dataset(metadata: DatasetMetadata(expert: ""), episodes: []))
    #expect(none.steps == 0 && none.catches == 0 && none.misses == 0 && none.bursts == 0)
    #expect(none.share(of: .stay) == nil && none.meanBurst == nil && none.medianBurst == nil)
    #expect(none.movingShare == [Double?](repeating: nil, count: 7))
    #expect(none.medianDistance == [Double?](repeating: nil, count: 7))
  }

  @Test("Bursts are runs of the same key; another key begins another burst")
  func bursts() {
    // Lengths 2, 1, 3, 4.
    let actions: [Action] = [
      .right, .right, .stay, .left, .right, .right, .right, .stay, .stay, .left, .left, .left, .left,
    ]
    let statistics = DemonstrationStatistics(dataset(actions))
    #expect(statistics.bursts == 4)
    #expect(statistics.meanBurst == 2.5 && statistics.medianBurst == 2.5)
    #expect(statistics.actions == [5, 5, 3])
    #expect(statistics.share(of: .stay) == 3.0 / 13.0)
  }

  @Test("Bursts do not reach over the end of an episode")
  func burstsEndWithTheirEpisode() {
    var two = dataset([.left, .left])
    two.episodes.append(two.episodes[0])
    #expect(DemonstrationStatistics(two).bursts == 2)
  }

  @Test("Distances: of a paddle that holds still, the same in every band")
  func distances() {
    let state = GameState(rules: .reference, serve: Serve(referenceX: 30, y: 100))
    let landingX = state.landingX(rules: .reference)
    let statistics = DemonstrationStatistics(dataset([Action](repeating: .stay, count: 87)))
    let expected = abs(Double(landingX) + 7.5 - 100)
    // Down through y 0 to 247, always at the same place; the rows at y >= 240 belong to the last band.
    #expect(statistics.medianDistance == [Double?](repeating: expected, count: 7))
    #expect(statistics.movingShare == [0, 0, 0, 0, 0, 0, 0])
  }

  @Test("Moving shares count rising and falling balls of the band")
  func movingShares() {
    // The ball starts at y = 100 and is at 60 after ten steps: five steps from 80 up, then 60 to 80.
    let actions = [Action](repeating: .left, count: 3) + [Action](repeating: .stay, count: 7)
    let statistics = DemonstrationStatistics(dataset(actions))
    #expect(statistics.movingShare == [nil, 0, 0.5, nil, nil, nil, nil])
    #expect(statistics.medianDistance == [Double?](repeating: nil, count: 7))
  }

  @Test(
    "Catches and misses are the session's, the one of the last step included", arguments: RuleSet.allCases)
  func catchesAndMisses(_ ruleSet: RuleSet) {
    let rules = Rules.preset(ruleSet)
    var session = CountedSession(rules: rules, serves: SeededServes(seed: 6))
    var episode = Episode()
    var ends: Set<Event> = []
    // A player that holds still misses most balls and catches some.
    for _ in 0..<3_000 {
      episode.append(session.observation, .stay)
      let event = session.step(.stay)
      guard event != .none else { continue }
      ends.insert(event)
      let metadata = DatasetMetadata(ruleSet: ruleSet, expert: "still")
      let statistics = DemonstrationStatistics(Dataset(metadata: metadata, episodes: [episode]))
      #expect(statistics.catches == session.catches && statistics.misses == session.misses)
    }
    #expect(ends == [.catch, .miss])
  }

  @Test("Either alignment tells the same of the rows that both have")
  func alignment() {
    let seen = DemonstrationGenerator(expert: .humanlike, seed: 3).dataset(frames: 4_000)
    var tail = Episode()
    for row in 1..<4_000 { tail.append(seen.episodes[0].observations[row], seen.episodes[0].actions[row]) }
    let later = Dataset(metadata: seen.metadata, episodes: [tail])
    #expect(DemonstrationStatistics(seen.recorded(as: .afterMove)) == DemonstrationStatistics(later))
  }
}
