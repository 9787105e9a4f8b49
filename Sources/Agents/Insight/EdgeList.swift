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
  /// they come: where there are names, the rows from inputs are first, by source, and those to outputs next.
  public static func csv(_ graph: AgentGraph) -> [UInt8] {
    var rows: [(source: Int, target: Int, weight: Float)] = []
    rows.reserveCapacity(graph.graph.edges)
    graph.forEachEdge { rows.append(($0, $1, $2)) }
    if graph.names != nil {
      let seen = rows.filter { $0.source < AgentGraph.inputs }
      rows =
        seen.sorted { ($0.source, $0.target) < ($1.source, $1.target) }
        + rows.filter { $0.source >= AgentGraph.inputs }
    }
    func name(_ neuron: Int) -> String { graph.names?[neuron] ?? "\(neuron)" }
    var text = EdgeListColumn.allCases.map(\.rawValue).joined(separator: ",") + "\n"
    for (source, target, weight) in rows {
      text += "\(name(source)),\(name(target)),\(weight),\(role(source).rawValue),\(role(target).rawValue)\n"
    }
    return Array(text.utf8)
  }

  private static func role(_ neuron: Int) -> NeuronRole {
    neuron < AgentGraph.inputs ? .input : neuron < AgentGraph.firstHidden ? .output : .hidden
  }
}
