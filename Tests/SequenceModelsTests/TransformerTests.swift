import Determinism
import NeuralCore
import SequenceModels
import Storage
import TestSupport
import Testing

@Suite("Transformer against PyTorch")
struct TransformerTests {
  static let names = [
    "transformer", "transformer-blocks", "transformer-norm-first", "transformer-1layer-lanes37",
    "transformer-sliding", "transformer-sliding-norm-first", "transformer-sliding-1layer-lanes37",
  ]

  static func golden(_ name: String) throws -> BaselineGolden {
    let isSliding = name.contains("sliding")
    let golden = try GoldenCase(name) { file in
      let heads = name.contains("sliding-1layer") ? 4 : 2
      let context =
        try isSliding ? Int(file.floats("context")[0]) : file.shape("positions.weight")[0]
      return try TransformerTests.model(
        ("heads", .integer(heads)), ("head_features", .integer(16 / heads)), ("feed_forward", .integer(28)),
        ("layers", .integer(name.contains("1layer") ? 1 : 2)), ("context", .integer(context)),
        ("norm_first", .boolean(name.hasSuffix("norm-first"))),
        ("attention", .string(isSliding ? "sliding" : "block")))
    }
    // A bias of the keys adds the same to all scores of a query: softmax does not see it. Where keys turn by their ages
    // it does, but hardly by pairs that hardly turn: with 8 features a head, 0.001 a step.
    return BaselineGolden(
      golden: golden,
      withoutGradient: { $0.hasSuffix("in_proj_bias") && !name.contains("sliding-1layer") ? 16..<32 : 0..<0 })
  }

  static func model(_ entries: (String, Setting)...) throws -> Transformer {
    var reader = try SettingReader(
      .map(entries.map { Setting.Entry($0.0, $0.1) }), source: "c.yaml", path: "model")
    let model = try Transformer(settings: &reader, inputs: 24, outputs: 3, seed: 0)
    try reader.finish()
    return model
  }

  @Test(arguments: names)
  func forwardAndGradients(_ name: String) throws {
    try TransformerTests.golden(name).checkForwardAndGradients()
  }

  @Test(arguments: names)
  func tenAdamWSteps(_ name: String) throws { try TransformerTests.golden(name).checkTenAdamWSteps() }

  /// In chunks shorter and longer than the context: outputs of the whole sequence at once, and each chunk's own gradients,
  /// for which keys and values of earlier chunks are constants.
  @Test(arguments: ["transformer-sliding-chunks", "transformer-sliding-chunks-norm-first"])
  func chunks(_ name: String) throws {
    let baseline = try TransformerTests.golden(name)
    let golden = baseline.golden
    let weights = golden.model.makeWeights()
    weights.load(try baseline.parameters())
    let chunks = try golden.file.floats("chunks").map { Int($0) }
    let runner = weights.makeRunner(lanes: golden.width, steps: try #require(chunks.max()), records: true)
    let (whole, targets) = (try golden.input(), try golden.targets(lastOnly: false))
    var outputs: [Float] = []
    var first = 0
    for (index, steps) in chunks.enumerated() {
      let input = Tensor(steps: steps, features: 24, lanes: golden.width)
      input.values.update(from: whole.step(first), count: input.count)
      let tape = Tape()
      let output = runner.forward(input, steps: steps, tape: tape)
      outputs += golden.lanesFirst(output, steps: steps, features: 0..<3)
      let own = Array(targets[first * golden.width..<(first + steps) * golden.width])
      let supervised = Float(steps * golden.lanes * 3)
      let sum = SquaredError.evaluate(output, targets: own, steps: steps, scale: 1 / supervised)
      let loss = try golden.file.floats("float64.loss.\(index)")
      #expect(relativeDifference([Float(sum) / supervised], loss) < BaselineGolden.tolerance)
      var gradients = [Float](repeating: 0, count: golden.model.layout.count)
      tape.backward(into: &gradients)
      for entry in golden.model.layout.entries {
        let expected = try golden.file.floats("float64.grad.\(index).\(entry.name)")
        let difference = relativeDifference(Array(gradients[entry.range]), expected)
        #expect(difference < BaselineGolden.tolerance, "gradient of \(entry.name), chunk \(index)")
      }
      first += steps
    }
    #expect(first == golden.steps)
    #expect(
      relativeDifference(outputs, try golden.file.floats("float64.outputs")) < BaselineGolden.tolerance)
  }

