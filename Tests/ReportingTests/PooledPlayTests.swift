import Determinism
import Testing

@testable import Evaluation
@testable import Reporting

@Suite struct PooledPlayTests {
  private func pooled(_ seeds: [PlayTotals]) -> PooledPlay? {
    PooledPlay(
      seeds.map {
        var result = EvaluationResult("a", EvaluationSettings(.all, sessions: 10))
        result.totals = $0
        return result
      }, generator: SeededGenerator(seed: 3))
  }

  @Test func theMeanIsOfAllBallsAndItsIntervalIsOverSeeds() throws {
    // Of three seeds, that all of a resample are the worst, or the best, comes in one of 27: more than the fortieth at
    // which the interval ends.
    let three = try #require(
      pooled([
        PlayTotals(catches: 1050, misses: 3, longest: 1000), PlayTotals(catches: 74, misses: 4, longest: 40),
        PlayTotals(catches: 99, misses: 4, longest: 80),
      ]))
    #expect(three.mean.value == 1223.0 / 11)
    #expect(three.mean.interval == 18.5...350)
    #expect(three.meanText == "111.2 (18.5 to 350.0)")
    #expect(three.totals.longest == 1000)
  }

  @Test func oneSeedHasNoIntervalAndNoMissALowerBound() throws {
    let one = PlayTotals(catches: 30, misses: 4, longest: 9)
    #expect(pooled([one])?.meanText == "7.50")
    #expect(pooled([one, one])?.meanText == "7.50")
    let sure = PlayTotals(catches: 400, misses: 0, longest: 400)
    #expect(pooled([sure, sure])?.meanText == "at least 800.0")
    // A seed without a miss counts its catches: both drawn are 800, neither 7.5.
    #expect(pooled([one, sure])?.mean.interval == 7.5...800)
    #expect(pooled([]) == nil)
  }
}
