import Determinism
import NeuralCore
import SequenceModels
import Storage
import TestSupport
import Testing

@Suite("Every model: the graph of a step equals the step")
struct StepGraphTests {
  /// Those of StepTests and what they leave out: other modes, norms first, few edges (gathered, not dense).
  static let settings: [Setting] =
    StepTests.settings + [
      .map([.init("type", .string("tnd")), .init("neurons", .integer(90)), .init("density", .number(0.02))]),
      .map([
        .init("type", .string("sparse_rnn")), .init("hidden", .integer(90)), .init("density", .number(0.02)),
      ]),
      .map([
        .init("type", .string("cfc")), .init("hidden", .integer(20)), .init("mode", .string("no_gate")),
        .init("backbone_layers", .integer(1)), .init("backbone_units", .integer(11)),
      ]),
      .map([.init("type", .string("cfc")), .init("hidden", .integer(20)), .init("mode", .string("pure"))]),
      .map([
        .init("type", .string("transformer")), .init("heads", .integer(3)),
        .init("head_features", .integer(5)), .init("feed_forward", .integer(20)),
        .init("context", .integer(4)), .init("attention", .string("block")),
        .init("norm_first", .boolean(true)),
      ]),
    ]

  static func graph(_ setting: Setting) throws -> (model: any SequenceModel, graph: StepGraph) {
    let model = try ModelRegistry.read(setting, source: "test", inputs: 24, outputs: 3, seed: 1)
    return (model, model.stepGraph(parameters: StepTests.parameters(model), inputs: 24))
  }

  @Test("Two games at once, 30 steps from the zero state", arguments: settings)
  func equalsTheStep(_ setting: Setting) throws {
    let (steps, batch) = (30, 2)
    let (_, graph) = try StepGraphTests.graph(setting)
    let weights = try StepTests.weights(setting)
    let input = StepTests.randomBits(steps: steps, lanes: 16, seed: 9)
    let expected = weights.makeRunner(lanes: 16, steps: steps, records: true)
      .forward(input, steps: steps, tape: nil)

    var states: [String: GraphEvaluator.Array] = [:]
    for state in graph.inputs.dropFirst() {
      states[state.name] = .init([batch] + state.shape) { _ in 0 }
    }
    var found: [Float] = []
    var wanted: [Float] = []
    for t in 0..<steps {
      let observation = GraphEvaluator.Array([batch, 24]) { Double(input.step(t)[$0[1] * 16 + $0[0]]) }
      let results = GraphEvaluator.run(graph, states.merging(["observation": observation]) { $1 })
      let outputs = try #require(results["outputs"])
      #expect(outputs.shape == [batch, 3])
      found += outputs.values.map { Float($0) }
      for lane in 0..<batch { wanted += (0..<3).map { expected.step(t)[$0 * 16 + lane] } }
      for name in states.keys { states[name] = results["\(name)_next"] }
    }
    #expect(relativeDifference(found, wanted) < 1e-5)
  }

  @Test("Names are unique, states come back as they went in, and their floats are those of the model's cost")
  func form() throws {
    for setting in StepGraphTests.settings {
      let (model, graph) = try StepGraphTests.graph(setting)
      let made = graph.inputs.map(\.name) + graph.constants.map(\.name) + graph.nodes.map(\.output)
      #expect(Set(made).count == made.count)
      var known = Set(graph.inputs.map(\.name) + graph.constants.map(\.name))
      for node in graph.nodes {
        #expect(known.isSuperset(of: node.inputs))
        known.insert(node.output)
      }
      #expect(graph.inputs.first?.name == "observation" && graph.outputs.first?.name == "outputs")
      let states = graph.inputs.dropFirst()
      #expect(graph.outputs.dropFirst().map(\.name) == states.map { "\($0.name)_next" })
      #expect(graph.outputs.dropFirst().map(\.shape) == states.map(\.shape))
      #expect(states.reduce(0) { $0 + $1.shape.reduce(1, *) } == model.cost.stateFloats)
      // Nothing is carried along that no node reads.
      let read = Set(graph.nodes.flatMap(\.inputs))
      #expect(read.isSuperset(of: graph.constants.map(\.name)))
      #expect(read.isSuperset(of: graph.inputs.map(\.name)))
    }
  }

  @Test("A sparse product is the smaller of its two forms")
  func sparseForms() throws {
    func constants(_ density: Double) throws -> Set<String> {
      let setting = Setting.map([
        .init("type", .string("tnd")), .init("neurons", .integer(400)), .init("density", .number(density)),
      ])
      return Set(try StepGraphTests.graph(setting).graph.constants.map(\.name))
    }
    #expect(try constants(0.4).contains("weights.dense"))
    #expect(try constants(0.02).isSuperset(of: ["weights.rows", "weights.sources"]))
    // 20,000 neurons would take 1.6 GB densely.
    let large = Setting.map([
      .init("type", .string("tnd")), .init("neurons", .integer(20_000)), .init("density", .number(0.0002)),
    ])
    #expect(try StepGraphTests.graph(large).graph.constantBytes < 10_000_000)
  }
}