  @Test func publishedSize() throws {
    let cost = try TransformerTests.model(("attention", .string("block"))).cost
    #expect(cost.parameters == 6_339_587 && cost.denseParameters == cost.parameters)
    #expect(cost.stateFloats == 1 + 2 * 2 * 40 * 512)
    // Sliding needs no positions, and no place for the step itself.
    let sliding = try TransformerTests.model().cost
    #expect(sliding.parameters == 6_339_587 - 40 * 512)
    #expect(sliding.stateFloats == 1 + 2 * 2 * 39 * 512)
    let matrices = 24 * 512 + 2 * (4 * 512 * 512 + 2 * 512 * 2048) + 3 * 512
    #expect(sliding.multiplyAdds == matrices + 2 * 512 * 4 * 40)
    #expect(cost.multiplyAdds == matrices + 2 * 512 * 41)
    #expect(try TransformerTests.model(("context", .integer(1))).cost.stateFloats == 0)
  }

  @Test func settingsAreWrittenAsTheyAre() throws {
    for (given, written) in [(nil, "sliding"), ("sliding", "sliding"), ("block", "block")] {
      let model = try TransformerTests.model(
        ("context", .integer(9)), ("attention", given.map { .string($0) } ?? .null))
      #expect(model.settings.first { $0.key == "attention" }?.value == .string(written))
      #expect(model.layout.entries.contains { $0.name == "positions.weight" } == (written == "block"))
      var reader = try SettingReader(.map(model.settings), source: "test")
      let again = try Transformer(settings: &reader, inputs: 24, outputs: 3, seed: 0)
      try reader.finish()
      #expect(again.settings == model.settings && again.layout == model.layout)
    }
  }

  @Test(
    arguments: [
      ("context", .integer(0), "model.context: found 0, expected a whole number from 1 to 4096"),
      ("attention", .string("slide"), "model.attention: found \"slide\", expected one of sliding, block"),
      ("attention", .integer(1), "model.attention: found 1, expected one of sliding, block"),
      (
        "head_features", .integer(15),
        "model.head_features: found 15, expected an even number, or attention: block"
      ),
    ] as [(String, Setting, String)])
  func settingsOutOfRangeAreNamed(_ key: String, _ value: Setting, _ text: String) {
    let error = #expect(throws: SettingError.self) { try TransformerTests.model((key, value)) }
    #expect(error?.description == "c.yaml: " + text)
  }

