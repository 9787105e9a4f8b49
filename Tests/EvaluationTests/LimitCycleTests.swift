import Determinism
import Evaluation
import Testing

@Suite("LimitCycle")
struct LimitCycleTests {
  /// The published definition, word for word.
  static func bruteForce(_ path: [Int16]) -> Bool {
    let n = path.count
    guard n / 2 >= 50 else { return false }
    return (50...n / 2).contains { m in path[(n - m)...].elementsEqual(path[(n - 2 * m)..<(n - m)]) }
  }

  /// `lead` positions that repeat nothing, then a cycle of `period` up to `count`.
  static func path(count: Int, lead: Int, period: Int) -> [Int16] {
    (0..<count).map { i in
      i < lead ? Int16(-1 - i) : Int16(truncatingIfNeeded: ((i - lead) % period) * 7919 % 30_011)
    }
  }

  @Test func randomPathsOfAFewPositions() {
    var generator = SeededGenerator(seed: 1)
    var hits = 0
    for _ in 0..<2000 {
      let count = 90 + generator.uniform(below: 60)
      let lead = generator.uniform(below: 50)
      let period = 1 + generator.uniform(below: 70)
      var path = LimitCycleTests.path(count: count, lead: lead, period: period)
      // One changed position in half of the paths: a repeat that is not quite exact.
      if generator.bernoulli(0.5) { path[generator.uniform(below: count)] += 1 }
      if generator.bernoulli(0.1) { path = path.map { $0 & 1 } }
      let expected = LimitCycleTests.bruteForce(path)
      if expected { hits += 1 }
      #expect(LimitCycle.ends(path) == expected)
    }
    #expect((200...1800).contains(hits))
  }

  @Test(
    arguments: [
      // A period below 50 counts through its multiples: 98 steps are two periods of 49.
      (count: 196, lead: 0, period: 49, ends: true),
      (count: 195, lead: 0, period: 49, ends: false),
      (count: 100, lead: 0, period: 50, ends: true),
      (count: 99, lead: 0, period: 50, ends: false),
      (count: 100, lead: 1, period: 50, ends: false),
      (count: 101, lead: 1, period: 50, ends: true),
      // The longest that is looked for is half of the path.
      (count: 300, lead: 0, period: 150, ends: true),
      (count: 300, lead: 0, period: 151, ends: false),
      (count: 301, lead: 1, period: 150, ends: true),
      (count: 301, lead: 2, period: 150, ends: false),
      (count: 100, lead: 0, period: 1, ends: true),
      (count: 99, lead: 0, period: 1, ends: false),
      (count: 0, lead: 0, period: 1, ends: false),
    ])
  func boundaries(_ setting: (count: Int, lead: Int, period: Int, ends: Bool)) {
    let path = LimitCycleTests.path(count: setting.count, lead: setting.lead, period: setting.period)
    #expect(LimitCycle.ends(path) == setting.ends)
    #expect(LimitCycleTests.bruteForce(path) == setting.ends)
  }

  @Test func aRepeatThatIsNotAtTheEndDoesNotCount() {
    var path = LimitCycleTests.path(count: 400, lead: 0, period: 60)
    #expect(LimitCycle.ends(path))
    path[399] += 1
    #expect(!LimitCycle.ends(path))
  }
}
