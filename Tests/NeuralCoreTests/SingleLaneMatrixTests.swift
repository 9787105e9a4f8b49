import Determinism
import Testing

@testable import NeuralCore

@Suite("The product for one lane")
struct SingleLaneMatrixTests {
  /// On both sides of the limits of the form with zeros: 8 places an edge, 1,024 neurons.
  @Test(arguments: [1, 15, 16, 17, 97, 600, 1024, 1025], [0.0, 0.05, 0.12, 0.13, 0.4, 1.0])
  func equalsPlainSums(_ neurons: Int, _ density: Double) throws {
    var generator = SeededGenerator(seed: UInt64(neurons))
    let graph = try SparseGraph(
      sourcesOfTargets: (0..<neurons).map { _ in
        (0..<neurons).filter { _ in generator.bernoulli(density) }.map { UInt32($0) }
      })
    let matrix = SingleLaneMatrix(graph, plan: EdgePlan(graph))
    let x = (0..<neurons).map { _ in generator.uniformFloat() - 0.5 }
    // The second load must leave nothing of the first.
    for _ in 0..<2 {
      let weights = (0..<graph.edges).map { _ in generator.uniformFloat() - 0.5 }
      matrix.load(weights)
      var found = [Float](repeating: .nan, count: neurons)
      matrix.multiply(x, into: &found)
      for target in 0..<neurons {
        let expected = graph.edges(into: target).reduce(0.0) {
          $0 + Double(weights[$1]) * Double(x[Int(graph.sources[$1])])
        }
        #expect(abs(Double(found[target]) - expected) < 2e-5, "row \(target)")
      }
    }
  }
}
