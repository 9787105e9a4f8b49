import CKernels

/// Multi-head causal self-attention of a window (Vaswani et al. 2017, arXiv 1706.03762), as
/// `torch.nn.MultiheadAttention` between its two projections: q, k, v in, the heads' outputs side by side out.
///
/// What a step attends to is its `AttentionSpan`'s to say. Steps of earlier windows come from rings of keys and values,
/// which are the state; backward takes them as constants (Transformer-XL, Dai et al. 2019, arXiv 1901.02860). One step
/// at a time, whole windows and whatever lies between give the same bytes.
public final class CausalAttention: WindowOperation {
  /// (T, D, L), with gradients when recording.
  public let output: Tensor
  /// Keys of earlier steps, not turned, (1, slots x D, L).
  public let keyCache: Tensor
  /// Values of earlier steps, (1, slots x D, L).
  public let valueCache: Tensor

  private let span: any AttentionSpan
  private let rotation: RotaryTable?
  private let heads: Int
  private let lanes: Int
  private var steps = 0
  private var input: Tensor?
  /// What every step of the recorded window saw.
  private var seen: [SpanKeys] = []
  /// The caches as the window found them, when recording.
  private let before: (keys: Tensor, values: Tensor)?
  /// (T x heads, most keys, L) when recording, else (1, most keys, L).
  private let probabilities: Tensor
  private let scratch: Tensor

  /// Attention over `features` split among `heads`.
  /// - Parameter rotation: rotary positions of a head; nil where positions are no matter of attention.
  public init(
    span: any AttentionSpan, rotation: RotaryTable?, features: Int, heads: Int, lanes: Int, steps: Int,
    records: Bool
  ) {
    precondition(features % heads == 0, "\(features) features for \(heads) heads")
    precondition(
      rotation.map { $0.dim * heads == features } ?? true, "\(features) features, heads of other rotation")
    self.span = span
    self.rotation = rotation
    self.heads = heads
    self.lanes = lanes
    output = Tensor(steps: steps, features: features, lanes: lanes, gradients: records)
    func cache() -> Tensor { Tensor(steps: 1, features: span.slots * features, lanes: lanes) }
    keyCache = cache()
    valueCache = cache()
    before = records ? (cache(), cache()) : nil
    probabilities = Tensor(steps: records ? steps * heads : 1, features: span.most, lanes: lanes)
    scratch = Tensor(steps: 1, features: span.most, lanes: lanes)
  }

  /// Attends with `input`, (T, 3 D, L): queries, keys, values. `span.begin()` comes before.
  public func forward(_ input: Tensor, steps: Int, tape: Tape?) -> Tensor {
    precondition(steps <= output.steps, "\(steps) steps in a layer of \(output.steps)")
    precondition(tape == nil || before != nil, "this attention was made without buffers to record")
    for (lane, slots) in span.strays { turn(lane, by: slots) }
    seen.removeAll(keepingCapacity: true)
    for t in 0..<steps { seen.append(span.keys(t)) }
    for (t, seen) in seen.enumerated() {
      for head in 0..<heads {
        var shape = shape(seen, head, keyCache, valueCache, input)
        let (first, p) = (first(of: head), probabilities.step(before == nil ? 0 : t * heads + head))
        ck_attention_forward(&shape, input.step(t) + first, seen.mask, p, output.step(t) + first)
      }
    }
    if let before, tape != nil, seen[0].cached > 0 {
      before.keys.values.update(from: keyCache.values, count: keyCache.count)
      before.values.values.update(from: valueCache.values, count: valueCache.count)
    }
    cache(input, steps)
    self.steps = steps
    self.input = input
    tape?.append(self)
    return output
  }

  /// A head's first float of a step.
  private func first(of head: Int) -> Int { head * (output.features / heads) * lanes }

  /// What the kernel sees of the keys of one step and head.
  private func shape(
    _ seen: SpanKeys, _ head: Int, _ keys: Tensor, _ values: Tensor, _ input: Tensor
  ) -> ck_attention {
    let (dim, size, first) = (output.features / heads, output.stepCount, first(of: head))
    let key = input.step(seen.first) + size + first
    return ck_attention(
      dim: dim, lanes: lanes, keys: seen.count, cached: seen.cached, oldest: seen.oldest, ring: span.slots,
      cache_stride: size, window_stride: input.stepCount, scale: 1 / Float(dim).squareRoot(),
      cached_k: keys.values + first, cached_v: values.values + first, window_k: key, window_v: key + size,
      any: seen.any, rotation: rotation.map { UnsafePointer($0.table.values) })
  }

  /// Keeps the keys and values of the steps that later windows see.
  private func cache(_ input: Tensor, _ steps: Int) {
    let size = output.stepCount
    let isShared = span.isShared
    for t in 0..<steps {
      let key = input.step(t) + size
      let value = key + size
      if isShared {
        guard let slot = span.slot(t, of: steps, lane: 0) else { continue }
        (keyCache.values + slot * size).update(from: key, count: size)
        (valueCache.values + slot * size).update(from: value, count: size)
        continue
      }
      for lane in 0..<lanes {
        guard let slot = span.slot(t, of: steps, lane: lane) else { continue }
        for i in stride(from: lane, to: size, by: lanes) {
          keyCache.values[slot * size + i] = key[i]
          valueCache.values[slot * size + i] = value[i]
        }
      }
    }
  }

  /// Moves what a lane has cached on by some slots.
  private func turn(_ lane: Int, by slots: Int) {
    for cache in [keyCache, valueCache] {
      let old = cache.array
      for row in 0..<cache.features {
        let moved = (row + slots * output.features) % cache.features
        cache.values[moved * lanes + lane] = old[row * lanes + lane]
      }
    }
  }

  public func backward(into gradients: UnsafeMutablePointer<Float>) {
    guard let input, let dy = output.gradients, let dx = input.gradients, let before else {
      preconditionFailure("CausalAttention.backward without a recorded forward")
    }
    let size = output.stepCount
    dx.update(repeating: 0, count: steps * input.stepCount)
    for (t, seen) in seen.enumerated() {
      for head in 0..<heads {
        var shape = shape(seen, head, before.keys, before.values, input)
        let first = first(of: head)
        let dk = dx + seen.first * input.stepCount + size + first
        ck_attention_backward(
          &shape, input.step(t) + first, probabilities.step(t * heads + head), dy + t * size + first,
          dx + t * input.stepCount + first, dk, dk + size, scratch.values)
      }
    }
  }
}
