import Foundation
import NeuralCore
import SequenceModels
import Storage
import TestSupport
import Testing

@Suite("TND against PyTorch")
struct TNDGoldenTests {
  static let names =
    ["activation", "state"].flatMap { readout in
      ["tau08", "tau02", "tau08-lanes37", "no-rec", "no-state", "tau-trained", "plastic"].map {
        "tnd-\(readout)-\($0)"
      }
    } + ["tnd-activation-plastic-lanes37"]
  /// The published tolerance of every golden.
  static let tolerance: Float = 1e-5

  static func golden(_ name: String) throws -> GoldenCase {
    try GoldenCase(name) { file in
      let mask = try file.floats("adj_mask")
      let n = try file.shape("bias")[0]
      let rows = (0..<n).map { target in
        (0..<n).filter { mask[target * n + $0] != 0 }.map { UInt32($0) }
      }
      let graph = try SparseGraph(sourcesOfTargets: rows)
      let tau = try file.floats("tau")
      let setting = Setting.map([
        .init("neurons", .integer(n)),
        .init("tau", tau.count == 1 ? .number(Double(tau[0])) : .string("trained")),
        .init("plasticity", file["plasticity"] == nil ? .null : .map([])),
        .init("readout", .string(name.hasPrefix("tnd-state") ? "state" : "activation")),
        .init("state", .boolean(!name.hasSuffix("no-state"))),
        .init("recurrent", .boolean(!name.hasSuffix("no-rec"))),
      ])
      var reader = try SettingReader(setting, source: name)
      return try TND.restore(
        settings: &reader, inputs: 24, outputs: 3, structure: graph.structure)
    }
  }

  /// Dense [n, n] values on the edges, in the graph's order.
  static func edges(_ dense: some Collection<Float>, _ model: any SequenceModel) -> [Float] {
    guard let graph = (model as? TND)?.graph else { return [] }
    let dense = Array(dense)
    return (0..<graph.neurons).flatMap { target in
      graph.edges(into: target).map { dense[target * graph.neurons + Int(graph.sources[$0])] }
    }
  }

  /// A parameter of the case, or what became of it, as the model has it: [n, n] values are those of the edges.
  static func values(_ name: String, of entry: String, _ golden: GoldenCase) throws -> [Float] {
    let values = try golden.file.floats(name)
    return isOnEdges(entry) ? edges(values, golden.model) : values
  }

  /// Whether a parameter has a value an edge.
  static func isOnEdges(_ name: String) -> Bool { name == "weights" || name == "plasticity" }

  static func parameters(_ golden: GoldenCase) throws -> [Float] {
    try golden.model.layout.entries.flatMap { try values($0.name, of: $0.name, golden) }
  }

  /// A runner of the case with its initial state set.
  static func runner(_ golden: GoldenCase, _ parameters: [Float]) throws -> any SequenceRunner {
    let weights = golden.model.makeWeights()
    weights.load(parameters)
    let runner = weights.makeRunner(lanes: golden.width, steps: golden.steps, records: true)
    try start(runner, golden)
    return runner
  }

  static func start(_ runner: any SequenceRunner, _ golden: GoldenCase) throws {
    let n = try golden.file.shape("bias")[0]
    golden.set(runner.states[0], try golden.file.floats("h0"), features: n)
    golden.set(runner.states[0], try golden.file.floats("v0"), features: n, first: n)
    if runner.states.count > 1 {
      golden.set(
        runner.states[1], try traces("traces0", golden), features: runner.states[1].features)
    }
  }

  /// [L, n, n] traces on the edges, [L, edges].
  static func traces(_ name: String, _ golden: GoldenCase) throws -> [Float] {
    let all = try golden.file.floats(name)
    let size = all.count / golden.lanes
    return (0..<golden.lanes).flatMap { edges(all[$0 * size..<($0 + 1) * size], golden.model) }
  }

