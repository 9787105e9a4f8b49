import Determinism
import Foundation
import PongEngine
import SequenceModels
import Storage
import Synchronization
import TestSupport
import Testing
import TinyRuns

@testable import Agents
@testable import Evaluation
@testable import Training

@Suite("Evaluator")
struct EvaluatorTests {
  static func evaluate(
    _ player: Player, _ settings: EvaluationSettings, threads: Int = 2
  ) -> EvaluationResult {
    Evaluator(team: ThreadTeam(threads: threads)).evaluate(player, settings)
  }

  /// Stays where it is: the paddle's path is constant, so every session is a limit cycle.
  struct Still: Policy {
    mutating func reset() {}
    mutating func action(for observation: Observation) -> Action { .stay }
  }

  @Test(arguments: EvaluationProtocol.allCases, ["agent", "humanlike"])
  func theNumberOfThreadsChangesNothing(_ evaluationProtocol: EvaluationProtocol, who: String) throws {
    let player = who == "agent" ? Player.agent(try TinyRun.agent()) : try PlayerCatalog.players([who]).all[0]
    // More rounds than lanes: a lane that is done takes the next one, and the last ones share fewer lanes.
    let sessions = evaluationProtocol == .rounds ? 150 : 37
    let settings = EvaluationSettings(evaluationProtocol, sessions: sessions, steps: 400, seed: 3)
    let one = EvaluatorTests.evaluate(player, settings, threads: 1)
    #expect(one.totals.catches + one.totals.misses > 0)
    for threads in [2, 3, 5] {
      #expect(EvaluatorTests.evaluate(player, settings, threads: threads) == one)
    }
    // The expert catches every ball of such short sessions, whatever the serves.
    guard who == "agent" else { return }
    let others = EvaluationSettings(evaluationProtocol, sessions: sessions, steps: 400, seed: 4)
    #expect(EvaluatorTests.evaluate(player, others).totals != one.totals)
  }

