import Determinism
import NeuralCore
import Storage
import Testing

@testable import SequenceModels

@Suite("Rewiring")
struct RewiringTests {
  static func model(_ neurons: Int, _ density: Double, seed: UInt64) throws -> TND {
    var reader = try SettingReader(
      Setting(yaml: "{neurons: \(neurons), density: \(density)}", source: "test"), source: "test")
    return try TND(settings: &reader, inputs: 24, outputs: 3, seed: seed)
  }

  /// [target, source] of every edge, in order.
  static func pairs(_ graph: SparseGraph) -> [[Int]] {
    (0..<graph.neurons).flatMap { target in
      graph.edges(into: target).map { [target, Int(graph.sources[$0])] }
    }
  }

  /// All pairs that the roles allow.
  static func allowed(_ n: Int) -> [[Int]] {
    (24..<n).flatMap { target in
      (0..<n).filter { $0 != target && !(24..<27).contains($0) && (target >= 27 || $0 >= 27) }.map {
        [target, $0]
      }
    }
  }

  /// Those of least |weight| that leave every neuron an edge, written plainly.
  static func leaving(_ graph: SparseGraph, _ weights: [Float], _ count: Int) -> Set<[Int]> {
    let all = pairs(graph)
    var rest = all
    var gone: Set<[Int]> = []
    for edge in all.indices.sorted(by: { (abs(weights[$0]), $0) < (abs(weights[$1]), $1) })
    where gone.count < count {
      let (target, source) = (all[edge][0], all[edge][1])
      let others = rest.filter { $0 != all[edge] }
      guard others.contains(where: { $0[0] == target }),
        source < 27 || others.contains(where: { $0[1] == source })
      else { continue }
      rest = others
      gone.insert(all[edge])
    }
    return gone
  }

  struct Case: CustomTestStringConvertible {
    var neurons: Int
    var density: Double
    var fraction: Double
    var testDescription: String { "\(neurons) neurons, \(density), \(fraction)" }
  }

  static let cases = [29, 33, 60].flatMap { neurons in
    [0.0, 0.05, 0.4, 0.95, 1].flatMap { density in
      [0.1, 0.3, 1].map { Case(neurons: neurons, density: density, fraction: $0) }
    }
  }

  /// Again and again, with any weights: as many edges, the roles hold, nobody is cut off; what leaves is what a plain search
  /// says, what comes was not there.
  @Test(arguments: cases)
  func randomKeepsTheNumberAndTheRoles(_ setting: Case) throws {
    for seed: UInt64 in 0..<4 {
      var generator = SeededGenerator(seed: seed)
      var model = try RewiringTests.model(setting.neurons, setting.density, seed: seed)
      let edges = model.graph.edges
      for _ in 0..<4 {
        let weights = generator.uniform(edges, within: 1).map { ($0 * 20).rounded() / 20 }
        let rewiring = model.rewiring
        let before = Set(RewiringTests.pairs(model.graph))
        #expect(rewiring.absentCount == RewiringTests.allowed(setting.neurons).count - edges)
        let change = rewiring.random(fraction: setting.fraction, weights: weights, &generator)
        let after = Set(RewiringTests.pairs(change.graph))
        let wanted = min(Int(setting.fraction * Double(edges)), rewiring.absentCount)
        #expect(before.subtracting(after) == RewiringTests.leaving(model.graph, weights, wanted))
        #expect(change.graph.edges == edges && after.subtracting(before).count == change.count)
        #expect(TNDGraphTests.faults(change.graph, recurrent: true) == [])
        model = model.rewired(onto: change.graph)
      }
    }
  }

