import Determinism
import NeuralCore
import SequenceModels
import Storage
import TestSupport
import Testing

@Suite("Every model: the hidden vector")
struct HiddenTests {
  /// The values of one lane.
  static func lane(_ lane: Int, of runner: any SequenceRunner, lanes: Int) -> [Float] {
    (0..<runner.hidden.count / lanes).map { runner.hidden[$0 * lanes + lane] }
  }

  /// What the outputs would be, read from a hidden vector by the formula: the last linear layer, or for TND the
  /// output neurons' own values.
  static func outputs(_ model: any SequenceModel, _ parameters: [Float], _ hidden: [Float]) throws -> [Float]
  {
    if model is TND { return Array(hidden[24..<27]) }
    let name = model is CfC ? "fc" : "readout"
    let weight = model.layout["\(name).weight"]
    let bias = model.layout["\(name).bias"]
    try #require(weight.shape == [3, hidden.count])
    return (0..<3).map { output in
      var sum = Double(parameters[bias.range.lowerBound + output])
      for (i, value) in hidden.enumerated() {
        sum += Double(value) * Double(parameters[weight.range.lowerBound + output * hidden.count + i])
      }
      return Float(sum)
    }
  }

  @Test(arguments: StepTests.settings)
  func theOutputsAreReadFromIt(_ setting: Setting) throws {
    let model = try ModelRegistry.read(setting, source: "test", inputs: 24, outputs: 3, seed: 1)
    let parameters = model.initialParameters(SeededGenerator(seed: 1))
    let weights = model.makeWeights()
    weights.load(parameters)
    for (lanes, steps) in [(1, 1), (16, 1), (16, 9)] {
      let runner = weights.makeRunner(lanes: lanes, steps: steps, records: steps > 1)
      let input = StepTests.randomBits(steps: 4 * steps, lanes: lanes, seed: 8)
      let window = Tensor(steps: steps, features: 24, lanes: lanes)
      var earlier: [Float] = []
      // Several windows, the last a shorter one: the hidden vector is that of the last step run.
      for (index, count) in [steps, steps, (steps + 1) / 2].enumerated() {
        window.values.update(from: input.step(index * steps), count: window.count)
        let output = runner.forward(window, steps: count, tape: nil)
        for lane in [0, lanes - 1] {
          let hidden = HiddenTests.lane(lane, of: runner, lanes: lanes)
          let found = (0..<3).map { output.step(count - 1)[$0 * lanes + lane] }
          let expected = try HiddenTests.outputs(model, parameters, hidden)
          #expect(relativeDifference(found, expected) < 1e-5)
        }
        #expect(Array(runner.hidden) != earlier)
        earlier = Array(runner.hidden)
      }
    }
  }

  /// Kernels of one lane and of many sum in another order, so the vectors are equal to rounding.
  @Test(arguments: StepTests.settings)
  func aLaneAloneHasTheSame(_ setting: Setting) throws {
    let weights = try StepTests.weights(setting)
    let wide = weights.makeRunner(lanes: 16, steps: 1, records: false)
    let single = weights.makeRunner(lanes: 1, steps: 1, records: false)
    let input = StepTests.randomBits(steps: 12, lanes: 16, seed: 9)
    let one = Tensor(steps: 1, features: 24, lanes: 16)
    let bits = Tensor(steps: 1, features: 24, lanes: 1)
    for t in 0..<12 {
      one.values.update(from: input.step(t), count: one.count)
      for bit in 0..<24 { bits.values[bit] = one.values[bit * 16 + 5] }
      _ = wide.forward(one, steps: 1, tape: nil)
      _ = single.forward(bits, steps: 1, tape: nil)
      let expected = HiddenTests.lane(5, of: wide, lanes: 16)
      #expect(relativeDifference(Array(single.hidden), expected) < 2e-5)
    }
  }
}
