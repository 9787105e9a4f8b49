/// Places the neurons of a graph in the plane: inputs in a column at the left, outputs at the right, hidden ones
/// between, as the graph is arranged.
///
/// Where nothing is known of it they are a cloud, by their connections. Along x a hidden neuron follows from how much of its
/// weight leads to outputs rather than from inputs; along y from the neurons it is connected to, settled over a few rounds
/// (the barycentre method of layered drawings, Sugiyama et al. 1981). The cloud is then rounded and its neurons pushed apart
/// until they lie evenly. All arithmetic is the same on every machine, so the places are.
public struct GraphLayout: Sendable {
  /// A place, both coordinates in 0...1, y down.
  public struct Place: Sendable, Equatable {
    /// From the inputs to the outputs.
    public var x: Double
    /// Downwards.
    public var y: Double

    /// A place.
    public init(x: Double, y: Double) {
      self.x = x
      self.y = y
    }
  }

  /// A place a neuron. Where not all hidden neurons are placed, the others stand in the middle.
  public let places: [Place]

  private static let rounds = 12
  /// The hidden neurons' part of the width; they have all of the height.
  static let between = 0.14...0.86

  /// - Parameter placed: the hidden neurons to place, ascending; nil for all. Time grows with the edges and the square of
  ///   their number.
  public init(_ graph: AgentGraph, placed: [Int]? = nil) {
    let hidden = placed ?? Array(AgentGraph.firstHidden..<graph.neurons)
    var places = (0..<graph.neurons).map { neuron in
      if neuron < AgentGraph.inputs { return Place(x: 0, y: GraphLayout.inputY(neuron)) }
      if neuron < AgentGraph.firstHidden {
        return Place(x: 1, y: 0.2 + 0.3 * Double(neuron - AgentGraph.inputs))
      }
      return Place(x: 0.5, y: 0.5)
    }
    for (neuron, place) in zip(hidden, GraphLayout.arranged(graph, hidden, &places)) {
      let width = GraphLayout.between.upperBound - GraphLayout.between.lowerBound
      places[neuron] = Place(x: GraphLayout.between.lowerBound + width * place.x, y: place.y)
    }
    self.places = places
  }

  /// Places of the hidden neurons, in the order of `hidden`, in 0...1.
  private static func arranged(_ graph: AgentGraph, _ hidden: [Int], _ places: inout [Place]) -> [Place] {
    switch graph.arrangement {
    case .cloud: cloud(graph, hidden, &places)
    case .ring: ring(hidden.count)
    case .hubs: hubs(graph, hidden)
    case .modules(let modules): clusters(graph, hidden, modules)
    case .layers(let layers): columns(graph, hidden, layers, &places)
    case .stream: stream(graph, hidden, &places)
    }
  }

  /// Inputs stand in three groups of eight bits with gaps between.
  private static func inputY(_ index: Int) -> Double {
    (Double(index) + 1.5 * Double(index / 8) + 0.5) / (Double(AgentGraph.inputs) + 3)
  }

  /// The neurons of each column in rows by barycentre, from the top; their places get the heights of the rows, in 0...1.
  static func settled(_ columns: [[Int]], _ graph: AgentGraph, _ places: inout [Place]) -> [[Int]] {
    var columns = columns
    for round in 0...rounds {
      // At first by the inputs and outputs alone: they are what does not move.
      let heights = barycentres(places, graph, amongHidden: round > 0)
      for column in columns.indices { columns[column].sort { (heights[$0], $0) < (heights[$1], $1) } }
      for (column, members) in columns.enumerated() {
        // Every other column is shifted by half a row.
        let shift = column.isMultiple(of: 2) ? 0.25 : 0.75
        for (row, neuron) in members.enumerated() {
          places[neuron].y = (Double(row) + shift) / Double(members.count)
        }
      }
    }
    return columns
  }

  /// The mean height of the neurons that each is connected to, by squared weight.
  private static func barycentres(
    _ places: [Place], _ graph: AgentGraph, amongHidden: Bool
  ) -> [Double] {
    var sum = [Double](repeating: 0, count: places.count)
    var total = sum
    graph.forEachEdge { source, target, weight in
      let isAnchored = source < AgentGraph.inputs || target < AgentGraph.firstHidden
      guard amongHidden || isAnchored else { return }
      let strength = Double(weight) * Double(weight)
      sum[target] += strength * places[source].y
      sum[source] += strength * places[target].y
      total[target] += strength
      total[source] += strength
    }
    return places.indices.map { sum[$0] / max(total[$0], 1e-30) }
  }
}
