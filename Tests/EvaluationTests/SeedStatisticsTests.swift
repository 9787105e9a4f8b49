import Determinism
import Evaluation
import Foundation
import TestSupport
import Testing

@Suite("Statistics over seeds")
struct SeedStatisticsTests {
  /// A row of seed-statistics.csv.
  struct Case {
    let statistic: String
    let resampling: String
    let x: [[Double]]
    let y: [Double]
    let point: Double
    /// Ends of rliable's interval, and where another 50,000 resamples must find them.
    let low: (from: Double, end: Double, to: Double)
    let high: (from: Double, end: Double, to: Double)

    init(_ row: Substring) throws {
      let fields = row.split(separator: ",", omittingEmptySubsequences: false)
      try #require(fields.count == 11, "\(row)")
      func scores(_ text: Substring) throws -> [[Double]] {
        try text.split(separator: "|").map { seed in
          try seed.split(separator: " ").map { try #require(Double($0)) }
        }
      }
      let numbers = try fields[4...].map { try #require(Double($0)) }
      statistic = String(fields[0])
      resampling = String(fields[1])
      x = try scores(fields[2])
      y = try scores(fields[3]).flatMap { $0 }
      point = numbers[0]
      low = (numbers[1], numbers[2], numbers[3])
      high = (numbers[4], numbers[5], numbers[6])
    }

    /// The point estimate and the interval of 50,000 resamples by the code under test.
    func compute() throws -> (Double, ClosedRange<Double>) {
      let generator = SeededGenerator(seed: 2026)
      if statistic == "improvement" {
        return (
          Statistics.probabilityOfImprovement(of: x[0], over: y),
          Statistics.improvementInterval(of: x[0], over: y, resamples: 50_000, generator: generator)
        )
      }
      if statistic == "seed_median" {
        let median = RoundsOverSeeds(x.map { $0.map { Int($0) } }, resamples: 50_000, generator: generator)
          .median
        return (median.value, median.interval)
      }
      let functions = [
        "mean": Statistics.mean, "median": Statistics.median, "iqm": Statistics.interquartileMean,
      ]
      let function = try #require(functions[statistic])
      let kind = try #require(Statistics.Resampling(rawValue: resampling))
      return (
        function(x.flatMap { $0 }),
        Statistics.bootstrap(
          x, resampling: kind, resamples: 50_000, generator: generator, statistic: function)
      )
    }
  }

  static func cases() throws -> [Case] {
    let text = try String(contentsOf: Repository.golden("seed-statistics.csv"), encoding: .utf8)
    return try text.split(separator: "\n").dropFirst().map(Case.init)
  }

  @Test func pointsAndIntervalsAreThoseOfRliable() throws {
    let cases = try SeedStatisticsTests.cases()
    #expect(cases.count == 20)
    for one in cases {
      let name = "\(one.statistic) \(one.resampling) of \(one.x.map(\.count))"
      let (point, interval) = try one.compute()
      #expect(abs(point - one.point) <= 1e-12 * max(1, abs(one.point)), "\(name): \(point)")
      // The ranges follow from the Monte Carlo error of 50,000 resamples (make_seed_statistics.py). Their ends
      // are often values of the statistic itself, which other summation orders round differently.
      let slack = 1e-12 * max(1, abs(one.high.to))
      #expect(
        interval.lowerBound >= one.low.from - slack && interval.lowerBound <= one.low.to + slack,
        "\(name): low end \(interval.lowerBound), rliable \(one.low)")
      #expect(
        interval.upperBound >= one.high.from - slack && interval.upperBound <= one.high.to + slack,
        "\(name): high end \(interval.upperBound), rliable \(one.high)")
    }
  }

  @Test func improvementOfXOverYAndOfYOverXAddUpToOne() {
    var generator = SeededGenerator(seed: 5)
    for _ in 0..<100 {
      let x = (0..<1 + generator.uniform(below: 6)).map { _ in Double(generator.uniform(below: 5)) }
      let y = (0..<1 + generator.uniform(below: 6)).map { _ in Double(generator.uniform(below: 5)) }
      let sum =
        Statistics.probabilityOfImprovement(of: x, over: y)
        + Statistics.probabilityOfImprovement(of: y, over: x)
      #expect(abs(sum - 1) < 1e-15, "\(x) \(y)")
    }
    #expect(Statistics.probabilityOfImprovement(of: [], over: [1]) == 0.5)
    #expect(Statistics.probabilityOfImprovement(of: [1], over: []) == 0.5)
    #expect(Statistics.probabilityOfImprovement(of: [2, 3], over: [1]) == 1)
  }

  /// Rounds of a few seeds, with many ties and capped ones.
  private func rounds(_ generator: inout SeededGenerator) -> [[Int]] {
    (0..<1 + generator.uniform(below: 5)).map { _ in
      let scale = 1 + generator.uniform(below: 40)
      return (0..<1 + generator.uniform(below: 30)).map { _ in generator.uniform(below: scale) }
    }
  }

  @Test func histogramsGiveWhatSortingGives() {
    var generator = SeededGenerator(seed: 11)
    for seed in 0..<40 {
      let catches = rounds(&generator)
      let bootstrap = SeededGenerator(seed: UInt64(seed))
      let found = RoundsOverSeeds(catches, resamples: 60, generator: bootstrap)
      let strata = catches.map { $0.map(Double.init) }
      for (estimate, statistic) in [
        (found.mean, Statistics.mean), (found.interquartileMean, Statistics.interquartileMean),
      ] {
        #expect(estimate.value == statistic(strata.flatMap { $0 }))
        #expect(
          estimate.interval
            == Statistics.bootstrap(
              strata, resampling: .nested, resamples: 60, generator: bootstrap, statistic: statistic))
      }
      #expect(found.seeds == catches.count)
      #expect(found.seedMeans == strata.map(Statistics.mean))
    }
  }

  @Test func survivalIsTheFractionThatReachesEachCount() {
    let catches = [[0, 1, 5, 5], [2, 1000, 0, 7]]
    let found = RoundsOverSeeds(
      catches, survivalAt: [0, 1, 2, 3, 5, 6, 1000, 2000], resamples: 200,
      generator: SeededGenerator(seed: 1))
    #expect(found.survival.map(\.catches) == [0, 1, 2, 3, 5, 6, 1000, 2000])
    #expect(found.survival.map(\.fraction.value) == [1, 0.75, 0.625, 0.5, 0.5, 0.25, 0.125, 0])
    #expect(found.survival[0].fraction.interval == 1...1)
    #expect(found.survival[7].fraction.interval == 0...0)
    for point in found.survival { #expect(point.fraction.interval.contains(point.fraction.value)) }
  }

  @Test func nestedResamplesSpeakOfSeeds() {
    // Every agent always makes the same: within a seed nothing varies, between seeds much.
    let catches = [[10, 10, 10], [20, 20, 20], [60, 60, 60]]
    let strata = catches.map { $0.map(Double.init) }
    let generator = SeededGenerator(seed: 1)
    let within = Statistics.bootstrap(strata, generator: generator, statistic: Statistics.mean)
    #expect(within == 30...30)
    #expect(RoundsOverSeeds(catches, generator: generator).mean.interval == 10...60)
    // Of a single seed they can speak of its rounds only.
    #expect(RoundsOverSeeds([[10, 10, 10]], generator: generator).mean.interval == 10...10)
  }
}