  @Test(arguments: names)
  func forward(_ name: String) throws {
    let golden = try TNDGoldenTests.golden(name)
    let n = try golden.file.shape("bias")[0]
    let runner = try TNDGoldenTests.runner(golden, TNDGoldenTests.parameters(golden))
    let output = runner.forward(try golden.input(), steps: golden.steps, tape: nil)
    let outputs = golden.lanesFirst(output, steps: golden.steps, features: 0..<3)
    #expect(
      relativeDifference(outputs, try golden.file.floats("float64.outputs")) < TNDGoldenTests.tolerance)
    let h = golden.lanesFirst(runner.states[0], steps: 1, features: 0..<n)
    #expect(relativeDifference(h, try golden.file.floats("float64.h")) < TNDGoldenTests.tolerance)
    let v = golden.lanesFirst(runner.states[0], steps: 1, features: n..<2 * n)
    #expect(relativeDifference(v, try golden.file.floats("float64.v")) < TNDGoldenTests.tolerance)
    #expect((runner.states.count == 2) == name.contains("plastic"))
    for state in runner.states.dropFirst() {
      let traces = golden.lanesFirst(state, steps: 1, features: 0..<state.features)
      let expected = try TNDGoldenTests.traces("float64.traces", golden)
      #expect(relativeDifference(traces, expected) < TNDGoldenTests.tolerance)
    }
  }

  @Test(arguments: names, [false, true])
  func gradients(_ name: String, lastOnly: Bool) throws {
    let golden = try TNDGoldenTests.golden(name)
    let runner = try TNDGoldenTests.runner(golden, TNDGoldenTests.parameters(golden))
    let (loss, gradients) = try lossAndGradients(golden, runner, lastOnly: lastOnly)
    let which = lastOnly ? "last" : "every"
    let expected = try golden.file.floats("float64.loss.\(which)")
    #expect(relativeDifference([loss], expected) < TNDGoldenTests.tolerance)
    for entry in golden.model.layout.entries where entry.isTrained {
      let values = try TNDGoldenTests.values(
        "float64.grad.\(which).\(entry.name)", of: entry.name, golden)
      #expect(
        relativeDifference(Array(gradients[entry.range]), values) < TNDGoldenTests.tolerance,
        "gradient of \(entry.name)")
    }
  }

  @Test(arguments: names)
  func tenAdamWSteps(_ name: String) throws {
    let golden = try TNDGoldenTests.golden(name)
    var parameters = try TNDGoldenTests.parameters(golden)
    let weights = golden.model.makeWeights()
    let runner = weights.makeRunner(lanes: golden.width, steps: golden.steps, records: true)
    let optimizer = AdamW(golden.model.layout, settings: AdamW.Settings())
    let losses = try golden.file.floats("float64.adamw.loss")
    let norms = try golden.file.floats("float64.adamw.norm")
    for step in 0..<10 {
      weights.load(parameters)
      try TNDGoldenTests.start(runner, golden)
      let (loss, gradients) = try lossAndGradients(golden, runner, lastOnly: false)
      #expect(relativeDifference([loss], [losses[step]]) < TNDGoldenTests.tolerance)
      let norm = optimizer.update(&parameters, gradients: gradients, rate: 1e-3)
      #expect(relativeDifference([norm], [norms[step]]) < TNDGoldenTests.tolerance)
      for entry in golden.model.layout.entries where entry.isTrained {
        let all = try golden.file.floats("float64.adamw.\(entry.name)")
        let size = all.count / 10
        var values = Array(all[step * size..<(step + 1) * size])
        if TNDGoldenTests.isOnEdges(entry.name) { values = TNDGoldenTests.edges(values, golden.model) }
        #expect(
          relativeDifference(Array(parameters[entry.range]), values) < TNDGoldenTests.tolerance,
          "\(entry.name) after step \(step + 1)")
      }
    }
  }
}

/// Mean squared error of a case and its gradients in the order of the layout.
func lossAndGradients(
  _ golden: GoldenCase, _ runner: any SequenceRunner, lastOnly: Bool
) throws -> (loss: Float, gradients: [Float]) {
  let tape = Tape()
  let input = try golden.input()
  let output = runner.forward(input, steps: golden.steps, tape: tape)
  let targets = try golden.targets(lastOnly: lastOnly)
  let supervised = Float((lastOnly ? 1 : golden.steps) * golden.lanes * 3)
  let sum = SquaredError.evaluate(output, targets: targets, steps: golden.steps, scale: 1 / supervised)
  var gradients = [Float](repeating: 0, count: golden.model.layout.count)
  gradients.withUnsafeMutableBufferPointer { tape.backward(into: $0.baseAddress!) }
  return (Float(sum) / supervised, gradients)
}
