import Determinism
import Foundation
import NeuralCore
import Storage

/// Diagonal state space layers (S4D, Gu et al. 2022, arXiv 2206.11893) between a linear encoder and a linear
/// readout. A layer: x = norm(x + GLU(output_linear(GELU(S4D(x))))); see `S4DKernel` for the recurrence.
public struct S4D: SequenceModel {
  public static let type = "s4d"

  /// Channels, H.
  public let hidden: Int
  /// State size N; N/2 conjugate pairs are kept.
  public let state: Int
  /// Layers.
  public let layers: Int
  /// The range that the channels' steps dt are drawn from. A state forgets within some 2 / dt steps, at first 2 to
  /// 20. The S4 authors' 0.001 to 0.1 are for sequences of thousands of steps: here memories would outlast the streams
  /// that are trained on, and play would lead where no training was.
  public let steps: ClosedRange<Double>
  public let layout: ParameterLayout

  private let inputs: Int
  private let outputs: Int
  private var pairs: Int { state / 2 }

  public init(
    settings: inout SettingReader, inputs: Int, outputs: Int, seed: UInt64
  ) throws(SettingError) {
    hidden = try settings.integer("hidden", in: 1...16384, default: 256)
    let pairs = try settings.integer("state_pairs", in: 1...1024, default: 32)
    state = 2 * pairs
    layers = try settings.integer("layers", in: 1...64, default: 4)
    let shortest = try settings.number("dt_min", in: 1e-6...10, default: 0.1)
    steps = shortest...(try settings.number("dt_max", in: shortest...10, default: max(shortest, 1)))
    self.inputs = inputs
    self.outputs = outputs
    var layout = ParameterLayout()
    layout.addLinear("encoder", outputs: hidden, inputs: inputs)
    for layer in 0..<layers {
      // Time constants are slow and are not drawn to zero (the S4 authors' settings).
      func slow(_ name: String, _ shape: [Int]) {
        layout.add("layers.\(layer).\(name)", shape, decays: false, maximumRate: 1e-3)
      }
      slow("log_dt", [hidden])
      slow("log_A_real", [hidden, pairs])
      slow("A_imag", [hidden, pairs])
      layout.add("layers.\(layer).C", [hidden, pairs, 2])
      layout.add("layers.\(layer).D", [hidden])
      layout.addLinear("layers.\(layer).output_linear", outputs: 2 * hidden, inputs: hidden)
      layout.add("layers.\(layer).norm.weight", [hidden])
      layout.add("layers.\(layer).norm.bias", [hidden])
    }
    layout.addLinear("readout", outputs: outputs, inputs: hidden)
    self.layout = layout
  }

  public var units: Int { layers * hidden }

  public func unit(ofHidden index: Int) -> Int? { nil }

  public var synapses: [Synapses] {
    [.matrix(layout["encoder.weight"], firstUnit: nil)]
      + (0..<layers).map {
        .matrix(layout["layers.\($0).output_linear.weight"], firstUnit: $0 * hidden)
      } + [.matrix(layout["readout.weight"], firstUnit: nil)]
  }

  public var settings: [Setting.Entry] {
    [
      .init("hidden", .integer(hidden)), .init("state_pairs", .integer(pairs)),
      .init("layers", .integer(layers)), .init("dt_min", .number(steps.lowerBound)),
      .init("dt_max", .number(steps.upperBound)),
    ]
  }

  /// log dt uniform between log dt_min and log dt_max, A = -1/2 + i pi n, C complex normal with variance 1, D
  /// normal, as the S4 authors; linear layers uniform within 1 / sqrt(inputs of the layer), norms 1 and 0.
  /// The logarithms are Foundation's: here only, at the start.
  public func initialParameters(_ generator: SeededGenerator) -> [Float] {
    var generator = generator.split("weights")
    var columns = 1
    return layout.entries.flatMap { entry -> [Float] in
      let count = entry.range.count
      switch entry.name.split(separator: ".").last {
      case "log_dt":
        let (low, high) = (Foundation.log(steps.lowerBound), Foundation.log(steps.upperBound))
        return (0..<count).map { _ in Float(low + generator.uniformDouble() * (high - low)) }
      case "log_A_real": return [Float](repeating: Float(Foundation.log(0.5)), count: count)
      case "A_imag": return (0..<count).map { Float(Double.pi * Double($0 % pairs)) }
      case "C": return generator.normals(count, deviation: 0.5.squareRoot())
      case "D": return generator.normals(count, deviation: 1)
      default: break
      }
      if entry.name.contains(".norm.") {
        return [Float](repeating: entry.name.hasSuffix("weight") ? 1 : 0, count: count)
      }
      if entry.shape.count == 2 { columns = entry.shape[1] }
      return generator.uniform(count, within: 1 / Double(columns).squareRoot())
    }
  }

