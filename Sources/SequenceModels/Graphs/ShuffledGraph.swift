import Determinism
import NeuralCore

/// A graph with the degrees of another and nothing else of it: the null model against which a shape is measured (Maslov &
/// Sneppen 2002). Two edges a to b and c to d become c to b and a to d, where that makes neither a loop nor an edge that is
/// there; they are of the same roles, so that every neuron keeps how many inputs, hidden neurons and outputs it receives
/// from and leads to.
struct ShuffledGraph {
  /// Pairs that are tried for every edge; where a graph is dense, many of them are refused.
  private static let swapsPerEdge = 10

  let graph: SparseGraph
  /// Weights in the graph's order: what a neuron receives, it receives with the weights of before, from others.
  let weights: [Float]?

  /// Shuffles a graph whose neurons 0 ..< inputs are inputs and the next `outputs` outputs. Work grows with edges and
  /// in-degrees; memory is 16 bytes an edge.
  init(
    _ graph: SparseGraph, inputs: Int, outputs: Int, weights: [Float]?, _ generator: SeededGenerator
  ) {
    var generator = generator
    var sources = graph.sources
    var targets: [UInt32] = []
    targets.reserveCapacity(graph.edges)
    for target in 0..<graph.neurons {
      for _ in graph.edges(into: target) { targets.append(UInt32(target)) }
    }
    let firstHidden = UInt32(inputs + outputs)
    for role in 0..<3 {
      // From inputs to hidden neurons, among these, from them to outputs.
      let own = (0..<UInt32(graph.edges)).filter { edge in
        let isOut = targets[Int(edge)] < firstHidden
        return role == (isOut ? 2 : sources[Int(edge)] < firstHidden ? 0 : 1)
      }
      ShuffledGraph.swap(own, &sources, targets, graph.rowStarts, &generator)
    }
    var places = (0..<UInt32(graph.edges)).map { $0 }
    for target in 0..<graph.neurons {
      places[graph.edges(into: target)].sort { sources[Int($0)] < sources[Int($1)] }
    }
    do {
      self.graph = try SparseGraph(
        neurons: graph.neurons, rowStarts: graph.rowStarts, sources: places.map { sources[Int($0)] })
    } catch {
      preconditionFailure("a shuffled graph is a graph: \(error)")
    }
    self.weights = weights.map { weights in places.map { weights[Int($0)] } }
  }

  /// Tries pairs of some edges; each keeps its target and takes the other's source.
  private static func swap(
    _ edges: [UInt32], _ sources: inout [UInt32], _ targets: [UInt32], _ rowStarts: [UInt32],
    _ generator: inout SeededGenerator
  ) {
    sources.withUnsafeMutableBufferPointer { sources in
      /// Looks at all of a row: as many comparisons at once as a vector holds.
      func receives(_ target: UInt32, _ source: UInt32) -> Bool {
        var count: UInt32 = 0
        for edge in Int(rowStarts[Int(target)])..<Int(rowStarts[Int(target) + 1]) {
          count &+= sources[edge] == source ? 1 : 0
        }
        return count > 0
      }
      for _ in 0..<edges.count * swapsPerEdge {
        let first = Int(edges[generator.uniform(below: edges.count)])
        let second = Int(edges[generator.uniform(below: edges.count)])
        let (a, b, c, d) = (sources[first], targets[first], sources[second], targets[second])
        guard a != c, b != d, c != b, a != d, !receives(b, c), !receives(d, a) else { continue }
        sources[first] = c
        sources[second] = a
      }
    }
  }
}
