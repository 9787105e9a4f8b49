import Determinism
import Foundation
import NeuralCore
import Testing

/// A recurrent layer and a linear readout in double precision, written from PyTorch's equations. The flat
/// buffer: W_ih [H, I], W_hh [H, H], b_ih, b_hh, W_out [O, H], b_out.
struct PlainRNN {
  let inputs = 3
  let hidden = 5
  let outputs = 2
  let lanes = 16

  var weightHH: Int { hidden * inputs }
  var biasIH: Int { weightHH + hidden * hidden }
  var biasHH: Int { biasIH + hidden }
  var weightOut: Int { biasHH + hidden }
  var biasOut: Int { weightOut + outputs * hidden }
  var parameterCount: Int { biasOut + outputs }

  func outputs(_ p: [Double], input: [Float], start: [Float], steps: Int) -> [[[Double]]] {
    var h = (0..<hidden).map { i in (0..<lanes).map { Double(start[i * lanes + $0]) } }
    return (0..<steps).map { t in
      let old = h
      for i in 0..<hidden {
        for lane in 0..<lanes {
          var z = p[biasIH + i] + p[biasHH + i]
          for j in 0..<inputs { z += p[i * inputs + j] * Double(input[(t * inputs + j) * lanes + lane]) }
          for j in 0..<hidden { z += p[weightHH + i * hidden + j] * old[j][lane] }
          h[i][lane] = tanh(z)
        }
      }
      return (0..<outputs).map { k in
        (0..<lanes).map { lane in
          (0..<hidden).reduce(p[biasOut + k]) { $0 + p[weightOut + k * hidden + $1] * h[$1][lane] }
        }
      }
    }
  }
}

@Suite("RNNScan and Linear against central differences")
struct DenseGradientTests {
  @Test(arguments: [1, 2, 7], [false, true])
  func gradient(steps: Int, lastOnly: Bool) throws {
    let plain = PlainRNN()
    let lanes = plain.lanes
    var generator = SeededGenerator(seed: 4)
    let flat = Tensor(steps: 1, features: plain.parameterCount, lanes: 1)
    flat.copy(from: generator.floats(flat.count))
    let scan = RNNScan(
      flat,
      offsets: LayerOffsets(
        inputWeight: 0, hiddenWeight: plain.weightHH, inputBias: plain.biasIH, hiddenBias: plain.biasHH),
      inputs: 3, hidden: 5, lanes: lanes, steps: 8, records: true)
    var layout = ParameterLayout()
    layout.add("scan", [plain.weightOut])
    layout.addLinear("readout", outputs: 2, inputs: 5)
    #expect(layout.offset("readout.bias") == plain.biasOut)
    let readout = Linear("readout", of: layout, flat, lanes: lanes, steps: 8, records: true)
    let start = generator.floats(5 * lanes)
    scan.state.copy(from: start)
    let x = Tensor(steps: 8, features: 3, lanes: lanes, gradients: true)
    x.copy(from: generator.floats(x.count))
    let targets = randomTargets(steps: steps, lanes: lanes, outputs: 2, lastOnly: lastOnly, seed: 5)

    let tape = Tape()
    let output = readout.forward(scan.forward(x, steps: steps, tape: tape), steps: steps, tape: tape)
    let (loss, gradients) = backward(output, tape, targets: targets, steps: steps, parameters: flat.count)
    let inputs = x.array
    func exact(_ p: [Double], _ input: [Float]) -> Double {
      plainLoss(plain.outputs(p, input: input, start: start, steps: steps), targets: targets, lanes: lanes)
    }
    let point = flat.array.map { Double($0) }
    #expect(abs(loss - exact(point, inputs)) < 1e-5 * loss)
    #expect(gradientError(gradients, at: flat.array) { exact($0, inputs) } < 2e-5)

    // The gradient of the input too, which the layer below takes.
    let count = steps * 3 * lanes
    let dx = Array(UnsafeBufferPointer(start: x.gradients, count: count))
    for index in [0, 1, lanes, count / 2, count - 1] {
      var moved = inputs
      moved[index] += 0.015625
      let above = exact(point, moved)
      moved[index] -= 0.03125
      let derivative = (above - exact(point, moved)) / 0.03125
      #expect(abs(Double(dx[index]) - derivative) < 1e-4 * Double(dx.map(abs).max() ?? 0) + 1e-6)
    }
  }
}