  public func makeWeights() -> any ModelWeights { S4DWeights(self) }

  /// A complex pair takes six multiply-adds a step: four for the state, two for the output.
  public var cost: ModelCost {
    let own = trainedParameters
    let layer = 6 * hidden * pairs + hidden + 2 * hidden * hidden
    return ModelCost(
      parameters: own, denseParameters: own, multiplyAdds: layers * layer + hidden * (inputs + outputs),
      stateFloats: layers * hidden * state)
  }
}

extension S4D {
  /// The kernel of a layer, its parameters to be loaded.
  fileprivate func kernel(_ layer: Int) -> S4DKernel {
    func offset(_ name: String) -> Int { layout.offset("layers.\(layer).\(name)") }
    return S4DKernel(
      channels: hidden, pairs: pairs,
      offsets: S4DKernel.Offsets(
        logStep: offset("log_dt"), logDecay: offset("log_A_real"), frequency: offset("A_imag"),
        output: offset("C"), skip: offset("D")))
  }

  /// What a layer's kernel makes of the parameters (`S4DKernel.discretized`).
  func discretized(_ layer: Int, _ parameters: [Float]) -> (decay: [Float], output: [Float]) {
    let kernel = kernel(layer)
    kernel.load(parameters)
    return kernel.discretized
  }
}

private final class S4DWeights: ModelWeights {
  let model: S4D
  let packed: PackedWeights
  let kernels: [S4DKernel]

  init(_ model: S4D) {
    self.model = model
    packed = PackedWeights(model.layout)
    kernels = (0..<model.layers).map { model.kernel($0) }
  }

  func load(_ parameters: UnsafePointer<Float>) {
    packed.load(parameters)
    kernels.forEach { $0.load(parameters) }
  }

  func makeRunner(lanes: Int, steps: Int, records: Bool) -> any SequenceRunner {
    func linear(_ name: String) -> WindowLinear {
      packed.linear("\(name).weight", "\(name).bias", lanes: lanes, steps: steps, records: records)
    }
    let layers = kernels.enumerated().map { index, kernel in
      S4DLayer(
        scan: S4DScan(kernel, addsToInput: true, lanes: lanes, steps: steps, records: records),
        mix: linear("layers.\(index).output_linear"),
        glu: GLU(features: model.hidden, lanes: lanes, steps: steps, records: records),
        sum: Residual(features: model.hidden, lanes: lanes, steps: steps, records: records),
        norm: LayerNorm(
          packed.flat, weight: model.layout.offset("layers.\(index).norm.weight"),
          bias: model.layout.offset("layers.\(index).norm.bias"), features: model.hidden, lanes: lanes,
          steps: steps, records: records))
    }
    return S4DRunner(encoder: linear("encoder"), layers: layers, readout: linear("readout"))
  }
}

private struct S4DLayer {
  let scan: S4DScan
  let mix: WindowLinear
  let glu: GLU
  let sum: Residual
  let norm: LayerNorm

  func forward(_ x: Tensor, steps: Int, tape: Tape?) -> Tensor {
    var y = scan.forward(x, steps: steps, tape: tape)
    y = mix.forward(y, steps: steps, tape: tape)
    y = glu.forward(y, steps: steps, tape: tape)
    y = sum.forward(x, y, steps: steps, tape: tape)
    return norm.forward(y, steps: steps, tape: tape)
  }
}

private final class S4DRunner: SequenceRunner {
  private let encoder: WindowLinear
  private let layers: [S4DLayer]
  private let readout: WindowLinear
  /// What the last layer left after the last step, normalised.
  private(set) var hidden = UnsafeBufferPointer<Float>(start: nil, count: 0)

  init(encoder: WindowLinear, layers: [S4DLayer], readout: WindowLinear) {
    self.encoder = encoder
    self.layers = layers
    self.readout = readout
  }

  var states: [Tensor] { layers.map(\.scan.state) }

  func forward(_ input: Tensor, steps: Int, tape: Tape?) -> Tensor {
    var x = encoder.forward(input, steps: steps, tape: tape)
    for layer in layers { x = layer.forward(x, steps: steps, tape: tape) }
    hidden = UnsafeBufferPointer(start: x.step(steps - 1), count: x.stepCount)
    return readout.forward(x, steps: steps, tape: tape)
  }
}
