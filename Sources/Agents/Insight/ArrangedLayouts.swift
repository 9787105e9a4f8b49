import Determinism
import NeuralCore

/// Layouts of graphs of which it is known how they are arranged.
extension GraphLayout {
  /// The golden ratio's fraction. Multiples of it, whole parts aside, lie apart however many there are, so that rows of them
  /// fill an area evenly and without stripes.
  private static let golden = 0.618_033_988_749_894_9

  private static func fraction(_ value: Double) -> Double { value - value.rounded(.down) }

  /// A point on the ellipse that fills 0...1 both ways, or nearer to the middle; the turn goes clockwise from the left.
  private static func point(turn: Double, radius: Double) -> Place {
    let (cosine, sine) = DeterministicMath.cosSin(2 * .pi * turn)
    return Place(x: 0.5 - 0.5 * radius * cosine, y: 0.5 - 0.5 * radius * sine)
  }

  /// A ring in the order of the neurons, as wide as they need.
  static func ring(_ count: Int) -> [Place] {
    let (inner, outer) = count < 60 ? (0.86, 0.86) : (0.72, 0.98)
    return (0..<count).map { index in
      point(
        turn: (Double(index) + 0.5) / Double(count),
        radius: inner + (outer - inner) * fraction(Double(index) * golden))
    }
  }

  /// The neurons with most connections in the middle, round them the others.
  static func hubs(_ graph: AgentGraph, _ hidden: [Int]) -> [Place] {
    let degrees = degrees(graph)
    let order = hidden.sorted { (degrees[$1], $0) < (degrees[$0], $1) }
    let places = Dictionary(uniqueKeysWithValues: zip(order, sunflower(order.count)))
    return hidden.map { places[$0] ?? Place(x: 0.5, y: 0.5) }
  }

  /// A cluster a module, their neurons with most connections in the middle; modules in columns, one after the other.
  static func clusters(_ graph: AgentGraph, _ hidden: [Int], _ modules: [Range<Int>]) -> [Place] {
    let degrees = degrees(graph)
    var places: [Int: Place] = [:]
    let columns = max(1, Int(Double(modules.count).squareRoot().rounded()))
    for column in 0..<columns {
      let own = modules[modules.indices.part(column, of: columns)]
      for (row, module) in own.enumerated() {
        let members = hidden.filter(module.contains).sorted { (degrees[$1], $0) < (degrees[$0], $1) }
        for (neuron, place) in zip(members, sunflower(members.count)) {
          // Of its cell a cluster leaves a seventh free.
          places[neuron] = Place(
            x: (Double(column) + 0.5 + 0.86 * (place.x - 0.5)) / Double(columns),
            y: (Double(row) + 0.5 + 0.86 * (place.y - 0.5)) / Double(own.count))
        }
      }
    }
    return hidden.map { places[$0] ?? Place(x: 0.5, y: 0.5) }
  }

  /// A column a layer, in each column rows by barycentre.
  static func columns(
    _ graph: AgentGraph, _ hidden: [Int], _ layers: [Range<Int>], _ places: inout [Place]
  ) -> [Place] {
    let shown = layers.map { hidden.filter($0.contains) }.filter { !$0.isEmpty }
    for (column, members) in settled(shown, graph, &places).enumerated() {
      for (row, neuron) in members.enumerated() {
        let across = members.count < 30 ? 0.5 : fraction(Double(row) * golden)
        places[neuron].x = (Double(column) + 0.2 + 0.6 * across) / Double(shown.count)
      }
    }
    return hidden.map { places[$0] }
  }

  /// As many places in the disc as there are seeds in a sunflower, from the middle outwards (Vogel 1979).
  private static func sunflower(_ count: Int) -> [Place] {
    (0..<count).map { index in
      point(
        turn: fraction(Double(index) * golden),
        radius: ((Double(index) + 0.5) / Double(count)).squareRoot())
    }
  }

  /// Connections of every neuron, to it and from it.
  private static func degrees(_ graph: AgentGraph) -> [Int] {
    var degrees = [Int](repeating: 0, count: graph.neurons)
    graph.forEachEdge { source, target, _ in
      degrees[source] += 1
      degrees[target] += 1
    }
    return degrees
  }
}
