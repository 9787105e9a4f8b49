/// What of a graph is worth showing: its most important neurons and strongest connections.
public struct StrongestEdges: Sendable {
  /// A connection between two of the neurons that are kept, by their places among those.
  public struct Edge: Sendable, Equatable {
    /// Where it comes from.
    public var source: Int
    /// Where it leads.
    public var target: Int
    /// Its weight.
    public var weight: Float
    /// The weight's magnitude over that of the strongest of its kind.
    public var strength: Float
    /// Its place among all connections, in the graph's order.
    public var index: Int
  }

  /// What is kept: inputs, outputs and the most important hidden neurons, ascending.
  public let neurons: [Int]
  /// How much depends on each neuron of the graph, 0...1: its rank by the squared weights that lead from it.
  public let importance: [Float]
  /// Connections from each neuron of the graph.
  public let outDegrees: [Int]
  /// The strongest connections of each kind (from inputs, among hidden neurons, to outputs). The kinds take turns, so
  /// that every beginning of the list is a fair choice; weights from inputs alone would hide all others.
  public let edges: [Edge]
  /// The strongest connections to each of `neurons`, strongest first.
  public let inEdges: [[Edge]]

  /// - Parameters:
  ///   - neurons: the most hidden neurons to keep.
  ///   - edges: the most connections of each kind.
  ///   - inEdges: the most connections to one neuron.
  public init(_ graph: AgentGraph, neurons most: Int, edges: Int, inEdges: Int) {
    var outward = [Double](repeating: 0, count: graph.neurons)
    var degrees = [Int](repeating: 0, count: graph.neurons)
    graph.forEachEdge { source, _, weight in
      outward[source] += Double(weight) * Double(weight)
      degrees[source] += 1
    }
    outDegrees = degrees
    let hidden = (AgentGraph.firstHidden..<graph.neurons).sorted { (outward[$1], $0) < (outward[$0], $1) }
    var importance = [Float](repeating: 1, count: graph.neurons)
    for (rank, neuron) in hidden.enumerated() {
      importance[neuron] = 1 - Float(rank) / Float(max(hidden.count - 1, 1))
    }
    self.importance = importance
    neurons = Array(0..<AgentGraph.firstHidden) + hidden.prefix(most).sorted()
    var places = [Int?](repeating: nil, count: graph.neurons)
    for (place, neuron) in neurons.enumerated() { places[neuron] = place }

    var kinds = [[Edge]](repeating: [], count: AgentGraph.EdgeKind.allCases.count)
    var rows = [[Edge]](repeating: [], count: neurons.count)
    var index = -1
    graph.forEachEdge { source, target, weight in
      index += 1
      guard let from = places[source], let to = places[target], from != to else { return }
      let edge = Edge(source: from, target: to, weight: weight, strength: abs(weight), index: index)
      kinds[AgentGraph.EdgeKind(source: source, target: target).rawValue].append(edge)
      rows[to].append(edge)
    }
    kinds = kinds.map { StrongestEdges.strongest($0, edges) }
    self.edges = (0..<edges).flatMap { index in
      kinds.compactMap { index < $0.count ? $0[index] : nil }
    }
    self.inEdges = rows.map { StrongestEdges.strongest($0, inEdges) }
  }

  /// By weight, then by place, so that equal weights cannot change the picture.
  private static func strongest(_ edges: [Edge], _ count: Int) -> [Edge] {
    let sorted = edges.sorted { ($1.strength, $0.target, $0.source) < ($0.strength, $1.target, $1.source) }
    let largest = max(sorted.first?.strength ?? 1, 1e-30)
    return sorted.prefix(count).map {
      Edge(
        source: $0.source, target: $0.target, weight: $0.weight, strength: $0.strength / largest,
        index: $0.index)
    }
  }
}
