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
  /// Nil where each neuron has its own.
  let tau: Double?
  let readsState: Bool
  let isPlastic: Bool

  /// Neurons 0 ..< 3 are inputs, 3 and 4 outputs, the rest hidden.
  init(
    neurons: Int, tau: Double?, readsState: Bool, recurrent: Bool, isPlastic: Bool, seed: UInt64
  ) throws {
    var generator = SeededGenerator(seed: seed)
    self.tau = tau
    self.readsState = readsState
    self.isPlastic = isPlastic
    graph = try SparseGraph(
      sourcesOfTargets: (0..<neurons).map { target -> [UInt32] in
        guard target >= 3 else { return [] }
        let sources =
          target < 5 ? Array(5..<neurons) : recurrent ? [0, 1, 2] + Array(5..<neurons) : [0, 1, 2]
        return sources.filter { $0 != target && generator.bernoulli(0.6) }.map { UInt32($0) }
      })
  }

  /// Where bias, alpha, tau and strengths begin; the rate is the last parameter.
  private var bias: Int { graph.edges + inputs }
  private var alpha: Int { bias + graph.neurons }
  private var ownTau: Int { alpha + graph.neurons }
  private var strengths: Int { ownTau + (tau == nil ? graph.neurons : 0) }
  private var rate: Int { strengths + graph.edges }

  /// A graph of the same roles.
  init(graph: SparseGraph, tau: Double, readsState: Bool, lanes: Int) {
    self.graph = graph
    self.tau = tau
    self.readsState = readsState
    self.lanes = lanes
    isPlastic = false
  }

  var parameterCount: Int { isPlastic ? rate + 1 : strengths }

  /// The same order as the scan knows it.
  var offsets: TNDOffsets {
    TNDOffsets(
      count: parameterCount, weights: 0, inputWeight: graph.edges, bias: bias, alpha: alpha,
      tau: tau == nil ? ownTau : nil,
      plasticity: isPlastic ? .init(strengths: strengths, rate: rate) : nil)
  }

  private func sigmoid(_ x: Double) -> Double { 1 / (1 + exp(-x)) }

  /// Outputs [step][output][lane] from the state `start` (h, then v, lanes innermost) and traces [edge][lane].
  func outputs(
    _ p: [Double], input: [Float], start: [Float], traces: [Float], steps: Int
  ) -> [[[Double]]] {
    let n = graph.neurons
    var trace = traces.map { Double($0) }
    var h = (0..<n).map { i in (0..<lanes).map { Double(start[i * lanes + $0]) } }
    var v = (0..<n).map { i in (0..<lanes).map { Double(start[(n + i) * lanes + $0]) } }
    return (0..<steps).map { t in
      let (oldH, oldV) = (h, v)
      for i in 0..<n {
        for lane in 0..<lanes {
          var z = p[bias + i] + p[alpha + i] * oldH[i][lane]
          for edge in graph.edges(into: i) {
            let strength = isPlastic ? p[strengths + edge] * trace[edge * lanes + lane] : 0
            z += (p[edge] + strength) * oldV[Int(graph.sources[edge])][lane]
          }
          if i < inputs { z += p[graph.edges + i] * Double(input[(t * inputs + i) * lanes + lane]) }
          let leak = tau ?? sigmoid(p[ownTau + i])
          h[i][lane] = (1 - leak) * oldH[i][lane] + leak * tanh(z)
          v[i][lane] = readsState ? tanh(h[i][lane]) : tanh(z)
          guard isPlastic else { continue }
          for edge in graph.edges(into: i) {
            let written = v[i][lane] * oldV[Int(graph.sources[edge])][lane]
            trace[edge * lanes + lane] += sigmoid(p[rate]) * (written - trace[edge * lanes + lane])
          }
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
    /// Nil for trained.
    var tau: Float?
    var recurrent = true
    var lastOnly = false
    var isPlastic = false
    var testDescription: String {
      "\(readsState ? "state" : "activation") tau \(tau.map { "\($0)" } ?? "trained") recurrent \(recurrent) "
        + "last only \(lastOnly) plastic \(isPlastic)"
    }
  }

  static let cases: [Case] = [false, true].flatMap { readsState in
    [
      Case(readsState: readsState, tau: 0.8), Case(readsState: readsState, tau: 0.2),
      Case(readsState: readsState, tau: 1), Case(readsState: readsState, tau: 0.8, recurrent: false),
      Case(readsState: readsState, tau: 0.8, lastOnly: true),
      Case(readsState: readsState, tau: 0.2, lastOnly: true),
      Case(readsState: readsState, tau: nil), Case(readsState: readsState, tau: nil, lastOnly: true),
      Case(readsState: readsState, tau: 0.8, isPlastic: true),
      Case(readsState: readsState, tau: 0.8, lastOnly: true, isPlastic: true),
      Case(readsState: readsState, tau: nil, recurrent: false, isPlastic: true),
    ]
  }

  /// 21 steps of 16 lanes: the block of the edges' gradient takes 8, as many as lie between the stored traces of
  /// plastic edges, so the last one is a part.
  @Test(arguments: cases, [1, 16, 21])
  func gradient(_ setting: Case, steps: Int) throws {
    let plain = try PlainTND(
      neurons: 12, tau: setting.tau.map { Double($0) }, readsState: setting.readsState,
      recurrent: setting.recurrent, isPlastic: setting.isPlastic, seed: 1)
    let (n, lanes) = (plain.graph.neurons, plain.lanes)
    var generator = SeededGenerator(seed: 2)
    let parameters = generator.floats(plain.parameterCount)
    let structure = TNDStructure(
      graph: plain.graph, inputs: 3, outputs: 2, tau: setting.tau ?? 0, readsState: setting.readsState)
    let weights = TNDParameters(structure, plain.offsets)
    weights.load(parameters)
    let scan = TNDScan(weights, lanes: lanes, steps: steps, records: true)
    let start = generator.floats(2 * n * lanes)
    scan.state.copy(from: start)
    #expect(scan.states.count == (setting.isPlastic ? 2 : 1))
    let traces = generator.floats(setting.isPlastic ? plain.graph.edges * lanes : 0)
    scan.states.dropFirst().forEach { $0.copy(from: traces) }
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
        plain.outputs(p, input: inputs, start: start, traces: traces, steps: steps), targets: targets,
        lanes: lanes)
    }
    #expect(abs(loss - exact(parameters.map { Double($0) })) < 1e-5 * loss)
    #expect(gradientError(gradients, at: parameters, loss: exact) < 2e-5)
  }
}
