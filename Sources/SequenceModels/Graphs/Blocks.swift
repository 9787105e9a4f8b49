import Determinism

/// Edges drawn evenly among the pairs that a rule allows: as many as asked for, exactly, without repeats. Work and memory grow
/// with edges and neurons, never with pairs.
struct Blocks {
  /// The sources that each target may have, as ranges in ascending order; the target itself is left out.
  let allowed: (Int) -> [Range<Int>]

  /// Pairs in all.
  func pairs(targets: Range<Int>) -> Int { targets.reduce(0) { $0 + capacity($1) } }

  private func capacity(_ target: Int) -> Int { Blocks.count(allowed(target), except: target) }

  /// How many numbers are in ascending ranges but for one.
  static func count(_ ranges: [Range<Int>], except excluded: Int) -> Int {
    ranges.reduce(0) { $0 + count($1, except: excluded) }
  }

  private static func count(_ range: Range<Int>, except excluded: Int) -> Int {
    range.count - (range.contains(excluded) ? 1 : 0)
  }

  /// Adds `edges` edges to the rows of some targets. How many a target gets is what even choice among all pairs would give it
  /// (a multivariate hypergeometric draw); which, is drawn among its own; they are added in ascending order.
  func draw(
    _ edges: Int, targets: Range<Int>, into rows: inout [[UInt32]], _ generator: inout SeededGenerator
  ) {
    let capacities = targets.map(capacity)
    var ends: [Int] = []
    ends.reserveCapacity(capacities.count)
    for capacity in capacities { ends.append((ends.last ?? 0) + capacity) }
    let pairs = ends.last ?? 0
    precondition(edges <= pairs, "\(edges) edges of \(pairs) pairs")
    var degrees = [Int](repeating: 0, count: capacities.count)
    // The fewer of those drawn and those left out.
    let drawn = edges <= pairs / 2 ? edges : pairs - edges
    var count = 0
    while count < drawn {
      let target = Blocks.row(of: generator.uniform(below: pairs), ends)
      // A pair that was drawn before: as likely as the share of the row that is taken.
      guard generator.uniform(below: capacities[target]) >= degrees[target] else { continue }
      degrees[target] += 1
      count += 1
    }
    for (index, target) in targets.enumerated() {
      let degree = drawn == edges ? degrees[index] : capacities[index] - degrees[index]
      let ranges = allowed(target)
      let choices = Blocks.distinct(degree, below: capacities[index], &generator).sorted()
      rows[target] += Blocks.numbers(choices, ranges, except: target)
    }
  }

  /// The row in which a pair lies, by the ends of the rows.
  private static func row(of pair: Int, _ ends: [Int]) -> Int {
    var (low, high) = (0, ends.count - 1)
    while low < high {
      let middle = (low + high) / 2
      if pair < ends[middle] { high = middle } else { low = middle + 1 }
    }
    return low
  }

  /// Different numbers below a bound, all choices equally likely (Floyd's algorithm).
  private static func distinct(
    _ count: Int, below bound: Int, _ generator: inout SeededGenerator
  ) -> [Int] {
    if count == bound { return Array(0..<bound) }
    var chosen = Set<Int>(minimumCapacity: count)
    var order: [Int] = []
    for last in bound - count..<bound {
      let number = generator.uniform(below: last + 1)
      let next = chosen.contains(number) ? last : number
      chosen.insert(next)
      order.append(next)
    }
    return order
  }

  /// Those of the numbers in ascending ranges, one of them left out, that have these indices, which ascend.
  private static func numbers(_ indices: [Int], _ ranges: [Range<Int>], except excluded: Int) -> [UInt32] {
    var numbers: [UInt32] = []
    numbers.reserveCapacity(indices.count)
    var (place, before) = (0, 0)
    for index in indices {
      while index - before >= count(ranges[place], except: excluded) {
        before += count(ranges[place], except: excluded)
        place += 1
      }
      let number = ranges[place].lowerBound + index - before
      numbers.append(UInt32(ranges[place].contains(excluded) && number >= excluded ? number + 1 : number))
    }
    return numbers
  }

  /// The `index`-th of the numbers in ascending ranges, one of them left out. Takes no memory.
  static func number(_ index: Int, _ ranges: [Range<Int>], except excluded: Int) -> Int {
    var index = index
    for range in ranges {
      let holds = range.contains(excluded)
      let count = range.count - (holds ? 1 : 0)
      if index < count {
        let number = range.lowerBound + index
        return holds && number >= excluded ? number + 1 : number
      }
      index -= count
    }
    preconditionFailure("\(index) more than the ranges hold")
  }
}