  @Test(arguments: EvaluationProtocol.allCases)
  func anEvaluationCanBeGivenUp(_ evaluationProtocol: EvaluationProtocol) throws {
    let player = Player.agent(try TinyRun.agent())
    let settings = EvaluationSettings(evaluationProtocol, sessions: 5, steps: 300)
    let evaluator = Evaluator(team: ThreadTeam(threads: 1))
    #expect(
      evaluator.evaluate(player, settings, shouldStop: { false }) == evaluator.evaluate(player, settings))
    // All that is played is told, and what is thrown away too.
    let told = Mutex(0.0)
    let whole = evaluator.evaluate(
      player, settings, shouldStop: { false }, played: { more in told.withLock { $0 += more } })
    let plays = told.withLock { $0 }
    #expect(plays > 4.999 + Double(whole?.discarded ?? 0) && (evaluationProtocol == .paper || plays < 5.001))
    let asked = Mutex(0)
    let given = evaluator.evaluate(player, settings) {
      asked.withLock {
        $0 += 1
        return $0 > 7
      }
    }
    #expect(given == nil)
    // It played no longer than it had to. Fifty tries of five sessions are asked once each.
    #expect(asked.withLock { $0 } < 7 + 60)
  }

  @Test func anExpertMissesNothing() throws {
    let result = EvaluatorTests.evaluate(
      try PlayerCatalog.players(["interceptor"]).all[0], EvaluationSettings(.all, sessions: 3, steps: 5000))
    #expect(result.totals.misses == 0)
    #expect(result.totals.catches > 90)
    #expect(result.totals.rate == 1)
    #expect(result.steps == 15_000 && result.sessions == 3 && result.discarded == 0)
  }

  @Test func aNetworkPlaysAsItsPolicyDoes() throws {
    // Side by side in lanes, or alone: the same play, for as long as no two outputs are nearly equal.
    let agent = try TinyRun.agent()
    let settings = EvaluationSettings(.all, sessions: 5, steps: 300, seed: 8)
    let alone = Player.policy(name: "tiny") { _ in ModelPolicy(agent) }
    #expect(EvaluatorTests.evaluate(.agent(agent), settings) == EvaluatorTests.evaluate(alone, settings))
  }

  /// Rounds end one by one: lanes take new ones, then there are fewer and fewer lanes. Every model's memory moves.
  @Test(arguments: [
    "type: tnd, neurons: 40, density: 0.3", "type: rnn, hidden: 8",
    "type: sparse_rnn, hidden: 20, density: 0.3",
    "type: lstm, hidden: 8, layers: 2", "type: cfc, hidden: 8",
    "type: s4d, hidden: 8, state_pairs: 4, layers: 2",
    "type: transformer, layers: 2, heads: 2, head_features: 4, feed_forward: 16, context: 7",
  ])
  func aRoundIsTheSameWhateverIsPlayedBesideIt(_ model: String) throws {
    let yaml = TinyRun.yaml.replacing("type: tnd, neurons: 40, density: 0.3", with: model)
    let config = try RunConfig(yaml: yaml, source: "tiny.yaml", overrides: [])
    let agent = Agent(
      model: config.model, parameters: config.model.initialParameters(.init(seed: 1)), rules: .reference,
      name: "tiny")
    let weights = agent.model.makeWeights()
    weights.load(agent.parameters)
    let serves = (0..<150).map { SeededGenerator(seed: 4).split(UInt64($0)) }
    let together = LanePlay.run(weights, rules: .reference, serves: serves, RoundRecord())
    #expect(Set(together.map(\.steps)).count > 10, "rounds of many lengths")
    let alone = serves.map { LanePlay.run(weights, rules: .reference, serves: [$0], RoundRecord())[0] }
    #expect(together == alone)
  }

  @Test func limitCyclesAreThrownAwayFiftyTimesLess() {
    // All 50 tries end in a cycle: 49 are thrown away, the last is kept.
    let tries = Mutex(0)
    let still = Player.policy(name: "still") { _ in
      tries.withLock { $0 += 1 }
      return Still()
    }
    let result = EvaluatorTests.evaluate(still, EvaluationSettings(.paper, sessions: 3, steps: 300))
    #expect(result.discarded == 3 * 49)
    #expect(result.keptCycles == 3)
    #expect(result.sessions == 3 && result.steps == 900)
    #expect(tries.withLock { $0 } >= 150)

    // What counts is the 50th try, with serves of its own.
    let generator = SeededGenerator(seed: 0).split("evaluation")
    var expected = PlayTotals()
    for index in 0..<3 {
      let record = PolicyPlay.run(
        { _ in Still() }, .reference, generator.split(UInt64(index)).split(49),
        SessionRecord(steps: 300, looksForCycle: false))
      expected = expected + record.totals
    }
    #expect(result.totals == expected)

    let all = EvaluatorTests.evaluate(still, EvaluationSettings(.all, sessions: 3, steps: 300))
    #expect(all.discarded == 0 && all.keptCycles == 0)
  }

  @Test func aSessionTooShortForACycleIsKept() {
    let still = Player.policy(name: "still") { _ in Still() }
    let result = EvaluatorTests.evaluate(still, EvaluationSettings(.paper, sessions: 2, steps: 99))
    #expect(result.discarded == 0 && result.keptCycles == 0)
  }

  @Test func theFirstTryThatIsNoCycleCounts() throws {
    // One session played try by try, against the bookkeeping.
    let player = try PlayerCatalog.players(["tracker"]).all[0]
    let settings = EvaluationSettings(.paper, sessions: 4, steps: 600, seed: 2)
    let result = EvaluatorTests.evaluate(player, settings)
    let generator = SeededGenerator(seed: 2).split("evaluation")
    var (totals, discarded, kept) = (PlayTotals(), 0, 0)
    for index in 0..<4 {
      for attempt in 0..<50 {
        let record = PolicyPlay.run(
          { player.makePolicy(seed: $0) }, .reference, generator.split(UInt64(index)).split(UInt64(attempt)),
          SessionRecord(steps: 600, looksForCycle: true))
        if record.endsInCycle && attempt < 49 {
          discarded += 1
          continue
        }
        if record.endsInCycle { kept += 1 }
        totals = totals + record.totals
        break
      }
    }
    #expect(result.totals == totals && result.discarded == discarded && result.keptCycles == kept)
  }

  @Test func roundsEndAtTheCap() throws {
    let result = EvaluatorTests.evaluate(
      try PlayerCatalog.players(["interceptor"]).all[0], EvaluationSettings(.rounds, sessions: 3))
    #expect(result.rounds?.catches == [1000, 1000, 1000])
    #expect(result.totals == PlayTotals(catches: 3000, misses: 0, longest: 1000))
    let statistics = try #require(result.rounds)
    #expect(statistics.capped == 3 && statistics.mean == 1000 && statistics.interval == 1000...1000)
  }

  @Test func roundsEndAtTheirMiss() throws {
    let result = EvaluatorTests.evaluate(
      .agent(try TinyRun.agent()), EvaluationSettings(.rounds, sessions: 100))
    let statistics = try #require(result.rounds)
    let catches = statistics.catches
    #expect(catches.count == 100)
    #expect(result.totals.misses == 100 - catches.count { $0 == 1000 })
    #expect(result.totals.catches == catches.reduce(0, +))
    #expect(result.totals.longest == catches.max())
    #expect(statistics.mean == Statistics.mean(catches.map(Double.init)))
    #expect(statistics.interval.contains(statistics.interquartileMean))
    #expect(
      EvaluatorTests.evaluate(.agent(try TinyRun.agent()), EvaluationSettings(.all, steps: 10)).rounds == nil)
  }

  @Test func totals() {
    let sum = PlayTotals(catches: 3, misses: 1, longest: 2) + PlayTotals(catches: 6, misses: 0, longest: 5)
    #expect(sum == PlayTotals(catches: 9, misses: 1, longest: 5))
    #expect(sum.rate == 0.9 && sum.meanStreak == 9)
    #expect(PlayTotals().rate == nil && PlayTotals().meanStreak == 0)
    #expect(PlayTotals(catches: 7, misses: 0, longest: 7).meanStreak == 7)
  }
}