  /// What a game keeps stands in no tensor: a small file may not ask for any amount of memory.
  @Test func cachesAreBounded() throws {
    let sizes: [(String, Setting)] = [
      ("heads", .integer(64)), ("head_features", .integer(64)), ("layers", .integer(16)),
    ]
    func model(_ context: Int) throws -> Transformer {
      try TransformerTests.model(sizes[0], sizes[1], sizes[2], ("context", .integer(context)))
    }
    #expect(try model(32).cost.stateFloats < 4 << 20)
    let error = #expect(throws: SettingError.self) { try model(33) }
    #expect(
      error?.description
        == "c.yaml: model.context: found 33, 4325376 cached keys and values, expected at most 4194304")
  }

  /// Through two layers a step depends on itself and 2 (context - 1) steps before it: on the oldest of those, and to the
  /// last bit on none before.
  @Test(arguments: [2, 5], [false, true])
  func whatAStepDependsOn(_ context: Int, normFirst: Bool) throws {
    let model = try TransformerTests.model(
      ("heads", .integer(2)), ("head_features", .integer(4)), ("feed_forward", .integer(12)),
      ("layers", .integer(2)), ("context", .integer(context)), ("norm_first", .boolean(normFirst)))
    let weights = model.makeWeights()
    weights.load(model.initialParameters(SeededGenerator(seed: 1)))
    let (steps, changed) = (24, 3)
    let input = StepTests.randomBits(steps: steps, lanes: 16, seed: 2)
    func outputs() -> [Float] {
      // Windows of 5 and of 1, from which nothing may leak or be lost.
      let runner = weights.makeRunner(lanes: 16, steps: 5, records: false)
      var (found, first) = ([Float](), 0)
      while first < steps {
        let count = first % 2 == 0 ? min(5, steps - first) : 1
        let window = Tensor(steps: count, features: 24, lanes: 16)
        window.values.update(from: input.step(first), count: window.count)
        let output = runner.forward(window, steps: count, tape: nil)
        found += output.array[..<(count * output.stepCount)]
        first += count
      }
      return found
    }
    let one = outputs()
    for i in 0..<input.stepCount { input.step(changed)[i] = 1 - input.step(changed)[i] }
    let other = outputs()
    #expect(one.allSatisfy { $0.isFinite })
    let reach = 2 * (context - 1)
    for t in 0..<steps {
      let range = t * 3 * 16..<(t + 1) * 3 * 16
      #expect((one[range] != other[range]) == (changed...changed + reach).contains(t), "step \(t)")
    }
  }

  /// Lanes of several runners put together, whose rings stand at different slots: each goes on as it would have.
  @Test func lanesOfSeveralRunnersGoOn() throws {
    let model = try TransformerTests.model(
      ("heads", .integer(2)), ("head_features", .integer(4)), ("feed_forward", .integer(12)),
      ("context", .integer(6)))
    let weights = model.makeWeights()
    weights.load(model.initialParameters(SeededGenerator(seed: 1)))
    let runners = [3, 7, 13].map { steps in
      let runner = weights.makeRunner(lanes: 16, steps: steps, records: false)
      _ = runner.forward(StepTests.randomBits(steps: steps, lanes: 16, seed: 5), steps: steps, tape: nil)
      return runner
    }
    let mixed = weights.makeRunner(lanes: 16, steps: 2, records: false)
    for (index, state) in mixed.states.enumerated() {
      for i in 0..<state.count where i % 16 % 4 < 3 {
        state.values[i] = runners[i % 16 % 4].states[index].values[i]
      }
    }
    let fresh = weights.makeRunner(lanes: 16, steps: 2, records: false)
    for seed: UInt64 in 6..<9 {
      let input = StepTests.randomBits(steps: 2, lanes: 16, seed: seed)
      let expected = (runners + [fresh]).map { $0.forward(input, steps: 2, tape: nil).values }
      let found = mixed.forward(input, steps: 2, tape: nil)
      for i in 0..<found.count { #expect(found.values[i] == expected[i % 16 % 4][i]) }
    }
  }

  /// A block or context that began in an earlier window: the gradient takes the cache as a constant, as central
  /// differences of the second window alone see it.
  @Test(arguments: ["block", "sliding"])
  func gradientOfAWindowWithACache(_ attention: String) throws {
    let model = try TransformerTests.model(
      ("heads", .integer(2)), ("head_features", .integer(4)), ("feed_forward", .integer(12)),
      ("layers", .integer(1)), ("context", .integer(6)), ("attention", .string(attention)))
    var parameters = model.initialParameters(SeededGenerator(seed: 1))
    let weights = model.makeWeights()
    weights.load(parameters)
    let runner = weights.makeRunner(lanes: 16, steps: 4, records: true)
    _ = runner.forward(StepTests.randomBits(steps: 4, lanes: 16, seed: 2), steps: 4, tape: nil)
    let carried = runner.states.map(\.array)
    let window = StepTests.randomBits(steps: 4, lanes: 16, seed: 3)
    func loss(_ tape: Tape?) -> Double {
      for (state, values) in zip(runner.states, carried) { state.copy(from: values) }
      let output = runner.forward(window, steps: 4, tape: tape)
      let targets = (0..<4 * 16).map { UInt8($0 * 7 % 3) }
      return SquaredError.evaluate(output, targets: targets, steps: 4, scale: 1)
    }
    let tape = Tape()
    _ = loss(tape)
    var gradients = [Float](repeating: 0, count: model.layout.count)
    gradients.withUnsafeMutableBufferPointer { tape.backward(into: $0.baseAddress!) }
    for entry in model.layout.entries {
      let index = entry.range.lowerBound + entry.range.count / 2
      let kept = parameters[index]
      func moved(_ step: Float) -> Double {
        parameters[index] = kept + step
        weights.load(parameters)
        return loss(nil)
      }
      let difference = (moved(0x1p-10) - moved(-0x1p-10)) / 0x1p-9
      _ = moved(0)
      #expect(abs(difference - Double(gradients[index])) < 0.02, "\(entry.name)")
    }
  }
}
