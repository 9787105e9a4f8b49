import Determinism

/// Groups of neurons with more edges among themselves than between them, directions aside: two neurons are linked where an
/// edge leads either way. Found by the method of Louvain (Blondel et al. 2008), neurons in a drawn order: by their numbers
/// those of a scale-free graph would come by age, which makes worse communities. The draw is always the same, so a graph
/// has one answer.
public struct Communities: Sendable, Equatable {
  /// [neurons]: the community of each, numbered from 0.
  public let labels: [Int]
  /// Number of communities.
  public let count: Int
  /// Their modularity: the share of links inside, less what chance would put there (Newman & Girvan 2004).
  public let modularity: Double
  /// All neurons, those of a community together, within it those of each smaller one that it grew from.
  let order: [UInt32]

  /// The communities of a graph. Takes a second or two for some millions of edges.
  public init(_ graph: SparseGraph) {
    let links = LinkNetwork(graph)
    var labels = Array(0..<graph.neurons)
    var network = links
    var order = (0..<graph.neurons).map { UInt32($0) }
    while true {
      let (own, count) = network.communities()
      for neuron in labels.indices { labels[neuron] = own[labels[neuron]] }
      Communities.sort(&order, by: labels, count)
      if count == network.nodes { break }
      network = network.merged(own, count)
    }
    self.labels = labels
    self.order = order
    count = network.nodes
    modularity = links.modularity(labels)
  }

  /// Sorts neurons by their labels; those with the same stay as they stand.
  private static func sort(_ order: inout [UInt32], by labels: [Int], _ count: Int) {
    var next = [Int](repeating: 0, count: count + 1)
    for label in labels { next[label + 1] += 1 }
    for label in 0..<count { next[label + 1] += next[label] }
    for neuron in order {
      let label = labels[Int(neuron)]
      order[next[label]] = neuron
      next[label] += 1
    }
  }
}

extension SparseGraph {
  /// The modularity of given communities, directions aside; 0 without edges.
  /// - Parameter labels: [neurons], numbers of any kind.
  public func modularity(of labels: [Int]) -> Double {
    precondition(labels.count == neurons, "found \(labels.count) labels, expected \(neurons)")
    var numbers: [Int: Int] = [:]
    let own = labels.map { label in
      let number = numbers[label] ?? numbers.count
      numbers[label] = number
      return number
    }
    return LinkNetwork(self).modularity(own)
  }
}

/// An undirected network with whole-number weights: every link stands at both of its ends. Sums are whole numbers, so that
/// no order of theirs decides.
private struct LinkNetwork {
  let nodes: Int
  private var starts: [Int] = [0]
  private var others: [UInt32] = []
  private var weights: [Int32] = []
  /// The weights at a node, with those that were merged into it twice.
  private let degrees: [Int]
  /// Twice the sum of all weights.
  private let total: Int

  /// The links of a graph, each of weight 1; loops are none.
  init(_ graph: SparseGraph) {
    nodes = graph.neurons
    let outgoing = graph.reversed
    starts.reserveCapacity(nodes + 1)
    for node in 0..<nodes {
      let (into, out) = (graph.edges(into: node), outgoing.edges(into: node))
      var (a, b) = (into.lowerBound, out.lowerBound)
      while a < into.upperBound || b < out.upperBound {
        let source = a < into.upperBound ? graph.sources[a] : .max
        let target = b < out.upperBound ? outgoing.sources[b] : .max
        if source <= target { a += 1 }
        if target <= source { b += 1 }
        if min(source, target) != node { others.append(min(source, target)) }
      }
      starts.append(others.count)
    }
    weights = [Int32](repeating: 1, count: others.count)
    let starts = starts
    degrees = (0..<nodes).map { starts[$0 + 1] - starts[$0] }
    total = others.count
  }

  private init(degrees: [Int], total: Int) {
    nodes = degrees.count
    self.degrees = degrees
    self.total = total
  }

  /// Moves nodes, each to the community that raises modularity most, until hardly any moves; labels from 0 and their number.
  func communities() -> (labels: [Int], count: Int) {
    var labels = Array(0..<nodes)
    var totals = degrees
    var links = [Int](repeating: 0, count: nodes)
    var near: [Int] = []
    var order = Array(0..<nodes)
    var generator = SeededGenerator(seed: 0).split("communities")
    generator.shuffle(&order)
    var moved = nodes
    while moved > nodes / 1000 {
      moved = 0
      for node in order {
        let own = labels[node]
        for link in starts[node]..<starts[node + 1] {
          let label = labels[Int(others[link])]
          if links[label] == 0 { near.append(label) }
          links[label] += Int(weights[link])
        }
        totals[own] -= degrees[node]
        func gain(_ label: Int) -> Int { total * links[label] - degrees[node] * totals[label] }
        var best = own
        for label in near where gain(label) > gain(best) { best = label }
        totals[best] += degrees[node]
        labels[node] = best
        if best != own { moved += 1 }
        for label in near { links[label] = 0 }
        near.removeAll(keepingCapacity: true)
      }
    }
    var numbers = [Int](repeating: -1, count: nodes)
    var count = 0
    for node in 0..<nodes {
      if numbers[labels[node]] < 0 {
        numbers[labels[node]] = count
        count += 1
      }
      labels[node] = numbers[labels[node]]
    }
    return (labels, count)
  }

  /// The network of communities: what was between two of them is one link.
  func merged(_ labels: [Int], _ count: Int) -> LinkNetwork {
    var members = [[Int]](repeating: [], count: count)
    for node in 0..<nodes { members[labels[node]].append(node) }
    var merged = LinkNetwork(
      degrees: members.map { $0.reduce(0) { $0 + degrees[$1] } }, total: total)
    var sums = [Int32](repeating: 0, count: count)
    var near: [Int] = []
    for community in 0..<count {
      for node in members[community] {
        for link in starts[node]..<starts[node + 1] {
          let other = labels[Int(others[link])]
          guard other != community else { continue }
          if sums[other] == 0 { near.append(other) }
          sums[other] += weights[link]
        }
      }
      for other in near {
        merged.others.append(UInt32(other))
        merged.weights.append(sums[other])
        sums[other] = 0
      }
      near.removeAll(keepingCapacity: true)
      merged.starts.append(merged.others.count)
    }
    return merged
  }

  func modularity(_ labels: [Int]) -> Double {
    guard total > 0 else { return 0 }
    let count = (labels.max() ?? 0) + 1
    var (inside, degree) = ([Int](repeating: 0, count: count), [Int](repeating: 0, count: count))
    for node in 0..<nodes {
      degree[labels[node]] += degrees[node]
      for link in starts[node]..<starts[node + 1] where labels[Int(others[link])] == labels[node] {
        inside[labels[node]] += Int(weights[link])
      }
    }
    let all = Double(total)
    return zip(inside, degree).reduce(0) { sum, own in
      let share = Double(own.1) / all
      return sum + Double(own.0) / all - share * share
    }
  }
}
