/// Places the neurons of a graph: inputs in a column at the left, outputs at the right, hidden ones on a grid between,
/// by their connections. A hidden neuron's column follows from how much of its weight leads to outputs rather than
/// from inputs; its row from the rows of the neurons it is connected to, settled over a few rounds (the barycentre
/// method of layered drawings, Sugiyama et al. 1981). Only sums, quotients and sorting, so the same places on
/// every machine.
struct NeuronLayout {
  /// A place, both coordinates in 0...1, y down.
  struct Place: Equatable {
    var x: Double
    var y: Double
  }

  /// A place a neuron.
  let places: [Place]

  private static let rounds = 12
  private static let first = NeuronGraph.inputs + NeuronGraph.outputs

  init(neurons: Int, edges: [NeuronGraph.Edge]) {
    let hidden = neurons - NeuronLayout.first
    var places = (0..<neurons).map { index in
      if index < NeuronGraph.inputs { return Place(x: 0, y: NeuronLayout.inputY(index)) }
      return Place(x: 1, y: 0.25 + 0.25 * Double(min(index - NeuronGraph.inputs, 2)))
    }
    let columns = max(1, Int(Double(hidden).squareRoot().rounded()))
    let order = NeuronLayout.fromInputsToOutputs(neurons, edges)
    /// The neurons of each column, from left to right.
    var grid = (0..<columns).map { column in
      Array(order[hidden * column / columns..<hidden * (column + 1) / columns])
    }
    for round in 0...NeuronLayout.rounds {
      if round > 0 {
        let heights = NeuronLayout.barycentres(places, edges)
        for column in grid.indices { grid[column].sort { (heights[$0], $0) < (heights[$1], $1) } }
      }
      for (column, members) in grid.enumerated() {
        for (row, neuron) in members.enumerated() {
          // Every other column is shifted by half a row, so that lines do not run through neurons.
          let shift = column.isMultiple(of: 2) ? 0.25 : 0.75
          places[neuron] = Place(
            x: 0.17 + 0.68 * (Double(column) + 0.5) / Double(columns),
            y: (Double(row) + shift) / Double(members.count))
        }
      }
    }
    self.places = places
  }

  /// Inputs stand in three groups of eight bits with gaps between.
  private static func inputY(_ index: Int) -> Double {
    (Double(index) + 1.5 * Double(index / 8)) / (Double(NeuronGraph.inputs - 1) + 3)
  }

  /// The hidden neurons by the share of their weight to outputs, small shares first.
  private static func fromInputsToOutputs(_ neurons: Int, _ edges: [NeuronGraph.Edge]) -> [Int] {
    var inward = [Double](repeating: 0, count: neurons)
    var outward = inward
    for edge in edges {
      let strength = Double(abs(edge.weight))
      if edge.source < NeuronGraph.inputs { inward[edge.target] += strength }
      if edge.target < first { outward[edge.source] += strength }
    }
    func share(_ neuron: Int) -> Double { outward[neuron] / max(inward[neuron] + outward[neuron], 1e-30) }
    return (first..<max(first, neurons)).sorted { (share($0), $0) < (share($1), $1) }
  }

  /// The mean height of the neurons that each is connected to, by squared weight.
  private static func barycentres(_ places: [Place], _ edges: [NeuronGraph.Edge]) -> [Double] {
    var sum = [Double](repeating: 0, count: places.count)
    var total = sum
    for edge in edges {
      let strength = Double(edge.weight) * Double(edge.weight)
      sum[edge.target] += strength * places[edge.source].y
      sum[edge.source] += strength * places[edge.target].y
      total[edge.target] += strength
      total[edge.source] += strength
    }
    return places.indices.map { sum[$0] / max(total[$0], 1e-30) }
  }
}
