import SequenceModels

/// The connections of an agent's graph as a table that other programs read: CSV, a row a connection, neurons by their
/// numbers.
///
///     source,target,weight,source_role,target_role
///     0,27,0.0312,input,hidden
public enum EdgeList {
  /// The table of a graph: rows by target, then by source. Weights are written so that they read back as the same floats.
  public static func csv(_ graph: AgentGraph) -> [UInt8] {
    var text = EdgeListColumn.allCases.map(\.rawValue).joined(separator: ",") + "\n"
    graph.forEachEdge { source, target, weight in
      text += "\(source),\(target),\(weight),\(role(source).rawValue),\(role(target).rawValue)\n"
    }
    return Array(text.utf8)
  }

  private static func role(_ neuron: Int) -> NeuronRole {
    neuron < AgentGraph.inputs ? .input : neuron < AgentGraph.firstHidden ? .output : .hidden
  }
}
