import Determinism
import PongEngine
import TestSupport
import Testing

@Suite("Batch engine: every game equals the scalar one")
struct BatchEngineTests {
  /// A million steps: 500 games of 2,000. Half of the players mostly follow the ball, the
  /// others mostly act at random, so that
  /// there are catches, misses and walls.
  @Test(arguments: RuleSet.allCases)
  func equalsTheScalarGame(_ ruleSet: RuleSet) {
    let rules = Rules.preset(ruleSet)
    let root = SeededGenerator(seed: 11)
    let generators = (0..<500).map { root.split(UInt64($0)) }
    let batch = BatchEngine(rules: rules, serves: generators)
    var sessions = generators.map { Session(rules: rules, serves: SeededServes(generator: $0)) }
    var random = root.split("actions")
    var counts = [0, 0, 0]
    for step in 0..<2000 {
      for game in sessions.indices {
        let seen = sessions[game].observation
        guard batch.observation(game) == seen else {
          Issue.record("game \(game), step \(step): \(batch.observation(game)) is not \(seen)")
          return
        }
        let follows = random.bernoulli(game.isMultiple(of: 2) ? 0.9 : 0.2)
        let action: Action =
          follows
          ? (seen.ballX + 7 > seen.paddleX + 25 ? .right : .left)
          : Action.allCases[random.uniform(below: 3)]
        batch.actions[game] = action.rawValue
        let event = sessions[game].step(action)
        counts[Int(event.rawValue)] += 1
      }
      batch.step()
      for game in sessions.indices where batch[game] != sessions[game].state {
        Issue.record("game \(game), step \(step): \(batch[game]) is not \(sessions[game].state)")
        return
      }
    }
    #expect(counts.allSatisfy { $0 > 1000 }, "events of all kinds: \(counts)")
  }

  @Test func eventsAndRestart() {
    let generator = SeededGenerator(seed: 5)
    let batch = BatchEngine(rules: .reference, serves: [generator, generator])
    var session = CountedSession(rules: .reference, serves: SeededServes(generator: generator))
    for _ in 0..<300 {
      let event = session.step(.stay)
      batch.step()
      #expect(batch.events[0] == event.rawValue && batch.events[1] == event.rawValue)
    }
    #expect(session.misses > 0)
    batch.start(0, serves: generator)
    let fresh = Session(rules: .reference, serves: SeededServes(generator: generator))
    #expect(batch[0] == fresh.state)
    #expect(batch[1] == session.state)
  }

  @Test(arguments: RuleSet.allCases)
  func keptGamesGoOnAsTheyWere(_ ruleSet: RuleSet) {
    let root = SeededGenerator(seed: 12)
    let batch = BatchEngine(
      rules: Rules.preset(ruleSet), serves: (0..<40).map { root.split(UInt64($0)) })
    for _ in 0..<500 { batch.step() }
    let kept = [39, 3, 4, 17]
    let fewer = batch.keeping(kept)
    #expect(fewer.count == 4)
    var misses = 0
    for _ in 0..<500 {
      for (index, game) in kept.enumerated() { #expect(fewer[index] == batch[game]) }
      batch.step()
      fewer.step()
      for (index, game) in kept.enumerated() { #expect(fewer.events[index] == batch.events[game]) }
      misses += kept.count { batch.events[$0] == Event.miss.rawValue }
    }
    #expect(misses > 4, "serves after the cut")
  }
}
