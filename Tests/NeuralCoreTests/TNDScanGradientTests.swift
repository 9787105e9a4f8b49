import Determinism
import Foundation
import NeuralCore
import Testing

/// A small TND and its forward pass in double precision, written from the equations (reference.md, section 1).
struct PlainTND {
  let graph: SparseGraph
  let inputs = 3
  let outputs = 2
  var lanes = 16
  let tau: Double
  let readsState: Bool

  /// Neurons 0 ..< 3 are inputs, 3 and 4 outputs, the rest hidden.
  init(neurons: Int, tau: Double, readsState: Bool, recurrent: Bool, seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    self.tau = tau
    self.readsState = readsState
    graph = try SparseGraph(
      sourcesOfTargets: (0..<neurons).map { target -> [UInt32] in
        guard target >= 3 else { return [] }
        let sources =
          target < 5 ? Array(5..<neurons) : recurrent ? [0, 1, 2] + Array(5..<neurons) : [0, 1, 2]
        return sources.filter { $0 != target && generator.bernoulli(0.6) }.map { UInt32($0) }
      })
  }

  /// A graph of the same roles.
  init(graph: SparseGraph, tau: Double, readsState: Bool, lanes: Int) {
    self.graph = graph
    self.tau = tau
    self.readsState = readsState
    self.lanes = lanes
  }

  var parameterCount: Int { graph.edges + inputs + 2 * graph.neurons }

  /// Outputs [step][output][lane] from the state `start` (h, then v, lanes innermost).
  func outputs(_ p: [Double], input: [Float], start: [Float], steps: Int) -> [[[Double]]] {
    let n = graph.neurons
    let (bias, alpha) = (graph.edges + inputs, graph.edges + inputs + n)
    var h = (0..<n).map { i in (0..<lanes).map { Double(start[i * lanes + $0]) } }
    var v = (0..<n).map { i in (0..<lanes).map { Double(start[(n + i) * lanes + $0]) } }
    return (0..<steps).map { t in
      let (oldH, oldV) = (h, v)
      for i in 0..<n {
        for lane in 0..<lanes {
          var z = p[bias + i] + p[alpha + i] * oldH[i][lane]
          for edge in graph.edges(into: i) { z += p[edge] * oldV[Int(graph.sources[edge])][lane] }
          if i < inputs { z += p[graph.edges + i] * Double(input[(t * inputs + i) * lanes + lane]) }
          h[i][lane] = (1 - tau) * oldH[i][lane] + tau * tanh(z)
          v[i][lane] = readsState ? tanh(h[i][lane]) : tanh(z)
        }
      }
      return (inputs..<inputs + outputs).map { v[$0] }
    }
  }
}

@Suite("TNDScan against central differences")
struct TNDScanGradientTests {
  struct Case: CustomTestStringConvertible {
    var readsState: Bool
    var tau: Float
    var recurrent = true
    var lastOnly = false
    var testDescription: String {
      "\(readsState ? "state" : "activation") tau \(tau) recurrent \(recurrent) last only \(lastOnly)"
    }
  }

  static let cases: [Case] = [false, true].flatMap { readsState in
    [
      Case(readsState: readsState, tau: 0.8), Case(readsState: readsState, tau: 0.2),
      Case(readsState: readsState, tau: 1), Case(readsState: readsState, tau: 0.8, recurrent: false),
      Case(readsState: readsState, tau: 0.8, lastOnly: true),
      Case(readsState: readsState, tau: 0.2, lastOnly: true),
    ]
  }

  /// 21 steps of 16 lanes: the block of the edges' gradient takes 16, so the last one is a part.
  @Test(arguments: cases, [1, 16, 21])
  func gradient(_ setting: Case, steps: Int) throws {
    let plain = try PlainTND(
      neurons: 12, tau: Double(setting.tau), readsState: setting.readsState,
      recurrent: setting.recurrent, seed: 1)
    let (n, lanes) = (plain.graph.neurons, plain.lanes)
    var generator = SeededGenerator(seed: 2)
    let parameters = generator.floats(plain.parameterCount)
    let structure = TNDStructure(
      graph: plain.graph, inputs: 3, outputs: 2, tau: setting.tau, readsState: setting.readsState)
    let weights = TNDParameters(structure)
    let (input, bias) = (plain.graph.edges, plain.graph.edges + 3)
    parameters.withUnsafeBufferPointer {
      let p = $0.baseAddress!
      weights.load(weights: p, inputWeight: p + input, bias: p + bias, alpha: p + bias + n)
    }
    let scan = TNDScan(
      weights,
      offsets: TNDGradientOffsets(weights: 0, inputWeight: input, bias: bias, alpha: bias + n),
      lanes: lanes, steps: steps, records: true)
    let start = generator.floats(2 * n * lanes)
    scan.state.copy(from: start)
    let e = Tensor(steps: steps, features: 3, lanes: lanes)
    e.copy(from: generator.floats(e.count))
    let targets = randomTargets(
      steps: steps, lanes: lanes, outputs: 2, lastOnly: setting.lastOnly, seed: 3)

    let tape = Tape()
    let output = scan.forward(e, steps: steps, tape: tape)
    let (loss, gradients) = backward(
      output, tape, targets: targets, steps: steps, parameters: parameters.count)
    let inputs = e.array
    func exact(_ p: [Double]) -> Double {
      plainLoss(
        plain.outputs(p, input: inputs, start: start, steps: steps), targets: targets, lanes: lanes)
    }
    #expect(abs(loss - exact(parameters.map { Double($0) })) < 1e-5 * loss)
    #expect(gradientError(gradients, at: parameters, loss: exact) < 2e-5)
  }
}
