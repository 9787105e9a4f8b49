import Determinism
import NeuralCore
import SequenceModels
import Storage
import TestSupport
import Testing

@Suite("Every model: one step at a time equals a window")
struct StepTests {
  @Test func modelsAreOfEveryKind() {
    let types = StepTests.settings.compactMap { setting -> String? in
      if case .string(let type) = setting.value(at: "type") { type } else { nil }
    }
    #expect(Set(types) == Set(ModelRegistry.all.map { $0.type }))
  }

  /// Small models of every kind.
  static let settings: [Setting] = [
    .map([.init("type", .string("tnd")), .init("neurons", .integer(90))]),
    .map([
      .init("type", .string("tnd")), .init("neurons", .integer(90)), .init("readout", .string("state")),
      .init("tau", .number(0.2)),
    ]),
    .map([
      .init("type", .string("tnd")), .init("neurons", .integer(90)), .init("state", .boolean(false)),
      .init("recurrent", .boolean(false)),
    ]),
    .map([
      .init("type", .string("tnd")), .init("neurons", .integer(90)), .init("tau", .string("trained")),
      .init("plasticity", .map([.init("rate", .number(0.3))])),
    ]),
    .map([
      .init("type", .string("tnd")), .init("neurons", .integer(90)), .init("readout", .string("state")),
      .init("density", .number(0.05)), .init("plasticity", .map([])),
    ]),
    .map([.init("type", .string("rnn")), .init("hidden", .integer(37)), .init("layers", .integer(2))]),
    .map([.init("type", .string("sparse_rnn")), .init("hidden", .integer(90))]),
    .map([.init("type", .string("lstm")), .init("hidden", .integer(37)), .init("layers", .integer(2))]),
    .map([.init("type", .string("cfc")), .init("hidden", .integer(37))]),
    .map([
      .init("type", .string("cfc")), .init("hidden", .integer(37)), .init("mode", .string("pure")),
      .init("backbone_layers", .integer(2)), .init("backbone_units", .integer(21)),
    ]),
    // A context of 7 steps: windows begin with some of it, all of it, and go beyond; one of 1, and one never filled.
    .map([
      .init("type", .string("transformer")), .init("heads", .integer(2)),
      .init("head_features", .integer(18)),
      .init("feed_forward", .integer(40)), .init("context", .integer(7)),
    ]),
    .map([
      .init("type", .string("transformer")), .init("heads", .integer(2)), .init("head_features", .integer(6)),
      .init("feed_forward", .integer(10)), .init("layers", .integer(1)), .init("context", .integer(1)),
    ]),
    .map([
      .init("type", .string("transformer")), .init("heads", .integer(1)),
      .init("head_features", .integer(20)),
      .init("feed_forward", .integer(10)), .init("context", .integer(60)),
      .init("norm_first", .boolean(true)),
    ]),
    // A block of 7 steps: windows and carried states begin within one.
    .map([
      .init("type", .string("transformer")), .init("heads", .integer(2)),
      .init("head_features", .integer(19)), .init("attention", .string("block")),
      .init("feed_forward", .integer(40)), .init("context", .integer(7)),
    ]),
    .map([
      .init("type", .string("s4d")), .init("hidden", .integer(21)), .init("state_pairs", .integer(7)),
      .init("layers", .integer(2)),
    ]),
  ]

  static func weights(_ setting: Setting, seed: UInt64 = 1) throws -> any ModelWeights {
    let model = try ModelRegistry.read(setting, source: "test", inputs: 24, outputs: 3, seed: seed)
    let weights = model.makeWeights()
    weights.load(parameters(model, seed: seed))
    return weights
  }

  /// Initial parameters but for strengths of plastic edges, which are zero at first and would hide what traces do.
  static func parameters(_ model: any SequenceModel, seed: UInt64 = 1) -> [Float] {
    var parameters = model.initialParameters(SeededGenerator(seed: seed))
    var generator = SeededGenerator(seed: seed).split("strengths")
    for entry in model.layout.entries where entry.name == "plasticity" {
      for index in entry.range { parameters[index] = generator.uniformFloat() - 0.5 }
    }
    return parameters
  }

  static func randomBits(steps: Int, lanes: Int, seed: UInt64) -> Tensor {
    var generator = SeededGenerator(seed: seed)
    let input = Tensor(steps: steps, features: 24, lanes: lanes)
    for i in 0..<input.count { input.values[i] = generator.bernoulli(0.5) ? 1 : 0 }
    return input
  }

