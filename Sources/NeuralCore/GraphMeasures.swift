/// What sets the shape of one directed graph apart from another's, weights aside (reference.md, section 6). As networkx
/// defines them; loops do not count.
public struct GraphMeasures: Sendable, Equatable {
  /// Mean clustering coefficient of the neurons (Fagiolo 2007): the share of the triangles that could be, in either direction
  /// of each edge.
  public let clustering: Double
  /// Mean length of the shortest way from a neuron to another, over the pairs that have one; 0 where none has.
  public let meanPath: Double
  /// The share of edges whose reverse is an edge too.
  public let reciprocity: Double
  /// Standard deviations of in- and out-degrees.
  public let inDegreeSpread: Double
  public let outDegreeSpread: Double
  /// How many communities the neurons fall into, directions aside (`Communities`), and their modularity.
  public let communities: Int
  public let modularity: Double

  /// Steps of counting triangles and of the search for shortest ways, at most: of larger graphs only those of evenly spaced
  /// neurons are counted, and only from these is searched.
  private static let mostSteps = 400_000_000

  /// The measures of a graph. Takes a second or two for some millions of edges.
  public init(_ graph: SparseGraph) {
    let n = graph.neurons
    var outgoing = [[UInt32]](repeating: [], count: n)
    var (edges, degrees) = (0, [Int](repeating: 0, count: n))
    for target in 0..<n {
      for edge in graph.edges(into: target) where Int(graph.sources[edge]) != target {
        outgoing[Int(graph.sources[edge])].append(UInt32(target))
        degrees[target] += 1
        edges += 1
      }
    }
    // Ways between two neurons, 0 to 2, as lists of neighbours; those in both directions twice.
    let neighbours = (0..<n).map { neuron in
      graph.edges(into: neuron).map { graph.sources[$0] }.filter { $0 != neuron } + outgoing[neuron]
    }
    let steps = neighbours.reduce(0.0) { $0 + Double($1.count) * Double($1.count) }
    let counted =
      steps <= Double(GraphMeasures.mostSteps)
      ? n : max(1, Int(Double(n) * Double(GraphMeasures.mostSteps) / steps))
    var marks = [Int](repeating: 0, count: n)
    var (sum, bothWays) = (0.0, 0)
    for neuron in 0..<n {
      for other in neighbours[neuron] { marks[Int(other)] += 1 }
      // Who is connected both ways is a neighbour twice.
      let mutual = neighbours[neuron].count { marks[Int($0)] == 2 } / 2
      bothWays += mutual
      if neuron == 0 || neuron * counted / n > (neuron - 1) * counted / n {
        var triangles = 0
        for other in neighbours[neuron] {
          for third in neighbours[Int(other)] { triangles += marks[Int(third)] }
        }
        let total = neighbours[neuron].count
        let possible = total * (total - 1) - 2 * mutual
        if possible > 0 { sum += Double(triangles) / Double(2 * possible) }
      }
      for other in neighbours[neuron] { marks[Int(other)] = 0 }
    }
    clustering = n == 0 ? 0 : sum / Double(counted)
    reciprocity = edges == 0 ? 0 : Double(bothWays) / Double(edges)
    inDegreeSpread = GraphMeasures.deviation(degrees)
    outDegreeSpread = GraphMeasures.deviation(outgoing.map(\.count))
    meanPath = GraphMeasures.meanPath(outgoing, edges: edges)
    let groups = Communities(graph)
    communities = groups.count
    modularity = groups.modularity
  }

  private static func deviation(_ values: [Int]) -> Double {
    guard !values.isEmpty else { return 0 }
    let mean = Double(values.reduce(0, +)) / Double(values.count)
    let squares = values.reduce(0.0) { $0 + (Double($1) - mean) * (Double($1) - mean) }
    return (squares / Double(values.count)).squareRoot()
  }

  /// Breadth first from every neuron, or from as many as the steps allow.
  private static func meanPath(_ outgoing: [[UInt32]], edges: Int) -> Double {
    let n = outgoing.count
    let starts = max(1, min(n, mostSteps / max(edges, 1)))
    var distance = [Int32](repeating: -1, count: n)
    var queue = [UInt32](repeating: 0, count: n)
    var (sum, pairs) = (0.0, 0)
    for index in 0..<min(starts, n) {
      let start = n * index / starts
      for neuron in 0..<n { distance[neuron] = -1 }
      distance[start] = 0
      queue[0] = UInt32(start)
      var (head, tail) = (0, 1)
      while head < tail {
        let neuron = Int(queue[head])
        head += 1
        for target in outgoing[neuron] where distance[Int(target)] < 0 {
          distance[Int(target)] = distance[neuron] + 1
          sum += Double(distance[Int(target)])
          queue[tail] = target
          tail += 1
        }
      }
      pairs += tail - 1
    }
    return pairs == 0 ? 0 : sum / Double(pairs)
  }
}
