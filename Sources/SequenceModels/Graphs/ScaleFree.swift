import Determinism

/// Directed preferential attachment (Bollobas, Borgs, Chayes & Riordan 2003) among neurons 0 ..< count, without loops
/// and repeated edges: the sources of every target.
struct ScaleFree {
  private let deltaIn: Double
  private let deltaOut: Double
  private var rows: [[UInt32]]
  private var known: [Set<UInt32>]
  /// Ends of all edges so far: a uniform choice among them is one by degree.
  private var targets: [UInt32] = []
  private var sources: [UInt32] = []
  /// Neurons that have come.
  private var arrived = 0

  /// - Parameters:
  ///   - edges: at least `count - 1`, so that every neuron can come with one.
  ///   - alpha, gamma: how many new neurons come with an edge from them, and with one to them, relative to each other.
  static func rows(
    count: Int, edges: Int, alpha: Double, gamma: Double, deltaIn: Double, deltaOut: Double,
    _ generator: inout SeededGenerator
  ) -> [[UInt32]] {
    var graph = ScaleFree(count: count, deltaIn: deltaIn, deltaOut: deltaOut)
    graph.arrived = min(2, count)
    if count > 1, edges > 0 { graph.add(0, 1) }
    // One step in `spread` brings a neuron, so that the last comes with the last edges.
    while graph.targets.count < edges {
      let left = count - graph.arrived
      let brings = left > 0 && generator.uniform(below: max(edges - graph.targets.count, 1)) < left
      if brings {
        let isSource = generator.uniformDouble() * (alpha + gamma) < alpha
        // Whom the new one meets is chosen among those before it.
        let new = UInt32(graph.arrived)
        let other = isSource ? graph.byInDegree(&generator) : graph.byOutDegree(&generator)
        graph.arrived += 1
        if isSource { graph.add(new, other) } else { graph.add(other, new) }
      } else {
        graph.addBetweenOld(&generator)
      }
    }
    return graph.rows
  }

  private init(count: Int, deltaIn: Double, deltaOut: Double) {
    self.deltaIn = deltaIn
    self.deltaOut = deltaOut
    rows = [[UInt32]](repeating: [], count: count)
    known = [Set<UInt32>](repeating: [], count: count)
  }

  private mutating func add(_ source: UInt32, _ target: UInt32) {
    rows[Int(target)].append(source)
    known[Int(target)].insert(source)
    targets.append(target)
    sources.append(source)
  }

  private mutating func addBetweenOld(_ generator: inout SeededGenerator) {
    // Where hubs are full, most choices are taken: after some the rest is chosen evenly, after more one by one.
    for attempt in 0..<200 {
      let even = attempt >= 100
      let source = even ? UInt32(generator.uniform(below: arrived)) : byOutDegree(&generator)
      let target = even ? UInt32(generator.uniform(below: arrived)) : byInDegree(&generator)
      if source != target, !known[Int(target)].contains(source) { return add(source, target) }
    }
    let start = generator.uniform(below: arrived)
    for step in 0..<arrived {
      let target = UInt32((start + step) % arrived)
      guard known[Int(target)].count < arrived - 1 else { continue }
      for offset in 1..<arrived {
        let source = UInt32((Int(target) + offset) % arrived)
        if !known[Int(target)].contains(source) { return add(source, target) }
      }
    }
    // Every edge among those who have come is there: the next neuron comes.
    guard arrived < rows.count else { preconditionFailure("more edges than pairs") }
    arrived += 1
    add(UInt32(arrived - 1), UInt32(generator.uniform(below: arrived - 1)))
  }

  /// A neuron with probability by its in-degree and delta.
  private func byInDegree(_ generator: inout SeededGenerator) -> UInt32 {
    choose(targets, deltaIn, &generator)
  }

  private func byOutDegree(_ generator: inout SeededGenerator) -> UInt32 {
    choose(sources, deltaOut, &generator)
  }

  private func choose(_ ends: [UInt32], _ delta: Double, _ generator: inout SeededGenerator) -> UInt32 {
    let (edges, even) = (Double(ends.count), delta * Double(arrived))
    return generator.uniformDouble() * (edges + even) < edges
      ? ends[generator.uniform(below: ends.count)] : UInt32(generator.uniform(below: arrived))
  }
}
