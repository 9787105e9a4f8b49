import Determinism

/// Places the neurons of a graph in the plane: inputs in a column at the left, outputs at the right, hidden ones in
/// a cloud between, by their connections.
///
/// Along x a hidden neuron follows from how much of its weight leads to outputs rather than from inputs; along y
/// from the neurons it is connected to, settled over a few rounds (the barycentre method of layered drawings,
/// Sugiyama et al. 1981). The cloud is then rounded and its neurons pushed apart until they lie evenly. Only sums,
/// products, quotients, square roots and sorting, so the same places on every machine.
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
  /// The cloud's part of the width; it has all of the height.
  static let cloud = 0.14...0.86

  /// - Parameter placed: the hidden neurons to place; nil for all. Time grows with the edges and the square of
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
    for (neuron, place) in zip(hidden, GraphLayout.evenly(GraphLayout.grid(graph, hidden, &places))) {
      let width = GraphLayout.cloud.upperBound - GraphLayout.cloud.lowerBound
      places[neuron] = Place(x: GraphLayout.cloud.lowerBound + width * place.x, y: place.y)
    }
    self.places = places
  }

  /// Inputs stand in three groups of eight bits with gaps between.
  private static func inputY(_ index: Int) -> Double {
    (Double(index) + 1.5 * Double(index / 8) + 0.5) / (Double(AgentGraph.inputs) + 3)
  }

  /// The hidden neurons in columns by share and rows by barycentre; places in 0...1 in the order of `hidden`.
  private static func grid(_ graph: AgentGraph, _ hidden: [Int], _ places: inout [Place]) -> [Place] {
    let columns = max(1, Int(Double(hidden.count).squareRoot().rounded()))
    let order = fromInputsToOutputs(graph, hidden)
    for (rank, neuron) in order.enumerated() {
      places[neuron].x = (Double(rank) + 0.5) / Double(order.count)
    }
    /// The neurons of each column, from left to right.
    var grid = (0..<columns).map { column in
      Array(order[hidden.count * column / columns..<hidden.count * (column + 1) / columns])
    }
    for round in 0...rounds {
      // At first by the inputs and outputs alone: they are what does not move.
      let heights = barycentres(places, graph, amongHidden: round > 0)
      for column in grid.indices { grid[column].sort { (heights[$0], $0) < (heights[$1], $1) } }
      for (column, members) in grid.enumerated() {
        // Every other column is shifted by half a row.
        let shift = column.isMultiple(of: 2) ? 0.25 : 0.75
        for (row, neuron) in members.enumerated() {
          places[neuron].y = (Double(row) + shift) / Double(members.count)
        }
      }
    }
    return hidden.map { places[$0] }
  }

  /// The hidden neurons by the share of their weight to outputs, small shares first.
  private static func fromInputsToOutputs(_ graph: AgentGraph, _ hidden: [Int]) -> [Int] {
    var inward = [Double](repeating: 0, count: graph.neurons)
    var outward = inward
    graph.forEachEdge { source, target, weight in
      let strength = Double(abs(weight))
      if source < AgentGraph.inputs { inward[target] += strength }
      if target < AgentGraph.firstHidden { outward[source] += strength }
    }
    let share = zip(inward, outward).map { $1 / max($0 + $1, 1e-30) }
    return hidden.sorted { (share[$0], $0) < (share[$1], $1) }
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

extension GraphLayout {
  private static let pushes = 40

  /// Rounds a square of places and pushes them apart until they lie evenly within the inscribed circle; 0...1.
  private static func evenly(_ square: [Place]) -> [Place] {
    // From the square to the disc of radius 1, near places staying near.
    var points = square.map { place in
      let (x, y) = (2 * place.x - 1, 2 * place.y - 1)
      return SIMD2(x * (1 - y * y / 2).squareRoot(), y * (1 - x * x / 2).squareRoot())
    }
    // The distance of neighbours in a hexagonal packing of the disc.
    let spacing = (3.63 / Double(max(points.count, 1))).squareRoot()
    let radius = 1 - spacing / 4
    // A little disorder, or the columns of the grid would stay as those of a crystal.
    var generator = SeededGenerator(seed: 0)
    for i in points.indices {
      let shift = SIMD2(generator.uniformDouble(), generator.uniformDouble()) - 0.5
      points[i] += shift * min(1.6 * spacing, 0.2)
    }
    for push in 0..<pushes {
      var moves = [SIMD2<Double>](repeating: .zero, count: points.count)
      for i in points.indices {
        for j in 0..<i {
          let apart = points[i] - points[j]
          let squared = (apart * apart).sum()
          guard squared < spacing * spacing * 1.44 else { continue }
          let distance = max(squared.squareRoot(), 1e-9)
          let move = apart * ((1.2 * spacing - distance) / distance)
          moves[i] += move
          moves[j] -= move
        }
      }
      // Smaller and smaller pushes, so that it comes to rest.
      let strength = 0.25 * (1 - 0.7 * Double(push) / Double(pushes))
      for i in points.indices {
        points[i] += moves[i] * strength
        let length = (points[i] * points[i]).sum().squareRoot()
        if length > radius { points[i] *= radius / length }
      }
    }
    return points.map { Place(x: ($0.x + 1) / 2, y: ($0.y + 1) / 2) }
  }
}
