import NeuralCore

/// A transformer at work on one shard of lanes.
final class TransformerRunner: SequenceRunner {
  private let span: any AttentionSpan
  private let embedding: WindowLinear
  /// Learned positions, where there are any.
  private let position: PositionEmbedding?
  private let layers: [TransformerLayer]
  private let readout: WindowLinear
  let states: [Tensor]
  /// What the last layer left after the last step: with post-norm its normalised activations.
  private(set) var hidden = UnsafeBufferPointer<Float>(start: nil, count: 0)

  init(_ weights: TransformerWeights, lanes: Int, steps: Int, records: Bool) {
    let model = weights.model
    embedding = weights.packed.linear(
      "embedding.weight", "embedding.bias", lanes: lanes, steps: steps, records: records)
    let span: any AttentionSpan
    switch model.attention {
    case .sliding:
      span = SlidingWindow(context: model.context, lanes: lanes, steps: steps)
      position = nil
    case .block:
      let positions = BlockPosition(context: model.context, lanes: lanes, steps: steps)
      span = positions
      position = PositionEmbedding(
        weights.packed.flat, offset: model.layout.offset("positions.weight"), positions: positions)
    }
    self.span = span
    layers = (0..<model.layers).map {
      TransformerLayer(weights, $0, span, lanes: lanes, steps: steps, records: records)
    }
    readout = weights.packed.linear(
      "readout.weight", "readout.bias", lanes: lanes, steps: steps, records: records)
    // A step that sees itself alone carries nothing.
    let caches = layers.flatMap { [$0.attention.keyCache, $0.attention.valueCache] }.filter { $0.count > 0 }
    states = caches.isEmpty ? [] : [span.state] + caches
  }

  func forward(_ input: Tensor, steps: Int, tape: Tape?) -> Tensor {
    span.begin(steps: steps)
    var x = embedding.forward(input, steps: steps, tape: tape)
    if let position { x = position.forward(x, steps: steps, tape: tape) }
    for layer in layers { x = layer.forward(x, steps: steps, tape: tape) }
    span.finish(steps: steps)
    hidden = UnsafeBufferPointer(start: x.step(steps - 1), count: x.stepCount)
    return readout.forward(x, steps: steps, tape: tape)
  }
}

/// One encoder layer: `torch.nn.TransformerEncoderLayer`.
///
///     post-norm:  x = norm1(x + attend(x));  x = norm2(x + feed(x))
///     norm_first: x = x + attend(norm1(x));  x = x + feed(norm2(x))
private final class TransformerLayer {
  let attention: CausalAttention
  private let projections: WindowLinear
  private let mixed: WindowLinear
  private let widened: WindowLinear
  private let narrowed: WindowLinear
  private let norms: [LayerNorm]
  private let sums: [Residual]
  private let normFirst: Bool

  init(
    _ weights: TransformerWeights, _ index: Int, _ span: any AttentionSpan, lanes: Int, steps: Int,
    records: Bool
  ) {
    let (model, name) = (weights.model, "encoder.layers.\(index)")
    normFirst = model.normFirst
    // Whatever sees x beside the residual connection runs back after it, and adds to its gradient.
    func linear(
      _ weight: String, _ bias: String, rectified: Bool = false, adds: Bool = false
    ) -> WindowLinear {
      weights.packed.linear(
        "\(name).\(weight)", "\(name).\(bias)", rectified: rectified, adds: adds, lanes: lanes,
        steps: steps, records: records)
    }
    projections = linear(
      "self_attn.in_proj_weight", "self_attn.in_proj_bias", adds: !model.normFirst)
    mixed = linear("self_attn.out_proj.weight", "self_attn.out_proj.bias")
    widened = linear("linear1.weight", "linear1.bias", rectified: true, adds: !model.normFirst)
    narrowed = linear("linear2.weight", "linear2.bias")
    attention = CausalAttention(
      span: span, rotation: weights.rotation, features: model.features, heads: model.heads, lanes: lanes,
      steps: steps, records: records)
    norms = ["norm1", "norm2"].map {
      LayerNorm(
        weights.packed.flat, weight: model.layout.offset("\(name).\($0).weight"),
        bias: model.layout.offset("\(name).\($0).bias"), features: model.features,
        addsToInput: model.normFirst, lanes: lanes, steps: steps, records: records)
    }
    sums = (0..<2).map { _ in
      Residual(features: model.features, lanes: lanes, steps: steps, records: records)
    }
  }

  func forward(_ x: Tensor, steps: Int, tape: Tape?) -> Tensor {
    func run(_ operations: [any WindowOperation], _ x: Tensor) -> Tensor {
      operations.reduce(x) { $1.forward($0, steps: steps, tape: tape) }
    }
    func block(_ index: Int, _ operations: [any WindowOperation], _ x: Tensor) -> Tensor {
      if normFirst {
        return sums[index].forward(x, run([norms[index]] + operations, x), steps: steps, tape: tape)
      }
      return run([norms[index]], sums[index].forward(x, run(operations, x), steps: steps, tape: tape))
    }
    return block(1, [widened, narrowed], block(0, [projections, attention, mixed], x))
  }
}
