/// Places the neurons of a graph: inputs in a column at the left, outputs at the right, hidden ones between by
/// springs along connections and a repulsion of all hidden pairs (after Fruchterman and Reingold 1991), from fixed
/// starting places. Only sums, products and square roots, so the same places on every machine.
struct NeuronLayout {
  /// A place, both coordinates in 0...1, y down.
  struct Place: Equatable {
    var x: Double
    var y: Double
  }

  /// A place a neuron.
  let places: [Place]

  private static let rounds = 120
  /// How much wider than high the space is.
  private static let aspect = 1.4

  init(_ graph: NeuronGraph) {
    let (inputs, outputs) = (NeuronGraph.inputs, NeuronGraph.outputs)
    var places = (0..<graph.activity.count).map { index in
      if index < inputs { return Place(x: 0, y: NeuronLayout.inputY(index)) }
      if index < inputs + outputs { return Place(x: 1, y: 0.25 + 0.25 * Double(index - inputs)) }
      let k = index - inputs - outputs + 1
      return Place(x: 0.2 + 0.6 * NeuronLayout.halton(k, 2), y: NeuronLayout.halton(k, 3))
    }
    let first = inputs + outputs
    let hidden = Double(max(graph.hidden, 1))
    // The distance at which neurons that fill the space evenly lie.
    let ideal = (0.6 * NeuronLayout.aspect / hidden).squareRoot()
    let strongest = Double(graph.edges.first.map { abs($0.weight) } ?? 1)
    for round in 0..<NeuronLayout.rounds {
      let forces = NeuronLayout.forces(places, first, graph.edges, ideal, strongest)
      // No neuron moves further than this; less and less.
      let reach = 0.05 * (1 - Double(round) / Double(NeuronLayout.rounds)) + 0.001
      for index in first..<places.count {
        let force = forces[index]
        let length = max((force.x * force.x + force.y * force.y).squareRoot(), 1e-12)
        let scale = min(length, reach) / length
        places[index].x = min(max(places[index].x + force.x * scale / NeuronLayout.aspect, 0.17), 0.85)
        places[index].y = min(max(places[index].y + force.y * scale, 0), 1)
      }
    }
    self.places = places
  }

  /// Inputs stand in three groups of eight bits with gaps between.
  private static func inputY(_ index: Int) -> Double {
    (Double(index) + 1.5 * Double(index / 8)) / (Double(NeuronGraph.inputs - 1) + 3)
  }

  private static func forces(
    _ places: [Place], _ first: Int, _ edges: [NeuronGraph.Edge], _ ideal: Double, _ strongest: Double
  ) -> [Place] {
    var forces = [Place](repeating: Place(x: 0, y: 0), count: places.count)
    for a in first..<places.count {
      // Those who are connected to nothing stay in the space.
      forces[a].x -= 0.02 * (places[a].x - 0.5) * aspect
      forces[a].y -= 0.02 * (places[a].y - 0.5)
      for b in a + 1..<max(places.count, a + 1) {
        let (dx, dy) = ((places[a].x - places[b].x) * aspect, places[a].y - places[b].y)
        let square = max(dx * dx + dy * dy, 1e-6)
        // Neighbours only: further pairs would press all neurons to the border.
        guard square < 16 * ideal * ideal else { continue }
        let push = ideal * ideal / square
        forces[a].x += dx * push
        forces[a].y += dy * push
        forces[b].x -= dx * push
        forces[b].y -= dy * push
      }
    }
    for edge in edges {
      let (a, b) = (edge.source, edge.target)
      let (dx, dy) = ((places[b].x - places[a].x) * aspect, places[b].y - places[a].y)
      let pull = 0.05 * Double(abs(edge.weight)) / max(strongest, 1e-30)
      forces[a].x += dx * pull
      forces[a].y += dy * pull
      forces[b].x -= dx * pull
      forces[b].y -= dy * pull
    }
    return forces
  }

  /// The Halton sequence: evenly spread in 0..<1 without a random number.
  private static func halton(_ index: Int, _ base: Int) -> Double {
    var (rest, fraction, result) = (index, 1.0, 0.0)
    while rest > 0 {
      fraction /= Double(base)
      result += fraction * Double(rest % base)
      rest /= base
    }
    return result
  }
}
