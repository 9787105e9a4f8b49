import Determinism
import Evaluation
import Foundation
import TestSupport
import Testing

@Suite("Statistics")
struct StatisticsTests {
  @Test func againstNumPyAndSciPy() throws {
    let text = try String(contentsOf: Repository.golden("statistics.csv"), encoding: .utf8)
    let rows = text.split(separator: "\n").dropFirst()
    try #require(rows.count == 11)
    for row in rows {
      let fields = row.split(separator: ",")
      let values = try fields[0].split(separator: " ").map { try #require(Double($0)) }
      let sorted = values.sorted()
      let found = [
        Statistics.mean(values), Statistics.median(values), Statistics.interquartileMean(values),
        Statistics.quantile(sorted, 0.025), Statistics.quantile(sorted, 0.3),
        Statistics.quantile(sorted, 0.975),
      ]
      for (found, field) in zip(found, fields.dropFirst()) {
        let expected = try #require(Double(field))
        #expect(abs(found - expected) <= 1e-12 * max(1, abs(expected)), "\(row)")
      }
    }
  }

  @Test func ofNothing() {
    #expect(Statistics.mean([]) == 0)
    #expect(Statistics.median([]) == 0)
    #expect(Statistics.interquartileMean([]) == 0)
    #expect(Statistics.quantile([], 0.5) == 0)
  }

  @Test func bootstrapIsAFunctionOfItsGenerator() {
    let values = (0..<40).map { Double($0 * $0 % 17) }
    func interval(_ seed: UInt64) -> ClosedRange<Double> {
      Statistics.bootstrap(
        [values], resamples: 300, generator: SeededGenerator(seed: seed), statistic: Statistics.mean)
    }
    #expect(interval(1) == interval(1))
    #expect(interval(1) != interval(2))
    #expect(interval(1).contains(Statistics.mean(values)))
  }

  @Test func bootstrapKeepsTheStrata() {
    // Each stratum is constant, so every resample has the same mean: 3 of 2 and 1 of 10.
    let interval = Statistics.bootstrap(
      [[2, 2, 2], [10]], resamples: 50, generator: SeededGenerator(seed: 1), statistic: Statistics.mean)
    #expect(interval == 4...4)
  }

  @Test func bootstrapCoversTheMeanAboutAsOftenAsItSays() {
    var generator = SeededGenerator(seed: 3)
    var covered = 0
    let runs = 300
    for run in 0..<runs {
      // Uniform in 0 ..< 1: the mean is 0.5.
      let sample = (0..<30).map { _ in generator.uniformDouble() }
      let interval = Statistics.bootstrap(
        [sample], level: 0.9, resamples: 200, generator: SeededGenerator(seed: UInt64(run)),
        statistic: Statistics.mean)
      if interval.contains(0.5) { covered += 1 }
    }
    // 90 % of 300 within four standard deviations, 5.2 each, and the bootstrap's own shortfall of 2 %.
    #expect((243...291).contains(covered), "\(covered) of \(runs)")
  }
}
