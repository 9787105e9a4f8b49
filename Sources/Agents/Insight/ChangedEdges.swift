/// What rewirings have brought and taken between two states of a graph: the strongest of each.
public struct ChangedEdges: Sendable {
  /// A connection, by its neurons.
  public struct Edge: Sendable, Equatable {
    /// Where it comes from.
    public var source: Int
    /// Where it leads.
    public var target: Int
    /// Its weight: of one that has come now, of one that is gone before.
    public var weight: Float
  }

  /// Connections that the later graph has and the earlier has not, strongest first.
  public let arrived: [Edge]
  /// Those that the earlier has and the later has not, strongest first.
  public let departed: [Edge]

  /// - Parameters:
  ///   - earlier, later: graphs of the same neurons.
  ///   - neurons: those whose connections are asked for.
  ///   - most: of each kind.
  public init(from earlier: AgentGraph, to later: AgentGraph, among neurons: [Int], most: Int) {
    var isAsked = [Bool](repeating: false, count: later.neurons)
    for neuron in neurons { isAsked[neuron] = true }
    arrived = ChangedEdges.strongest(of: later, not: earlier, most) { isAsked[$0] }
    departed = ChangedEdges.strongest(of: earlier, not: later, most) { isAsked[$0] }
  }

  private static func strongest(
    of graph: AgentGraph, not other: AgentGraph, _ most: Int, _ isAsked: (Int) -> Bool
  ) -> [Edge] {
    var edges: [Edge] = []
    for target in 0..<graph.neurons where isAsked(target) {
      // Both rows ascend.
      var others = other.graph.edges(into: target)
      for edge in graph.graph.edges(into: target) {
        let source = graph.graph.sources[edge]
        while let first = others.first, other.graph.sources[first] < source { others.removeFirst() }
        if let first = others.first, other.graph.sources[first] == source { continue }
        if isAsked(Int(source)) {
          edges.append(Edge(source: Int(source), target: target, weight: graph.weights[edge]))
        }
      }
    }
    let sorted = edges.sorted {
      (abs($1.weight), $0.target, $0.source) < (abs($0.weight), $1.target, $1.source)
    }
    return Array(sorted.prefix(most))
  }
}
