import NeuralCore
import SequenceModels
import Storage
import Testing

@testable import Agents

@Suite("Places of neurons")
struct GraphLayoutTests {
  @Test(arguments: [2, 20, 60, 300])
  func neuronsLieEvenlyBetweenInputsAndOutputs(_ hidden: Int) throws {
    let graph = try #require(AgentGraph(try tnd(neurons: 27 + hidden)))
    let places = GraphLayout(graph).places
    #expect(places == GraphLayout(graph).places && places.count == 27 + hidden)
    for input in 0..<24 {
      #expect(places[input].x == 0 && (0...1).contains(places[input].y))
      if input > 0 { #expect(places[input].y > places[input - 1].y) }
    }
    #expect(places[24...26].allSatisfy { $0.x == 1 && (0...1).contains($0.y) })
    let cloud = places[27...].map { SIMD2(($0.x - 0.14) / 0.72 * 2 - 1, $0.y * 2 - 1) }
    // Within the circle, and no two closer than half of what an even packing would leave them.
    let spacing = (3.63 / Double(hidden)).squareRoot()
    for (index, place) in cloud.enumerated() {
      #expect((place * place).sum() <= 1 + 1e-9)
      for other in cloud[..<index] {
        #expect(((place - other) * (place - other)).sum().squareRoot() > min(spacing, 1) / 2, "\(index)")
      }
    }
  }

  /// Two halves of the hidden neurons, connected within only, one to the upper inputs and one to the lower.
  @Test func connectedNeuronsLieTogether() throws {
    var rows = [[UInt32]](repeating: [], count: 27 + 40)
    for neuron in 27..<67 {
      let isUpper = neuron.isMultiple(of: 2)
      rows[neuron] =
        [isUpper ? 1 : 22]
        + (27..<67).filter { $0 != neuron && $0.isMultiple(of: 2) == isUpper }.map(UInt32.init)
    }
    let graph = try SparseGraph(sourcesOfTargets: rows)
    let weights = [Float](repeating: 0.5, count: graph.edges)
    let places = GraphLayout(AgentGraph(graph: graph, weights: weights)).places
    // All but a few along the border of the halves, where neurons make room for each other.
    let wrong = (27..<67).filter { (places[$0].y < 0.5) != $0.isMultiple(of: 2) }
    #expect(wrong.count <= 4 && wrong.allSatisfy { abs(places[$0].y - 0.5) < 0.1 }, "\(wrong)")
  }

  @Test func hiddenNeuronsStandByWhereTheirWeightLeads() throws {
    // 27 reads an input, 28 stands between, 29 drives an output.
    var rows = [[UInt32]](repeating: [], count: 30)
    rows[24] = [29]
    rows[25] = [28]
    rows[27] = [0]
    rows[28] = [1, 27]
    rows[29] = [28]
    let graph = try SparseGraph(sourcesOfTargets: rows)
    let places = GraphLayout(AgentGraph(graph: graph, weights: [-1, 0.5, 1, 0.5, 1, 1])).places
    #expect(places[27].x < places[28].x && places[28].x < places[29].x)
    #expect(places[0].x == 0 && places[24].x == 1)
  }

  @Test func placesOnlyThoseAskedFor() throws {
    let graph = try #require(AgentGraph(try tnd()))
    let places = GraphLayout(graph, placed: [30, 40, 50, 60]).places
    let middle = GraphLayout.Place(x: 0.5, y: 0.5)
    #expect((27..<80).filter { places[$0] == middle }.count >= 53 - 4)
    #expect(Set([30, 40, 50, 60].map { "\(places[$0])" }).count == 4)
  }
}
