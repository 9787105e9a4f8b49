import Determinism
import NeuralCore
import TestSupport
import Testing

@Suite("TND scan of several groups, by several threads")
struct TNDTeamTests {
  struct Case: CustomTestStringConvertible, Sendable {
    var groups: Int
    var threads: Int
    var readsState = false
    var tau: Double? = 0.8
    var testDescription: String {
      "\(groups) groups, \(threads) threads, \(readsState ? "state" : "activation"), tau \(tau.map { "\($0)" } ?? "trained")"
    }
  }

  /// Bit by bit what a scan for each group computes: outputs, carried state, loss and gradients, over two windows, the second a
  /// part of a block.
  @Test(arguments: [
    Case(groups: 1, threads: 1), Case(groups: 2, threads: 1), Case(groups: 1, threads: 3),
    Case(groups: 2, threads: 2), Case(groups: 2, threads: 5), Case(groups: 4, threads: 2),
    Case(groups: 2, threads: 2, readsState: true), Case(groups: 2, threads: 2, tau: nil),
  ])
  func asAScanForEachGroup(_ setting: Case) throws {
    let plain = try PlainTND(
      neurons: 150, tau: setting.tau, readsState: setting.readsState, recurrent: true, isPlastic: false,
      seed: 1)
    let (n, groups, steps) = (plain.graph.neurons, setting.groups, 21)
    var generator = SeededGenerator(seed: 2)
    let parameters = generator.floats(plain.parameterCount).map { $0 * 0.3 }
    let weights = TNDParameters(
      TNDStructure(
        graph: plain.graph, inputs: 3, outputs: 2, tau: setting.tau.map { Float($0) } ?? 0,
        readsState: setting.readsState), plain.offsets)
    weights.load(parameters)
    let team = ThreadTeam(threads: setting.threads)
    let together = try #require(TNDScan(weights, groups: groups, steps: steps, team: team))
    let apart = (0..<groups).map { _ in TNDScan(weights, lanes: 16, steps: steps, records: true) }
    let start = generator.floats(2 * n * 16 * groups)
    together.state.copy(from: start)
    #expect(together.lanes == 16 * groups)
    func lanes(_ group: Int) -> Range<Int> { group * 16..<(group + 1) * 16 }
    for group in 0..<groups { apart[group].state.copy(from: together.state.array(ofLanes: lanes(group))) }

    for length in [steps, 13] {
      let e = Tensor(steps: steps, features: 3, lanes: 16 * groups)
      e.copy(from: generator.floats(e.count))
      let targets = randomTargets(
        steps: steps, lanes: 16 * groups, outputs: 2, lastOnly: false, seed: UInt64(length))
      let tape = Tape()
      let output = together.forward(e, steps: length, tape: tape)
      let losses = (0..<groups).map { group in
        SquaredError.evaluate(output, targets: targets, steps: length, scale: 0.01, lanes: lanes(group))
      }
      var gradients = [Float](repeating: 0, count: groups * parameters.count)
      gradients.withUnsafeMutableBufferPointer { tape.backward(into: $0.baseAddress!) }
      for group in 0..<groups {
        let own = Tensor(steps: steps, features: 3, lanes: 16)
        own.copy(from: e.array(ofLanes: lanes(group)))
        let ownTargets = (0..<steps).flatMap { t in lanes(group).map { targets[t * 16 * groups + $0] } }
        let expected = apart[group].forward(own, steps: length, tape: tape)
        let loss = SquaredError.evaluate(expected, targets: ownTargets, steps: length, scale: 0.01)
        var ownGradients = [Float](repeating: 0, count: parameters.count)
        ownGradients.withUnsafeMutableBufferPointer { tape.backward(into: $0.baseAddress!) }
        #expect(output.array(ofLanes: lanes(group)) == expected.array)
        #expect(together.state.array(ofLanes: lanes(group)) == apart[group].state.array)
        #expect(losses[group] == loss && loss > 0)
        let range = group * parameters.count..<(group + 1) * parameters.count
        #expect(Array(gradients[range]) == ownGradients && ownGradients.contains { $0 != 0 })
      }
    }
  }

  @Test func whatGoesNoOtherWay() throws {
    let plastic = try PlainTND(
      neurons: 12, tau: 0.8, readsState: false, recurrent: true, isPlastic: true, seed: 1)
    let weights = TNDParameters(
      TNDStructure(graph: plastic.graph, inputs: 3, outputs: 2, tau: 0.8, readsState: false), plastic.offsets)
    #expect(TNDScan(weights, groups: 2, steps: 3, team: ThreadTeam(threads: 2)) == nil)
  }
}
