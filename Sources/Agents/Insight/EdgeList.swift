import SequenceModels

/// The connections of an agent's graph as a table that other programs read: CSV, a row a connection, neurons by their
/// names or numbers.
///
///     source,target,weight,source_role,target_role
///     0,27,0.0312,input,hidden
public enum EdgeList {
  /// The table of a graph. Weights are written so that they read back as the same floats.
  ///
  /// Rows go by target, then by source. Names have no order, though, and whoever reads them takes inputs and outputs as
  /// they come: where there are names, the rows from inputs are first, by source, and those to outputs next. An input that
  /// leads nowhere has a row without a target, so that the table has all inputs; other neurons always have connections.
  public static func csv(_ graph: AgentGraph) -> [UInt8] {
    // An input that leads nowhere: no target, before all others.
    let nowhere = -1
    var rows: [(source: Int, target: Int, weight: Float)] = []
    rows.reserveCapacity(graph.graph.edges)
    var isUnused = [Bool](repeating: true, count: AgentGraph.inputs)
    graph.forEachEdge {
      rows.append(($0, $1, $2))
      if $0 < AgentGraph.inputs { isUnused[$0] = false }
    }
    rows = isUnused.indices.filter { isUnused[$0] }.map { ($0, nowhere, 0) } + rows
    if graph.names != nil {
      let seen = rows.filter { $0.source < AgentGraph.inputs }
      rows =
        seen.sorted { ($0.source, $0.target) < ($1.source, $1.target) }
        + rows.filter { $0.source >= AgentGraph.inputs }
    }
    func name(_ neuron: Int) -> String { graph.names?[neuron] ?? "\(neuron)" }
    func role(_ neuron: Int) -> String { AgentGraph.role(of: neuron).rawValue }
    var text = EdgeListColumn.allCases.map(\.rawValue).joined(separator: ",") + "\n"
    for (source, target, weight) in rows {
      guard target != nowhere else {
        text += "\(name(source)),,,\(NeuronRole.input.rawValue),\n"
        continue
      }
      text += "\(name(source)),\(name(target)),\(weight),\(role(source)),\(role(target))\n"
    }
    return Array(text.utf8)
  }
}
