import Foundation
import NeuralCore
import TestSupport
import Testing

@Suite("Graph measures")
struct GraphMeasuresTests {
  private func graph(neurons: Int, _ edges: [(source: Int, target: Int)]) throws -> SparseGraph {
    var rows = [[UInt32]](repeating: [], count: neurons)
    for edge in edges { rows[edge.target].append(UInt32(edge.source)) }
    return try SparseGraph(sourcesOfTargets: rows)
  }

  private func goldens() throws -> [[Substring]] {
    let text = try String(contentsOf: Repository.golden("graph-measures.csv"), encoding: .utf8)
    let rows = text.split(separator: "\n").dropFirst().map { $0.split(separator: ",") }
    try #require(rows.count == 19)
    return rows
  }

  /// The graph of a row of the goldens.
  private func graph(_ row: [Substring]) throws -> SparseGraph {
    let edges = row[1].split(separator: " ").map { edge in
      let ends = edge.split(separator: ">").compactMap { Int($0) }
      return (source: ends[0], target: ends[1])
    }
    return try graph(neurons: try #require(Int(row[0])), edges)
  }

  @Test func asNetworkXMeasures() throws {
    for (index, row) in try goldens().enumerated() {
      let measures = GraphMeasures(try graph(row))
      let found = [
        measures.clustering, measures.meanPath, measures.reciprocity, measures.inDegreeSpread,
        measures.outDegreeSpread,
      ]
      for (value, expected) in zip(found, row[2..<7].compactMap({ Double($0) })) {
        #expect(abs(value - expected) < 1e-9, "graph \(index): \(value), \(expected)")
      }
    }
  }

  /// Of a graph with more triangles than are counted, some neurons': those of a complete graph are all alike.
  @Test func manyTrianglesAreSampled() throws {
    let n = 1000
    let rows = (0..<n).map { target in (0..<n).filter { $0 != target }.map { UInt32($0) } }
    let measures = GraphMeasures(try SparseGraph(sourcesOfTargets: rows))
    #expect(measures.clustering == 1 && measures.reciprocity == 1 && measures.meanPath == 1)
  }

  /// Of networkx's communities the same modularity; our own communities are about as good as those, which differ by up to 0.06
  /// from one of its seeds to another.
  @Test func modularityAsNetworkXHasIt() throws {
    for (index, row) in try goldens().enumerated() {
      let graph = try graph(row)
      let labels = row[8].split(separator: " ").compactMap { Int($0) }
      let expected = try #require(Double(row[7]))
      #expect(abs(graph.modularity(of: labels) - expected) < 1e-9, "graph \(index)")
      let own = Communities(graph)
      #expect(own.modularity > expected - 0.03, "graph \(index): \(own.modularity), \(expected)")
      #expect(abs(graph.modularity(of: own.labels) - own.modularity) < 1e-12)
      #expect(Set(own.labels) == Set(0..<own.count))
      let measures = GraphMeasures(graph)
      #expect(measures.communities == own.count && measures.modularity == own.modularity)
    }
  }

  /// Four cliques in a row, a link from each to the next, are four communities.
  @Test func cliquesAreCommunities() throws {
    var edges = (0..<4).flatMap { clique in
      (0..<5).flatMap { a in (0..<a).map { (source: 5 * clique + a, target: 5 * clique + $0) } }
    }
    edges += [(4, 5), (9, 10), (14, 15)]
    let own = Communities(try graph(neurons: 20, edges))
    #expect(own.count == 4 && own.labels == (0..<20).map { $0 / 5 })
    // 40 links inside of 43; at the ends of the row 21 ends of links, between them 22.
    let ends = 2.0 * 21 * 21 + 2 * 22 * 22
    #expect(abs(own.modularity - (40.0 / 43 - ends / (86 * 86))) < 1e-12)
    #expect(Communities(try graph(neurons: 3, [])).modularity == 0)
  }

  @Test func loopsDoNotCount() throws {
    let plain = GraphMeasures(try graph(neurons: 3, [(0, 1), (1, 2), (2, 0)]))
    #expect(GraphMeasures(try graph(neurons: 3, [(0, 1), (1, 2), (2, 0), (1, 1)])) == plain)
    #expect(plain.meanPath == 1.5 && plain.reciprocity == 0 && plain.clustering == 0.5)
    #expect(GraphMeasures(try graph(neurons: 0, [])).meanPath == 0)
  }

  @Test func aPartIsAGraph() throws {
    let whole = try graph(neurons: 6, [(0, 3), (3, 4), (5, 3), (4, 5), (1, 2)])
    let part = whole.among(3..<6)
    #expect(part.graph == (try graph(neurons: 3, [(0, 1), (2, 0), (1, 2)])))
    #expect(part.edges.map { Int(whole.sources[$0]) } == [5, 3, 4])
  }
}
