import Determinism
import NeuralCore
import Storage

/// The random neuron graph of the paper (reference.md, section 1): Erdos-Renyi with probability p an allowed
/// edge, no self-loops, then repaired.
///
/// Roles: neurons 0 ..< inputs are inputs, the next `outputs` are outputs, the rest hidden. Outputs receive
/// from hidden neurons only; hidden ones from inputs and hidden ones; inputs receive nothing and nothing
/// receives from an output. `recurrent` false leaves out the edges among hidden neurons (`no_rec`); outputs
/// still receive from hidden ones.
enum TNDGraph {
  /// Most connections of a graph that is drawn: 2 GB when it trains.
  static let mostEdges = 100_000_000

  /// Refuses a config whose graph would not fit in memory, before any of it is drawn.
  static func check(
    neurons n: Int, density: Double, _ settings: SettingReader
  ) throws(SettingError) {
    let edges = Double(n) * Double(n) * density
    guard edges <= Double(mostEdges) else {
      throw settings.error(
        "density", found: "\(density), for \(n) neurons \(Int(edges)) connections",
        expected: "at most \(mostEdges) connections")
    }
  }

  static func random(
    neurons n: Int, inputs: Int, outputs: Int, density: Double, recurrent: Bool,
    generator: SeededGenerator
  ) -> SparseGraph {
    var generator = generator
    let firstHidden = inputs + outputs
    /// The sources that a target may have.
    func allowed(_ target: Int) -> [Range<Int>] {
      if target < inputs { return [] }
      if target < firstHidden { return [firstHidden..<n] }
      return recurrent ? [0..<inputs, firstHidden..<n] : [0..<inputs]
    }
    var rows = [[UInt32]](repeating: [], count: n)
    var outgoing = [Bool](repeating: false, count: n)
    for target in 0..<n {
      for range in allowed(target) {
        forEachSuccess(in: range, probability: density, &generator) { source in
          if source != target {
            rows[target].append(UInt32(source))
            outgoing[source] = true
          }
        }
      }
    }
    for target in inputs..<n where rows[target].isEmpty {
      let source = choice(of: allowed(target), except: target, &generator)
      rows[target].append(UInt32(source))
      outgoing[source] = true
    }
    for source in firstHidden..<n where !outgoing[source] {
      let target = choice(of: [inputs..<(recurrent ? n : firstHidden)], except: source, &generator)
      rows[target].append(UInt32(source))
    }
    do {
      return try SparseGraph(sourcesOfTargets: rows)
    } catch {
      preconditionFailure("a graph built from distinct sources is valid: \(error)")
    }
  }

  /// One of the numbers in ascending ranges but for one of them, all equally likely. Takes no memory, so that
  /// the repair of a large sparse graph grows with its neurons, not their square.
  private static func choice(
    of ranges: [Range<Int>], except excluded: Int, _ generator: inout SeededGenerator
  ) -> Int {
    var count = 0
    for range in ranges { count += range.count - (range.contains(excluded) ? 1 : 0) }
    var index = generator.uniform(below: count)
    for range in ranges {
      let own = range.count - (range.contains(excluded) ? 1 : 0)
      if index < own {
        let number = range.lowerBound + index
        return range.contains(excluded) && number >= excluded ? number + 1 : number
      }
      index -= own
    }
    preconditionFailure("\(index) more than the ranges hold")
  }

  /// Calls `body` for each index of the range with the given probability, by drawing the gaps between
  /// successes: the cost is by edges, so that 100,000 sparse neurons do not mean 10^10 draws.
  static func forEachSuccess(
    in range: Range<Int>, probability: Double, _ generator: inout SeededGenerator, _ body: (Int) -> Void
  ) {
    if probability >= 0.05 {
      for index in range where generator.bernoulli(probability) { body(index) }
      return
    }
    guard probability > 0 else { return }
    var index = range.lowerBound - 1
    while true {
      index += geometricGap(probability, &generator)
      guard index < range.upperBound else { return }
      body(index)
    }
  }

  /// The number of trials to the first success, by repeated halving of the tail rather than a logarithm, so
  /// that no math library decides a graph.
  private static func geometricGap(_ probability: Double, _ generator: inout SeededGenerator) -> Int {
    let u = 1 - generator.uniformDouble()  // in (0, 1]
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
