import Determinism

extension SeededGenerator {
  /// Calls `body` for each index of the range with the given probability, by drawing the gaps between
  /// successes: the cost is by edges, so that 100,000 sparse neurons do not mean 10^10 draws.
  mutating func forEachSuccess(in range: Range<Int>, probability: Double, _ body: (Int) -> Void) {
    if probability >= 0.05 {
      for index in range where bernoulli(probability) { body(index) }
      return
    }
    guard probability > 0 else { return }
    var index = range.lowerBound - 1
    while true {
      index += geometricGap(probability)
      guard index < range.upperBound else { return }
      body(index)
    }
  }

  /// The number of trials to the first success, by repeated halving of the tail rather than a logarithm, so
  /// that no math library decides a graph.
  private mutating func geometricGap(_ probability: Double) -> Int {
    let u = 1 - uniformDouble()  // in (0, 1]
    // The least k with (1 - p)^k < u, capped far beyond any row.
    var powers = [1 - probability]
    while powers[powers.count - 1] >= u && powers.count < 40 {
      powers.append(powers[powers.count - 1] * powers[powers.count - 1])
    }
    var k = 0
    var tail = 1.0
    for bit in stride(from: powers.count - 1, through: 0, by: -1) where tail * powers[bit] >= u {
      tail *= powers[bit]
      k += 1 << bit
    }
    return k + 1
  }
}
