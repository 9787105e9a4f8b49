import Determinism

/// Directed preferential attachment (Bollobas, Borgs, Chayes & Riordan 2003) among neurons 0 ..< count, without loops
/// and repeated edges: the sources of every target.
struct ScaleFree {
  private let deltaIn: Double
  private let deltaOut: Double
  private let count: Int
  private var known: EdgeSet
  private var inDegrees: [UInt32]
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
    var graph = ScaleFree(count: count, edges: edges, deltaIn: deltaIn, deltaOut: deltaOut)
    graph.arrived = min(2, count)
    if count > 1, edges > 0 { graph.add(0, 1) }
    // As many of the steps that are left bring a neuron as neurons are left.
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

  private init(count: Int, edges: Int, deltaIn: Double, deltaOut: Double) {
    self.count = count
    self.deltaIn = deltaIn
    self.deltaOut = deltaOut
    known = EdgeSet(capacity: edges)
    inDegrees = [UInt32](repeating: 0, count: count)
    targets.reserveCapacity(edges)
    sources.reserveCapacity(edges)
  }

  /// The sources of every target, in the order in which they came.
  private var rows: [[UInt32]] {
    var rows = [[UInt32]](repeating: [], count: count)
    for target in 0..<count { rows[target].reserveCapacity(Int(inDegrees[target])) }
    for (source, target) in zip(sources, targets) { rows[Int(target)].append(source) }
    return rows
  }

  private mutating func add(_ source: UInt32, _ target: UInt32) {
    known.insert(source, target)
    inDegrees[Int(target)] += 1
    targets.append(target)
    sources.append(source)
  }

  private mutating func addBetweenOld(_ generator: inout SeededGenerator) {
    // Where hubs are full, most choices are taken: after some the rest is chosen evenly, after more one by one.
    for attempt in 0..<200 {
      let even = attempt >= 100
      let source = even ? UInt32(generator.uniform(below: arrived)) : byOutDegree(&generator)
      let target = even ? UInt32(generator.uniform(below: arrived)) : byInDegree(&generator)
      if source != target, !known.contains(source, target) { return add(source, target) }
    }
    let start = generator.uniform(below: arrived)
    for step in 0..<arrived {
      let target = UInt32((start + step) % arrived)
      guard inDegrees[Int(target)] < arrived - 1 else { continue }
      for offset in 1..<arrived {
        let source = UInt32((Int(target) + offset) % arrived)
        if !known.contains(source, target) { return add(source, target) }
      }
    }
    // Every edge among those who have come is there: the next neuron comes.
    guard arrived < count else { preconditionFailure("more edges than pairs") }
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

/// Edges that are known, in a table of open addresses: 8 to 16 bytes each and as much again that is free.
private struct EdgeSet {
  private static let free = UInt64.max
  private var slots: [UInt64]
  private let shift: UInt64

  /// Room for so many edges.
  init(capacity: Int) {
    let bits = max(4, Int.bitWidth - (2 * capacity).leadingZeroBitCount)
    slots = [UInt64](repeating: EdgeSet.free, count: 1 << bits)
    shift = UInt64(64 - bits)
  }

  func contains(_ source: UInt32, _ target: UInt32) -> Bool { slots[place(source, target)] != EdgeSet.free }

  mutating func insert(_ source: UInt32, _ target: UInt32) {
    slots[place(source, target)] = EdgeSet.key(source, target)
  }

  private static func key(_ source: UInt32, _ target: UInt32) -> UInt64 {
    UInt64(source) << 32 | UInt64(target)
  }

  /// Where an edge is, or would be: from the place of its hash (Fibonacci's) on, the first that holds it or nothing.
  private func place(_ source: UInt32, _ target: UInt32) -> Int {
    let key = EdgeSet.key(source, target)
    var place = Int((key &* 0x9e37_79b9_7f4a_7c15) >> shift)
    while slots[place] != key, slots[place] != EdgeSet.free { place = (place + 1) & (slots.count - 1) }
    return place
  }
}
