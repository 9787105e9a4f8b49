import Foundation
import NeuralCore
import TestSupport
import Testing

@testable import SequenceModels

@Suite("Measures of the families' graphs")
struct FamilyMeasuresTests {
  /// The graph of a row: drawn from the seed again, or a file's.
  private func graph(_ name: String) throws -> SparseGraph {
    guard name.hasSuffix(".csv") else { return try GraphFamilyTests.graph(name, 0.2, seed: 5) }
    let text = try String(contentsOf: Repository.root.appending(path: name), encoding: .utf8)
    let edges = text.split(whereSeparator: \.isNewline).dropFirst().map { $0.split(separator: ",") }
    let names = Set(edges.flatMap { $0.prefix(2) }).sorted()
    let places = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, $0) })
    var rows = [[UInt32]](repeating: [], count: names.count)
    for edge in edges {
      rows[try #require(places[edge[1]])].append(UInt32(try #require(places[edge[0]])))
    }
    return try SparseGraph(sourcesOfTargets: rows.map { $0.sorted() })
  }

  /// What networkx says of the same graphs as `model export` wrote them, and of the worm's. Communities are as good as
  /// those of its twelve seeds, of which one more may be a little worse than all, by half of what these differ.
  @Test func asNetworkXMeasures() throws {
    let text = try String(contentsOf: Repository.golden("family-measures.csv"), encoding: .utf8)
    let rows = text.split(separator: "\n").dropFirst()
    #expect(rows.count == 9)
    for row in rows {
      let parts = row.dropFirst().split(separator: "\"", maxSplits: 1)
      let (name, figures) = (String(parts[0]), parts[1].split(separator: ",").compactMap { Double($0) })
      let graph = try graph(name)
      let measures = GraphMeasures(graph)
      let found = [
        Double(graph.edges), measures.clustering, measures.meanPath, measures.reciprocity,
        measures.inDegreeSpread,
        measures.outDegreeSpread,
      ]
      try #require(figures.count == 8)
      for (value, expected) in zip(found, figures) {
        #expect(abs(value - expected) < 1e-9 * max(1, expected), "\(name): \(value), \(expected)")
      }
      let (least, most) = (figures[6], figures[7])
      #expect(
        (least - (most - least) / 2...most + 0.02).contains(measures.modularity),
        "\(name): \(measures.modularity), \(least) to \(most)")
    }
  }
}
