/// A graph some of whose edges have left, as many others having come: what stood beside its edges (weights, moments) is
/// carried over. Time and memory grow with neurons + edges.
public struct GraphChange: Sendable, Equatable {
  /// The graph after.
  public let graph: SparseGraph
  /// Edges that have come, as many as have left.
  public let count: Int
  /// [edges]: the edge of the graph before that each is, `arrived` for those that have come.
  let origins: [UInt32]

  static let arrived = UInt32.max

  /// - Parameters:
  ///   - leaving: edges of `graph`, ascending.
  ///   - arriving: for every target its new sources, ascending, none of them an edge of `graph`; as many as leave.
  public init(_ graph: SparseGraph, leaving: [UInt32], arriving: [[UInt32]]) {
    var starts: [UInt32] = [0]
    var sources: [UInt32] = []
    var origins: [UInt32] = []
    starts.reserveCapacity(graph.neurons + 1)
    sources.reserveCapacity(graph.edges)
    origins.reserveCapacity(graph.edges)
    var left = 0
    for target in 0..<graph.neurons {
      var next = 0
      let row = arriving[target]
      for edge in graph.edges(into: target) {
        if left < leaving.count, Int(leaving[left]) == edge {
          left += 1
          continue
        }
        let source = graph.sources[edge]
        while next < row.count, row[next] < source {
          sources.append(row[next])
          origins.append(GraphChange.arrived)
          next += 1
        }
        sources.append(source)
        origins.append(UInt32(edge))
      }
      for source in row[next...] {
        sources.append(source)
        origins.append(GraphChange.arrived)
      }
      starts.append(UInt32(sources.count))
    }
    precondition(
      left == leaving.count && sources.count == graph.edges,
      "\(sources.count) edges after \(leaving.count) of \(graph.edges) have left")
    do {
      self.graph = try SparseGraph(neurons: graph.neurons, rowStarts: starts, sources: sources)
    } catch {
      preconditionFailure("rows merged in order are a graph: \(error)")
    }
    count = leaving.count
    self.origins = origins
  }

  /// Carries over the values that stand beside the edges, from `first` on in a flat buffer; what has come gets the values
  /// of `arriving` in the order of the graph after.
  public func carry(_ values: inout [Float], from first: Int, arriving: [Float]) {
    precondition(arriving.count == count, "\(arriving.count) values for \(count) edges that have come")
    let before = Array(values[first..<first + origins.count])
    var next = 0
    for (edge, origin) in origins.enumerated() {
      if origin == GraphChange.arrived {
        values[first + edge] = arriving[next]
        next += 1
      } else {
        values[first + edge] = before[Int(origin)]
      }
    }
  }
}
