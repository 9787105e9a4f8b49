import Determinism
import Testing

@testable import NeuralCore

@Suite("An order near the edges")
struct LocalOrderTests {
  private let n = 20_000

  /// A ring, each neuron from its eight nearest, all but the first five under numbers without order.
  private func scattered() throws -> SparseGraph {
    var numbers = (5..<UInt32(n)).map { $0 }
    var generator = SeededGenerator(seed: 11)
    generator.shuffle(&numbers)
    numbers = (0..<5) + numbers
    var rows = [[UInt32]](repeating: [], count: n)
    for place in 0..<n {
      rows[Int(numbers[place])] = [-4, -3, -2, -1, 1, 2, 3, 4].map { numbers[(place + $0 + n) % n] }
    }
    return try SparseGraph(sourcesOfTargets: rows)
  }

  /// Most edges come near each other; it is the same graph, and one in order is left as it is.
  @Test func communitiesAreAnOrder() throws {
    let graph = try scattered()
    let order = try #require(graph.localOrder(fixed: 5))
    #expect(order.sorted() == (0..<UInt32(n)).map { $0 } && order[..<5] == [0, 1, 2, 3, 4])
    let own = graph.reordered(order)
    let near = (0..<n).reduce(0) { sum, target in
      sum + own.edges(into: target).count { abs(Int(own.sources[$0]) - target) < 64 }
    }
    #expect(near > graph.edges * 7 / 10, "\(near) of \(graph.edges)")
    for target in 0..<n {
      let sources = own.edges(into: target).map { order[Int(own.sources[$0])] }.sorted()
      #expect(sources == Array(graph.sources[graph.edges(into: Int(order[target]))]))
    }
    let ring = (0..<n).map { [UInt32(($0 + 1) % n), UInt32(($0 + 2) % n)] }
    #expect(try SparseGraph(sourcesOfTargets: ring).localOrder(fixed: 0) == nil)
    #expect(try randomGraph(neurons: 40, density: 0.2, seed: 1).localOrder(fixed: 3) == nil)
  }

  /// Who asks twice gets the same plan.
  @Test func plansAreShared() throws {
    let plans = EdgePlans(try randomGraph(neurons: 40, density: 0.2, seed: 1))
    #expect(plans.forward === plans.forward && plans.transposed === plans.transposed)
  }
}
