import Determinism

/// Lattice and small world, among neurons 0 ..< count: the sources of every target.
enum Rings {
  /// Each target from its nearest on a ring, right and left by turns; of `edges` every target has an equal share, to one.
  static func lattice(count: Int, edges: Int) -> [[UInt32]] {
    (0..<count).map { target in
      let degree = edges * (target + 1) / count - edges * target / count
      return (0..<degree).map { index in
        let distance = index / 2 + 1
        let source = index % 2 == 0 ? target + distance : target - distance
        return UInt32((source + count) % count)
      }
    }
  }

  /// A lattice, the source of each edge with probability beta drawn anew among those that its target does not have.
  static func smallWorld(
    count: Int, edges: Int, beta: Double, _ generator: inout SeededGenerator
  ) -> [[UInt32]] {
    var rows = lattice(count: count, edges: edges)
    for target in rows.indices {
      var known = Set(rows[target])
      for index in rows[target].indices where generator.bernoulli(beta) {
        // Nobody is left to be drawn.
        guard known.count < count - 1 else { continue }
        var source = UInt32(target)
        while source == target || known.contains(source) {
          source = UInt32(generator.uniform(below: count))
        }
        known.remove(rows[target][index])
        known.insert(source)
        rows[target][index] = source
      }
    }
    return rows
  }
}
