import Determinism
import Foundation
import NeuralCore
import Storage
import TestSupport
import Testing

@testable import SequenceModels

@Suite("Shuffled graphs")
struct ShuffledGraphTests {
  /// In- and out-degrees of every neuron, by the role of the other end.
  private func degrees(_ graph: SparseGraph) -> [[Int]] {
    func role(_ neuron: Int) -> Int { neuron < 24 ? 0 : neuron < 27 ? 1 : 2 }
    var degrees = [[Int]](repeating: [0, 0, 0, 0, 0, 0], count: graph.neurons)
    for target in 0..<graph.neurons {
      for edge in graph.edges(into: target) {
        let source = Int(graph.sources[edge])
        degrees[target][role(source)] += 1
        degrees[source][3 + role(target)] += 1
      }
    }
    return degrees
  }

  /// Every family keeps its degrees, by roles, and is another graph; the seed alone decides.
  @Test(arguments: GraphFamilyTests.families.indices)
  func degreesStay(_ index: Int) throws {
    let (text, density) = GraphFamilyTests.families[index]
    let shuffled = text.replacing("}", with: ", shuffled: true}")
    for seed: UInt64 in 0..<3 {
      let own = try GraphFamilyTests.graph(text, density, seed: seed)
      let other = try GraphFamilyTests.graph(shuffled, density, seed: seed)
      #expect(degrees(other) == degrees(own), "\(text)")
      #expect(TNDGraphTests.faults(other, recurrent: true) == [], "\(text)")
      #expect(try other == GraphFamilyTests.graph(shuffled, density, seed: seed))
      #expect(other != own || density == 1, "\(text)")
    }
  }

  /// What made a shape is gone: clustering, long ways and modules are those of a random graph of as many edges.
  @Test func theShapeIsGone() throws {
    func measures(_ text: String) throws -> GraphMeasures {
      let graph = try GraphFamilyTests.graph(text, 0.04, neurons: 427)
      return GraphMeasures(graph.among(27..<427).graph)
    }
    let random = try measures("{family: random}")
    for family in ["lattice", "small_world", "modular"] {
      let own = try measures("{family: \(family)}")
      let shuffled = try measures("{family: \(family), shuffled: true}")
      #expect(own.modularity > random.modularity + 0.2, "\(family): \(own)")
      #expect(own.clustering > 2 * random.clustering, "\(family): \(own)")
      #expect(abs(shuffled.modularity - random.modularity) < 0.03, "\(family): \(shuffled), \(random)")
      #expect(abs(shuffled.clustering - random.clustering) < 0.005, "\(family): \(shuffled), \(random)")
      #expect(abs(shuffled.meanPath - random.meanPath) < 0.05, "\(family): \(shuffled), \(random)")
    }
  }

  /// Of a file too: what a neuron receives keeps its weights, from other sources.
  @Test func weightsStayWithTheirTargets() throws {
    var generator = SeededGenerator(seed: 3)
    let drawn = try GraphFamilyTests.graph("{family: modular}", 0.06, seed: 4)
    let weights = (0..<drawn.edges).map { _ in generator.uniformFloat() }
    func rows(_ graph: SparseGraph, _ weights: [Float]) -> [[Float]] {
      (0..<graph.neurons).map { graph.edges(into: $0).map { weights[$0] }.sorted() }
    }
    let shuffled = ShuffledGraph(drawn, inputs: 24, outputs: 3, weights: weights, generator)
    let own = try #require(shuffled.weights)
    #expect(rows(shuffled.graph, own) == rows(drawn, weights))
    #expect(shuffled.graph.sources != drawn.sources && own != weights)
    #expect(ShuffledGraph(drawn, inputs: 24, outputs: 3, weights: nil, generator).graph == shuffled.graph)
    // Where a neuron receives a source as before, that is no reason for the weight of before.
    #expect(degrees(shuffled.graph) == degrees(drawn))
  }

  @Test func aFileIsShuffled() throws {
    try withTemporaryFolder { folder in
      let names = (0..<24).map { "i\($0)" }
      var rows = ["source,target,weight"]
      for neuron in 0..<40 {
        for step in 1...4 { rows.append("h\(neuron),h\((neuron + step) % 40),\(step)") }
        rows.append("\(names[neuron % 24]),h\(neuron),1")
        rows.append("h\(neuron),o\(neuron % 3),1")
      }
      let path = "\(folder)/graph.csv"
      try Data(rows.joined(separator: "\n").utf8).write(to: URL(filePath: path))
      func model(_ more: String) throws -> TND {
        let text = """
          {graph: {family: file, path: \(path), inputs: [\(names.joined(separator: ","))], outputs: [o0, o1, o2]\(more)}}
          """
        var settings = try SettingReader(Setting(yaml: text, source: "c.yaml"), source: "c.yaml")
        return try TND(settings: &settings, inputs: 24, outputs: 3, seed: 1)
      }
      let (own, shuffled) = (try model(""), try model(", shuffled: true"))
      #expect(degrees(own.graph) == degrees(shuffled.graph) && own.graph != shuffled.graph)
      let settings = Setting.map(shuffled.settings)
      #expect(settings["graph"]?["shuffled"] == .boolean(true))
      var reader = try SettingReader(settings, source: "agent")
      let again = try TND.restore(
        settings: &reader, inputs: 24, outputs: 3, structure: shuffled.structure)
      #expect(again.graph == shuffled.graph)
      #expect(Setting.map(again.settings).json == settings.json)
    }
  }
}
