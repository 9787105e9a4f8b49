import Agents
import PongEngine
import PongViewer

/// Trained networks can be looked into.
extension ModelPolicy: NetworkView {
  /// Hidden neurons that are shown; of more, the most important ones.
  private static let mostShown = 900
  /// Connections of each kind (from inputs, among hidden neurons, to outputs) that may be shown.
  private static let shownEdges = 500
  /// Connections to a neuron that are shown when it is looked at.
  private static let shownInEdges = 32
  /// Connections that have come, and that are gone, which may be shown.
  private static let shownChanges = 150

  public func portrait() -> NetworkPortrait { portrait(since: nil) }

  /// A portrait with what has changed in the graph since an earlier state of the same network.
  func portrait(since earlier: Agent?) -> NetworkPortrait {
    let plane = HiddenPlane(agent)
    let seen = NetworkPortrait.Plane(
      axes: plane.axes, offsets: plane.offsets, explained: plane.explained.reduce(0, +), places: plane.places)
    var portrait =
      AgentGraph(agent).map { ModelPolicy.portrait(of: $0, since: earlier.flatMap(AgentGraph.init), seen) }
      ?? ModelPolicy.units(of: agent, seen)
    for index in portrait.nodes.indices {
      let unit = portrait.nodes[index].unit.flatMap(agent.model.unit(ofHidden:))
      portrait.nodes[index].isLesioned = unit.map(agent.lesionedUnits.contains) ?? false
    }
    return portrait
  }

  /// Without a graph: units side by side that vary alike, by their angle in the plane.
  private static func units(of agent: Agent, _ plane: NetworkPortrait.Plane) -> NetworkPortrait {
    let (x, y) = (plane.axes[0], plane.axes[1])
    /// Grows with the angle, from 0 to 4: a quarter turn is 1.
    func turn(_ unit: Int) -> Float {
      let length = max(abs(x[unit]) + abs(y[unit]), 1e-30)
      let share = x[unit] / length
      return y[unit] >= 0 ? 1 - share : 3 + share
    }
    let angles = x.indices.map(turn)
    let order = x.indices.sorted { (angles[$0], $0) < (angles[$1], $1) }
    return NetworkPortrait(
      summary: "\(x.count) units", isGraph: false,
      nodes: order.map { NetworkPortrait.Node(role: .hidden($0), unit: $0) }, plane: plane)
  }

  private static func portrait(
    of graph: AgentGraph, since earlier: AgentGraph?, _ plane: NetworkPortrait.Plane
  ) -> NetworkPortrait {
    let strongest = StrongestEdges(
      graph, neurons: mostShown, edges: shownEdges, inEdges: shownInEdges)
    let layout = GraphLayout(graph, placed: Array(strongest.neurons[AgentGraph.firstHidden...]))
    let nodes = strongest.neurons.map { neuron in
      let place = layout.places[neuron]
      let unit = neuron - graph.firstOfHiddenVector
      return NetworkPortrait.Node(
        role: role(neuron), name: graph.names?[neuron], unit: unit >= 0 ? unit : nil, x: Float(place.x),
        y: Float(place.y),
        importance: strongest.importance[neuron], inDegree: graph.graph.edges(into: neuron).count,
        outDegree: strongest.outDegrees[neuron],
        timeConstant: neuron < AgentGraph.inputs ? nil : graph.timeConstants?[neuron])
    }
    func edge(_ edge: StrongestEdges.Edge) -> NetworkPortrait.Edge {
      .init(
        source: edge.source, target: edge.target, weight: edge.weight, strength: edge.strength,
        index: edge.index)
    }
    let hidden = graph.neurons - AgentGraph.firstHidden
    let left = hidden > mostShown ? ", the \(mostShown) strongest" : ""
    return NetworkPortrait(
      summary: "\(graph.neurons.grouped) neurons\(left), \(graph.graph.edges.grouped) connections",
      isGraph: true, nodes: nodes, edges: strongest.edges.map(edge),
      inEdges: strongest.inEdges.map { $0.map(edge) },
      changes: earlier.map { changes(from: $0, to: graph, shown: strongest.neurons) } ?? .init(),
      plane: plane)
  }

  private static func changes(
    from earlier: AgentGraph, to later: AgentGraph, shown: [Int]
  ) -> NetworkPortrait.Changes {
    let changed = ChangedEdges(from: earlier, to: later, among: shown, most: shownChanges)
    var places = [Int](repeating: 0, count: later.neurons)
    for (place, neuron) in shown.enumerated() { places[neuron] = place }
    func edges(_ edges: [ChangedEdges.Edge]) -> [NetworkPortrait.Edge] {
      let largest = max(abs(edges.first?.weight ?? 0), 1e-30)
      return edges.map {
        .init(
          source: places[$0.source], target: places[$0.target], weight: $0.weight,
          strength: abs($0.weight) / largest)
      }
    }
    return .init(arrived: edges(changed.arrived), departed: edges(changed.departed))
  }

  private static func role(_ neuron: Int) -> NetworkPortrait.Role {
    if neuron < AgentGraph.inputs { return .input(neuron) }
    if neuron < AgentGraph.firstHidden { return .output(neuron - AgentGraph.inputs) }
    return .hidden(neuron)
  }
}
