import Determinism
import NeuralCore

/// Which connections of a TND leave and which come in their place, as many of each. The roles hold (`TNDGraph`), and so does
/// what its repair brings about: no output or hidden neuron loses its last connection from others, no hidden one its last to
/// others.
public struct Rewiring {
  private let graph: SparseGraph
  private let inputs: Int
  private let outputs: Int
  /// The connections that the roles allow and the graph does not have.
  private let absent: Blocks
  /// How many those are.
  public let absentCount: Int

  init(_ graph: SparseGraph, inputs: Int, outputs: Int) {
    self.graph = graph
    self.inputs = inputs
    self.outputs = outputs
    absent = Blocks { target in
      Rewiring.gaps(
        graph, target,
        among: TNDGraph.sources(of: target, inputs: inputs, outputs: outputs, neurons: graph.neurons))
    }
    absentCount = absent.pairs(targets: inputs..<graph.neurons)
  }

  /// What is left of ascending ranges without a target's sources.
  private static func gaps(
    _ graph: SparseGraph, _ target: Int, among ranges: [Range<Int>]
  ) -> [Range<Int>] {
    var gaps: [Range<Int>] = []
    var edges = graph.edges(into: target)
    for range in ranges {
      var start = range.lowerBound
      while let edge = edges.first, graph.sources[edge] < range.upperBound {
        let source = Int(graph.sources[edge])
        if source > start { gaps.append(start..<source) }
        start = max(start, source + 1)
        edges.removeFirst()
      }
      if start < range.upperBound { gaps.append(start..<range.upperBound) }
    }
    return gaps
  }

  /// SET (Mocanu et al. 2018): a fraction of the connections leaves, those of least |weight|; as many others come, drawn
  /// evenly from those that were absent.
  /// - Parameter weights: a weight an edge.
  public func random(
    fraction: Double, weights: [Float], _ generator: inout SeededGenerator
  ) -> GraphChange {
    let leaving = leaving(min(count(fraction), absentCount), weights)
    return GraphChange(graph, leaving: leaving, arriving: drawn(leaving.count, &generator))
  }

  /// The absent connections that RigL weighs: all, or of more than `most` so many, drawn evenly.
  public func candidates(most: Int, _ generator: inout SeededGenerator) -> SparseGraph {
    let rows =
      absentCount > most
      ? drawn(most, &generator)
      : (0..<graph.neurons).map { target in
        target < inputs
          ? []
          : absent.allowed(target).flatMap { UInt32($0.lowerBound)..<UInt32($0.upperBound) }
            .filter { $0 != target }
      }
    do {
      return try SparseGraph(sourcesOfTargets: rows)
    } catch {
      preconditionFailure("distinct sources are a graph: \(error)")
    }
  }

  /// RigL (Evci et al. 2020): a fraction of the connections is given up, those of least |weight|; of them and the candidates
  /// as many come as were given up, those of the largest |gradient|. So a connection that is worth it stays. Of equals those
  /// that are there come first, then those of the last targets and sources.
  /// - Parameters:
  ///   - weights, gradients: a value an edge.
  ///   - candidates: absent connections, and their gradients.
  public func byGradient(
    fraction: Double, weights: [Float], gradients: [Float],
    candidates: (graph: SparseGraph, gradients: [Float])
  ) -> GraphChange {
    let leaving = leaving(count(fraction), weights)
    let all = candidates.gradients + leaving.map { gradients[Int($0)] }
    var isChosen = [Bool](repeating: false, count: all.count)
    for place in largestByMagnitude(all, count: leaving.count) { isChosen[Int(place)] = true }
    let known = candidates.graph.edges
    let rows = (0..<graph.neurons).map { target in
      candidates.graph.edges(into: target).filter { isChosen[$0] }.map { candidates.graph.sources[$0] }
    }
    return GraphChange(
      graph, leaving: leaving.indices.filter { !isChosen[known + $0] }.map { leaving[$0] }, arriving: rows)
  }

  private func count(_ fraction: Double) -> Int { Int(fraction * Double(graph.edges)) }

  /// Absent connections, so many in all, drawn evenly: for every target sources, ascending.
  private func drawn(_ count: Int, _ generator: inout SeededGenerator) -> [[UInt32]] {
    var rows = [[UInt32]](repeating: [], count: graph.neurons)
    absent.draw(count, targets: inputs..<graph.neurons, into: &rows, &generator)
    return rows
  }

  /// The edges of least |weight| that may leave, so many at most, ascending; of equals the first.
  private func leaving(_ count: Int, _ weights: [Float]) -> [UInt32] {
    let firstHidden = inputs + outputs
    var incoming = (0..<graph.neurons).map { graph.edges(into: $0).count }
    var outgoing = [Int](repeating: 0, count: graph.neurons)
    var targets = [UInt32](repeating: 0, count: graph.edges)
    for target in 0..<graph.neurons {
      for edge in graph.edges(into: target) {
        targets[edge] = UInt32(target)
        outgoing[Int(graph.sources[edge])] += 1
      }
    }
    var leaves = [Bool](repeating: false, count: graph.edges)
    var left = count
    for edge in orderByMagnitude(weights) where left > 0 {
      let (source, target) = (Int(graph.sources[Int(edge)]), Int(targets[Int(edge)]))
      guard incoming[target] > 1, source < firstHidden || outgoing[source] > 1 else { continue }
      incoming[target] -= 1
      outgoing[source] -= 1
      leaves[Int(edge)] = true
      left -= 1
    }
    return leaves.indices.filter { leaves[$0] }.map(UInt32.init)
  }
}

extension TND {
  /// How its connections may change.
  public var rewiring: Rewiring { Rewiring(graph, inputs: inputs, outputs: outputs) }

  /// Where the weights of the edges lie in the flat buffer of parameters.
  public var edgeWeights: Range<Int> { layout["weights"].range }
}