  /// RigL against a plain search in a dense matrix of gradients.
  @Test(arguments: cases)
  func byGradientIsThePlainChoice(_ setting: Case) throws {
    for seed: UInt64 in 0..<4 {
      var generator = SeededGenerator(seed: seed)
      var model = try RewiringTests.model(setting.neurons, setting.density, seed: seed)
      let (n, edges) = (setting.neurons, model.graph.edges)
      for _ in 0..<3 {
        let weights = generator.uniform(edges, within: 1)
        let dense = (0..<n * n).map { _ in Double(generator.uniformFloat()) - 0.5 }
        func gradients(_ graph: SparseGraph) -> [Float] {
          RewiringTests.pairs(graph).map { Float(dense[$0[0] * n + $0[1]]) }
        }
        let candidates = model.rewiring.candidates(most: .max, &generator)
        let before = Set(RewiringTests.pairs(model.graph))
        #expect(RewiringTests.pairs(candidates) == RewiringTests.allowed(n).filter { !before.contains($0) })
        let change = model.rewiring.byGradient(
          fraction: setting.fraction, weights: weights, gradients: gradients(model.graph),
          candidates: (candidates, gradients(candidates)))
        let leaving = RewiringTests.leaving(model.graph, weights, Int(setting.fraction * Double(edges)))
        let kept = before.subtracting(leaving)
        let best = RewiringTests.allowed(n).filter { !kept.contains($0) }
          .sorted { abs(dense[$0[0] * n + $0[1]]) > abs(dense[$1[0] * n + $1[1]]) }
        #expect(Set(RewiringTests.pairs(change.graph)) == kept.union(best.prefix(leaving.count)))
        #expect(TNDGraphTests.faults(change.graph, recurrent: true) == [])
        model = model.rewired(onto: change.graph)
      }
    }
  }

  /// Where nothing has a gradient, everything stays.
  @Test func withoutGradientsNothingChanges() throws {
    let model = try RewiringTests.model(60, 0.3, seed: 1)
    var generator = SeededGenerator(seed: 2)
    let candidates = model.rewiring.candidates(most: .max, &generator)
    let change = model.rewiring.byGradient(
      fraction: 0.3, weights: generator.uniform(model.graph.edges, within: 1),
      gradients: [Float](repeating: 0, count: model.graph.edges),
      candidates: (candidates, [Float](repeating: 0, count: candidates.edges)))
    #expect(change.count == 0 && change.graph == model.graph)
  }

  /// Of too many absent connections so many are drawn: others with every draw, the same for a generator.
  @Test func candidatesOfALargeGraphAreDrawn() throws {
    let model = try RewiringTests.model(200, 0.05, seed: 1)
    let absent = Set(RewiringTests.allowed(200)).subtracting(RewiringTests.pairs(model.graph))
    func draw(_ seed: UInt64) -> SparseGraph {
      var generator = SeededGenerator(seed: seed)
      return model.rewiring.candidates(most: 500, &generator)
    }
    #expect(draw(1).edges == 500 && absent.isSuperset(of: RewiringTests.pairs(draw(1))))
    #expect(draw(1) == draw(1) && draw(1) != draw(2))
  }

  /// Every absent connection is as likely to come as any other.
  @Test func randomIsEven() throws {
    let model = try RewiringTests.model(32, 0.4, seed: 3)
    let absent = RewiringTests.allowed(32).filter { !Set(RewiringTests.pairs(model.graph)).contains($0) }
    let weights = (0..<model.graph.edges).map { Float($0 + 1) }
    var generator = SeededGenerator(seed: 4)
    var counts: [[Int]: Int] = [:]
    var drawn = 0
    for _ in 0..<3000 {
      let change = model.rewiring.random(fraction: 0.2, weights: weights, &generator)
      for pair in Set(RewiringTests.pairs(change.graph)).subtracting(RewiringTests.pairs(model.graph)) {
        counts[pair, default: 0] += 1
        drawn += 1
      }
    }
    let expected = Double(drawn) / Double(absent.count)
    #expect(counts.count == absent.count)
    // Six deviations of a binomial count.
    #expect(counts.values.allSatisfy { abs(Double($0) - expected) < 6 * expected.squareRoot() })
  }
}
