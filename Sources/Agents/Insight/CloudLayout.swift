import Determinism

extension GraphLayout {
  private static let pushes = 40

  /// A cloud of hidden neurons, in columns by share and rows by barycentre, then rounded and spread.
  static func cloud(_ graph: AgentGraph, _ hidden: [Int], _ places: inout [Place]) -> [Place] {
    let count = max(1, Int(Double(hidden.count).squareRoot().rounded()))
    let order = fromInputsToOutputs(graph, hidden)
    for (rank, neuron) in order.enumerated() {
      places[neuron].x = (Double(rank) + 0.5) / Double(order.count)
    }
    /// The neurons of each column, from left to right.
    let columns = order.indices.parts(count).map { Array(order[$0]) }
    _ = settled(columns, graph, &places)
    return evenly(hidden.map { places[$0] })
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
