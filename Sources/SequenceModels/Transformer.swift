import Determinism
import NeuralCore
import Storage

/// A causal transformer encoder (Vaswani et al. 2017), as `torch.nn.TransformerEncoder` without dropout: names of the
/// layers as there, ReLU, post-norm unless `norm_first`.
///
/// What a step sees, in training as in play:
///
/// - `sliding`: itself and the `context` - 1 steps before it, with rotary positions (RoFormer, Su et al. 2021). Through
///   its layers it depends on layers x (context - 1) + 1 steps. Windows are of any length: keys and values of earlier
///   ones are carried on, and backward takes them as constants (Transformer-XL, Dai et al. 2019). At the start of a
///   session there are fewer steps to see.
/// - `block`: the published form, with learned positions. They count 0 ..< context and begin again every `context`
///   steps from the session's start; a step attends to the steps of its own block up to itself. With windows of
///   `context` steps a window is one block; shorter windows carry keys and values from one to the next, which backward
///   takes as constants. The first step of a block knows nothing of the one before.
public struct Transformer: SequenceModel {
  public static let type = "transformer"

  /// What a step attends to.
  public enum Attention: String, Sendable, CaseIterable {
    /// The last `context` steps, by rotary positions.
    case sliding
    /// The steps so far of its block of `context`, by learned positions.
    case block
  }

  /// Features of a step, d_model.
  public let features: Int
  /// Heads, which share them evenly.
  public let heads: Int
  /// Units of the feed-forward layer.
  public let feedForward: Int
  /// Encoder layers.
  public let layers: Int
  /// What a step attends to.
  public let attention: Attention
  /// Steps that a step attends to, itself included; of a block.
  public let context: Int
  /// Whether norms come before attention and feed-forward, as torch's `norm_first`.
  public let normFirst: Bool
  public let layout: ParameterLayout

  /// Keys and values that a game keeps, at most: 16 MB.
  private static let mostCached = 4 << 20

  public init(
    settings: inout SettingReader, inputs: Int, outputs: Int, seed: UInt64
  ) throws(SettingError) {
    heads = try settings.integer("heads", in: 1...64, default: 8)
    let dimension = try settings.integer("head_features", in: 1...1024, default: 64)
    features = heads * dimension
    feedForward = try settings.integer("feed_forward", in: 1...65536, default: 2048)
    layers = try settings.integer("layers", in: 1...32, default: 2)
    context = try settings.integer("context", in: 1...4096, default: 40)
    attention = try settings.choice("attention", default: .sliding)
    guard attention == .block || dimension % 2 == 0 else {
      throw settings.error(
        "head_features", found: "\(dimension)", expected: "an even number, or attention: block")
    }
    // They stand in no tensor, so a small file could ask for any amount of memory.
    let cached = attention == .block ? 0 : 2 * layers * context * features
    guard cached <= Transformer.mostCached else {
      throw settings.error(
        "context", found: "\(context), \(cached) cached keys and values",
        expected: "at most \(Transformer.mostCached)")
    }
    normFirst = try settings.boolean("norm_first", default: false)
    var layout = ParameterLayout()
    layout.addLinear("embedding", outputs: features, inputs: inputs)
    if attention == .block { layout.add("positions.weight", [context, features]) }
    for layer in 0..<layers {
      let name = "encoder.layers.\(layer)"
      layout.add("\(name).self_attn.in_proj_weight", [3 * features, features])
      layout.add("\(name).self_attn.in_proj_bias", [3 * features])
      layout.addLinear("\(name).self_attn.out_proj", outputs: features, inputs: features)
      layout.addLinear("\(name).linear1", outputs: feedForward, inputs: features)
      layout.addLinear("\(name).linear2", outputs: features, inputs: feedForward)
      for norm in ["norm1", "norm2"] {
        layout.add("\(name).\(norm).weight", [features])
        layout.add("\(name).\(norm).bias", [features])
      }
    }
    layout.addLinear("readout", outputs: outputs, inputs: features)
    self.layout = layout
  }

  public var units: Int { layers * feedForward }

  public func unit(ofHidden index: Int) -> Int? { nil }

  public var synapses: [Synapses] {
    let inner = (0..<layers).flatMap { layer in
      let name = "encoder.layers.\(layer)"
      return ["self_attn.in_proj_weight", "self_attn.out_proj.weight", "linear1.weight"].map {
        Synapses.matrix(layout["\(name).\($0)"], firstUnit: nil)
      } + [Synapses.matrix(layout["\(name).linear2.weight"], firstUnit: layer * feedForward)]
    }
    return [.matrix(layout["embedding.weight"], firstUnit: nil)] + inner
      + [.matrix(layout["readout.weight"], firstUnit: nil)]
  }

  public var settings: [Setting.Entry] {
    [
      .init("heads", .integer(heads)), .init("head_features", .integer(features / heads)),
      .init("feed_forward", .integer(feedForward)), .init("layers", .integer(layers)),
      .init("context", .integer(context)), .init("attention", .string(attention.rawValue)),
      .init("norm_first", .boolean(normFirst)),
    ]
  }

  /// As PyTorch: linear layers uniform within 1 / sqrt(inputs of the layer), the attention's input projection
  /// Xavier-uniform, its biases 0, norms 1 and 0, positions normal (torch.nn.Embedding).
  public func initialParameters(_ generator: SeededGenerator) -> [Float] {
    var generator = generator.split("weights")
    var columns = 1
    return layout.entries.flatMap { entry -> [Float] in
      let count = entry.range.count
      if entry.name.contains(".norm") {
        return [Float](repeating: entry.name.hasSuffix("weight") ? 1 : 0, count: count)
      }
      if entry.name.hasSuffix("in_proj_weight") {
        return generator.xavier(entry.shape[0], entry.shape[1])
      }
      if entry.name.hasSuffix("in_proj_bias") || entry.name.hasSuffix("out_proj.bias") {
        return [Float](repeating: 0, count: count)
      }
      if entry.name == "positions.weight" { return generator.normals(count, deviation: 1) }
      if entry.shape.count == 2 { columns = entry.shape[1] }
      return generator.uniform(count, within: 1 / Double(columns).squareRoot())
    }
  }

  public func makeWeights() -> any ModelWeights { TransformerWeights(self) }

  /// Multiply-adds of a step include attention: sliding, to all of the context, a key's turned product taking three a
  /// feature and its value one; in blocks, to half a block, the mean. The state is keys, values and how many there are.
  public var cost: ModelCost {
    let own = trainedParameters
    let seen = attention == .sliding ? 4 * context : context + 1
    let cached = attention == .sliding ? context - 1 : context
    return ModelCost(
      parameters: own, denseParameters: own,
      multiplyAdds: layout.matrices.reduce(layers * features * seen) { $0 + $1.range.count },
      stateFloats: cached == 0 ? 0 : 1 + layers * 2 * cached * features)
  }
}

final class TransformerWeights: ModelWeights {
  let model: Transformer
  let packed: PackedWeights
  /// Of a head, where attention slides.
  let rotation: RotaryTable?

  init(_ model: Transformer) {
    self.model = model
    packed = PackedWeights(model.layout)
    rotation =
      model.attention == .sliding
      ? RotaryTable(context: model.context, dim: model.features / model.heads) : nil
  }

  func load(_ parameters: UnsafePointer<Float>) { packed.load(parameters) }

  func makeRunner(lanes: Int, steps: Int, records: Bool) -> any SequenceRunner {
    TransformerRunner(self, lanes: lanes, steps: steps, records: records)
  }
}
