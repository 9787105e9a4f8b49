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

  @Test func asNetworkXMeasures() throws {
    let text = try String(contentsOf: Repository.golden("graph-measures.csv"), encoding: .utf8)
    let rows = text.split(separator: "\n").dropFirst().map { $0.split(separator: ",") }
    try #require(rows.count == 19)
    for (index, row) in rows.enumerated() {
      let edges = row[1].split(separator: " ").map { edge in
        let ends = edge.split(separator: ">").compactMap { Int($0) }
        return (source: ends[0], target: ends[1])
      }
      let measures = GraphMeasures(try graph(neurons: try #require(Int(row[0])), edges))
      let found = [
        measures.clustering, measures.meanPath, measures.reciprocity, measures.inDegreeSpread,
        measures.outDegreeSpread,
      ]
      for (value, expected) in zip(found, row[2...].compactMap({ Double($0) })) {
        #expect(abs(value - expected) < 1e-9, "graph \(index): \(value), \(expected)")
      }
    }
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