  @Test(arguments: settings)
  func stepsEqualTheWindow(_ setting: Setting) throws {
    let weights = try StepTests.weights(setting)
    let steps = 50
    let input = StepTests.randomBits(steps: steps, lanes: 16, seed: 3)
    let window = weights.makeRunner(lanes: 16, steps: steps, records: true)
    let whole = window.forward(input, steps: steps, tape: nil).array

    // The same width: the very same numbers, step by step.
    let player = weights.makeRunner(lanes: 16, steps: 1, records: false)
    let one = Tensor(steps: 1, features: 24, lanes: 16)
    var stepwise: [Float] = []
    for t in 0..<steps {
      one.values.update(from: input.step(t), count: one.count)
      stepwise += player.forward(one, steps: 1, tape: nil).array
    }
    #expect(stepwise == whole)

    // A lane alone: sums are taken in another order, so equal to rounding.
    let single = weights.makeRunner(lanes: 1, steps: 1, records: false)
    let bits = Tensor(steps: 1, features: 24, lanes: 1)
    for lane in [0, 7, 15] {
      single.resetState()
      var found: [Float] = []
      var expected: [Float] = []
      for t in 0..<steps {
        for bit in 0..<24 { bits.values[bit] = input.step(t)[bit * 16 + lane] }
        found += single.forward(bits, steps: 1, tape: nil).array
        expected += (0..<3).map { whole[(t * 3 + $0) * 16 + lane] }
      }
      #expect(relativeDifference(found, expected) < 2e-5)
    }
  }

  @Test(arguments: settings)
  func aLaneDoesNotDependOnTheWidth(_ setting: Setting) throws {
    let weights = try StepTests.weights(setting)
    let steps = 20
    let narrow = StepTests.randomBits(steps: steps, lanes: 16, seed: 4)
    let expected = weights.makeRunner(lanes: 16, steps: steps, records: true)
      .forward(narrow, steps: steps, tape: nil)
    for lanes in [32, 64] {
      let wide = StepTests.randomBits(steps: steps, lanes: lanes, seed: 5)
      for row in 0..<steps * 24 {
        (wide.values + row * lanes + lanes - 16).update(from: narrow.values + row * 16, count: 16)
      }
      let found = weights.makeRunner(lanes: lanes, steps: steps, records: true)
        .forward(wide, steps: steps, tape: nil)
      for row in 0..<steps * 3 {
        for lane in 0..<16 {
          #expect(
            found.values[row * lanes + lanes - 16 + lane] == expected.values[row * 16 + lane])
        }
      }
    }
  }

  @Test(arguments: settings)
  func carriedStateContinuesTheSequence(_ setting: Setting) throws {
    let weights = try StepTests.weights(setting)
    let input = StepTests.randomBits(steps: 30, lanes: 16, seed: 6)
    let whole = weights.makeRunner(lanes: 16, steps: 30, records: true)
      .forward(input, steps: 30, tape: nil).array
    let parts = weights.makeRunner(lanes: 16, steps: 17, records: true)
    let first = parts.forward(input, steps: 17, tape: nil).array
    let rest = Tensor(steps: 17, features: 24, lanes: 16)
    rest.values.update(from: input.step(17), count: 13 * rest.stepCount)
    let second = parts.forward(rest, steps: 13, tape: nil).array
    #expect(Array(first + second[..<(13 * 3 * 16)]) == whole)

    parts.resetState()
    #expect(parts.forward(input, steps: 17, tape: nil).array == first)
  }

  @Test(arguments: settings)
  func resettingALaneLeavesTheOthers(_ setting: Setting) throws {
    let weights = try StepTests.weights(setting)
    let runner = weights.makeRunner(lanes: 16, steps: 8, records: false)
    let input = StepTests.randomBits(steps: 8, lanes: 16, seed: 7)
    let fresh = runner.forward(input, steps: 8, tape: nil).array
    let again = weights.makeRunner(lanes: 16, steps: 8, records: false)
    _ = again.forward(input, steps: 8, tape: nil)
    let continued = runner.forward(input, steps: 8, tape: nil).array
    again.resetState(lane: 5)
    let found = again.forward(input, steps: 8, tape: nil).array
    #expect((fresh != continued) == !runner.states.isEmpty)
    for index in found.indices {
      #expect(found[index] == (index % 16 == 5 ? fresh : continued)[index])
    }
  }
}
