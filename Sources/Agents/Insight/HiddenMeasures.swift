import NeuralCore
import Storage

extension AgentGraph {
  /// What the connections among hidden neurons are like: their measures (`GraphMeasures`) and the spectral radius of their
  /// weights and of the weights' absolute values, rounded to four digits; a map of numbers.
  public var hiddenMeasures: Setting {
    let hidden = graph.among(AgentGraph.firstHidden..<neurons)
    let measures = GraphMeasures(hidden.graph)
    let own = hidden.edges.map { weights[$0] }
    func rounded(_ value: Double) -> Setting { .number((value * 1e4).rounded() / 1e4) }
    return .map([
      .init("neurons", .integer(hidden.graph.neurons)), .init("edges", .integer(hidden.graph.edges)),
      .init("clustering", rounded(measures.clustering)), .init("mean_path", rounded(measures.meanPath)),
      .init("reciprocity", rounded(measures.reciprocity)),
      .init("modularity", rounded(measures.modularity)), .init("communities", .integer(measures.communities)),
      .init("in_degree_spread", rounded(measures.inDegreeSpread)),
      .init("out_degree_spread", rounded(measures.outDegreeSpread)),
      .init("spectral_radius", rounded(hidden.graph.spectralRadius(weights: own))),
      .init("absolute_spectral_radius", rounded(hidden.graph.spectralRadius(weights: own.map(abs)))),
    ])
  }
}
