import Storage

/// The connections of an agent's graph as a table that other programs read: CSV, a row a connection, neurons by their
/// numbers.
///
///     source,target,weight,source_role,target_role
///     0,27,0.0312,input,hidden
public enum EdgeList {
  /// The table of a graph: rows by target, then by source. Weights are written so that they read back as the same floats.
  public static func csv(_ graph: AgentGraph) -> [UInt8] {
    var text = "source,target,weight,source_role,target_role\n"
    graph.forEachEdge { source, target, weight in
      text += "\(source),\(target),\(weight),\(role(source)),\(role(target))\n"
    }
    return Array(text.utf8)
  }

  private static func role(_ neuron: Int) -> String {
    neuron < AgentGraph.inputs ? "input" : neuron < AgentGraph.firstHidden ? "output" : "hidden"
  }
}
