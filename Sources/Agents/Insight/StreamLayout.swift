import NeuralCore

/// The layout of a graph that somebody else made: a body that winds from the inputs to the outputs.
extension GraphLayout {
  private static let potentialRounds = 40
  /// How far the body winds off the middle, and half of its height where it is thickest.
  private static let bend = 0.2
  private static let girth = 0.27

  /// Columns across the body by how near neurons are to inputs and outputs, in each rows by barycentre.
  static func stream(_ graph: AgentGraph, _ hidden: [Int], _ places: inout [Place]) -> [Place] {
    let potential = potential(graph)
    let order = hidden.sorted { (potential[$0], $0) < (potential[$1], $1) }
    // Three times as long as it is thick.
    let count = max(1, Int((3 * Double(hidden.count)).squareRoot().rounded()))
    let thickness = (0..<count).map { GraphLayout.thickness((Double($0) + 0.5) / Double(count)) }
    let all = thickness.reduce(0, +)
    var (columns, below, start): ([[Int]], Double, Int) = ([], 0, 0)
    for share in thickness {
      below += share
      let end = max(start, min(order.count, Int((Double(order.count) * below / all).rounded())))
      columns.append(Array(order[start..<end]))
      start = end
    }
    columns[count - 1] += order[start...]
    for (column, members) in settled(columns, graph, &places).enumerated() {
      let along = (Double(column) + 0.5) / Double(count)
      let middle = 0.5 - bend * DeterministicMath.cosSin(2 * .pi * along).sin
      for neuron in members {
        let across = 2 * places[neuron].y - 1
        places[neuron] = Place(x: along, y: middle + girth * thickness[column] * across)
      }
    }
    return hidden.map { places[$0] }
  }

  /// The body's thickness, at most 1: it tapers at both ends.
  private static func thickness(_ along: Double) -> Double {
    let fromMiddle = 2 * along - 1
    return (1 - 0.9 * fromMiddle * fromMiddle * fromMiddle * fromMiddle).squareRoot()
  }

  /// 0 at the inputs, 1 at the outputs and in between the mean of the neighbours, by the magnitude of weights: the potential
  /// of a network of conductors, after some rounds of relaxation.
  static func potential(_ graph: AgentGraph) -> [Double] {
    var potential = (0..<graph.neurons).map { neuron in
      neuron < AgentGraph.inputs ? 0.0 : neuron < AgentGraph.firstHidden ? 1 : 0.5
    }
    for _ in 0..<potentialRounds {
      var sum = [Double](repeating: 0, count: graph.neurons)
      var total = sum
      graph.forEachEdge { source, target, weight in
        let strength = Double(abs(weight))
        sum[target] += strength * potential[source]
        sum[source] += strength * potential[target]
        total[target] += strength
        total[source] += strength
      }
      for neuron in AgentGraph.firstHidden..<graph.neurons where total[neuron] > 0 {
        potential[neuron] = sum[neuron] / total[neuron]
      }
    }
    return potential
  }
}
