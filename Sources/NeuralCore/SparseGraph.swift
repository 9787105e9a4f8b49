/// A directed graph in compressed sparse rows: for every target neuron its sources, ascending. Memory grows
/// with neurons + edges, never with n squared.
public struct SparseGraph: Sendable, Equatable {
  /// Number of neurons, n.
  public let neurons: Int
  /// [n + 1]: the edges of target i are `rowStarts[i] ..< rowStarts[i + 1]`.
  public let rowStarts: [UInt32]
  /// [edges]: the source of every edge.
  public let sources: [UInt32]

  /// A graph from its rows.
  /// - Throws: `SparseGraphError` where an invariant does not hold; files are read through this.
  public init(neurons: Int, rowStarts: [UInt32], sources: [UInt32]) throws(SparseGraphError) {
    guard neurons >= 0, rowStarts.count == neurons + 1 else {
      throw .rowStarts(found: rowStarts.count, expected: max(neurons, 0) + 1)
    }
    guard rowStarts[0] == 0 else { throw .firstRow(found: Int(rowStarts[0])) }
    guard Int(rowStarts[neurons]) == sources.count else {
      throw .edgeCount(found: sources.count, expected: Int(rowStarts[neurons]))
    }
    for row in 0..<neurons {
      guard rowStarts[row] <= rowStarts[row + 1], rowStarts[row + 1] <= sources.count else {
        throw .descending(row: row)
      }
      for edge in Int(rowStarts[row])..<Int(rowStarts[row + 1]) {
        guard sources[edge] < neurons, edge == rowStarts[row] || sources[edge - 1] < sources[edge] else {
          throw .source(edge: edge, found: Int(sources[edge]))
        }
      }
    }
    self.neurons = neurons
    self.rowStarts = rowStarts
    self.sources = sources
  }

  /// A graph from each target's sources, which need not be sorted but must differ.
  public init(sourcesOfTargets rows: [[UInt32]]) throws(SparseGraphError) {
    var starts: [UInt32] = [0]
    starts.reserveCapacity(rows.count + 1)
    var sources: [UInt32] = []
    sources.reserveCapacity(rows.reduce(0) { $0 + $1.count })
    for row in rows {
      sources.append(contentsOf: row.sorted())
      starts.append(UInt32(sources.count))
    }
    try self.init(neurons: rows.count, rowStarts: starts, sources: sources)
  }

  /// The graph with every edge, also from each neuron to itself.
  public init(complete neurons: Int) {
    self.neurons = neurons
    rowStarts = (0...neurons).map { UInt32($0 * neurons) }
    sources = (0..<neurons).flatMap { _ in 0..<UInt32(neurons) }
  }

  /// Number of edges.
  public var edges: Int { sources.count }

  /// The graph with every edge the other way round.
  var reversed: SparseGraph {
    var starts = [UInt32](repeating: 0, count: neurons + 1)
    for source in sources { starts[Int(source) + 1] += 1 }
    for neuron in 0..<neurons { starts[neuron + 1] += starts[neuron] }
    var next = starts
    var targets = [UInt32](repeating: 0, count: edges)
    for target in 0..<neurons {
      for edge in edges(into: target) {
        let source = Int(sources[edge])
        targets[Int(next[source])] = UInt32(target)
        next[source] += 1
      }
    }
    return SparseGraph(checkedStarts: starts, sources: targets)
  }

  /// A graph from rows that are known to be right.
  private init(checkedStarts: [UInt32], sources: [UInt32]) {
    neurons = checkedStarts.count - 1
    rowStarts = checkedStarts
    self.sources = sources
  }

  /// The edges of one target.
  public func edges(into target: Int) -> Range<Int> {
    Int(rowStarts[target])..<Int(rowStarts[target + 1])
  }

  /// The connections among some neurons alone, numbered from 0, and which edges of this graph they are.
  public func among(_ range: Range<Int>) -> (graph: SparseGraph, edges: [Int]) {
    var starts: [UInt32] = [0]
    var sources: [UInt32] = []
    var own: [Int] = []
    for target in range {
      for edge in edges(into: target) where range.contains(Int(self.sources[edge])) {
        sources.append(self.sources[edge] - UInt32(range.lowerBound))
        own.append(edge)
      }
      starts.append(UInt32(sources.count))
    }
    do {
      return (try SparseGraph(neurons: range.count, rowStarts: starts, sources: sources), own)
    } catch {
      preconditionFailure("a part of a graph is a graph: \(error)")
    }
  }
}

/// Why arrays are not a graph.
public enum SparseGraphError: Error, Equatable, Sendable, CustomStringConvertible {
  /// There must be one row start for every neuron and one more.
  case rowStarts(found: Int, expected: Int)
  /// The first row's edges are the first.
  case firstRow(found: Int)
  /// The last row start is the number of edges.
  case edgeCount(found: Int, expected: Int)
  /// Row starts ascend.
  case descending(row: Int)
  /// Sources are neurons and ascend within a row.
  case source(edge: Int, found: Int)

  /// One line for a person.
  public var description: String {
    switch self {
    case .rowStarts(let found, let expected): "found \(found) row starts, expected \(expected)"
    case .firstRow(let found): "found row 0 to start at edge \(found), expected edge 0"
    case .edgeCount(let found, let expected): "found \(found) edges, expected \(expected)"
    case .descending(let row): "the edges of row \(row) end before they start or beyond the last edge"
    case .source(let edge, let found):
      "edge \(edge) has source \(found), expected a neuron above the source before it in its row"
    }
  }
}
