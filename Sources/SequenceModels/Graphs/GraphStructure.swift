import NeuralCore

/// A graph as arrays of an agent file.
extension SparseGraph {
  /// Its arrays.
  public var structure: [StructureTensor] {
    [
      StructureTensor(name: SparseGraph.startsName, values: rowStarts),
      StructureTensor(name: SparseGraph.sourcesName, values: sources),
    ]
  }

  /// The graph that arrays say; one that is missing is empty.
  /// - Throws: `SparseGraphError`: they are no graph.
  public init(neurons: Int, structure array: (String) -> [UInt32]?) throws(SparseGraphError) {
    try self.init(
      neurons: neurons, rowStarts: array(SparseGraph.startsName) ?? [],
      sources: array(SparseGraph.sourcesName) ?? [])
  }

  private static let startsName = "row_starts"
  private static let sourcesName = "sources"
}
