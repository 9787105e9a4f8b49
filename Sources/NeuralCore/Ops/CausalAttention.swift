import CKernels

/// Multi-head causal self-attention of a window (Vaswani et al. 2017, arXiv 1706.03762), as
/// `torch.nn.MultiheadAttention` between its two projections: q, k, v in, the heads' outputs side by side out.
///
/// A step attends to the steps of its own block (`BlockPosition`) up to itself. Those of earlier windows come
/// from a cache of keys and values, which is the state; backward takes it as a constant.
public final class CausalAttention: CachedAttention {
  public let name = "CausalAttention"
  /// (T, D, L), with gradients when recording.
  public let output: Tensor
  /// Keys of the block so far, (1, context x D, L).
  public let keyCache: Tensor
  /// Values of the block so far, (1, context x D, L).
  public let valueCache: Tensor

  private let positions: BlockPosition
  private let heads: Int
  private let lanes: Int
  private var steps = 0
  private var input: Tensor?
  /// Keys cached when the window began.
  private var cached = 0
  /// The caches as the window found them, when recording.
  private let before: (keys: Tensor, values: Tensor)?
  /// Keys that a step can have: the cache and the window.
  private let slots: Int
  /// (T, slots, L) of 0 and 1, and whether any lane has 1.
  private let mask: Tensor
  private let any: UnsafeMutablePointer<UInt8>
  /// (T x heads, slots, L) when recording, else (1, slots, L).
  private let probabilities: Tensor
  private let scratch: Tensor

  /// Attention over `features` split among `heads`.
  public init(
    positions: BlockPosition, features: Int, heads: Int, lanes: Int, steps: Int, records: Bool
  ) {
    precondition(features % heads == 0, "\(features) features for \(heads) heads")
    self.positions = positions
    self.heads = heads
    self.lanes = lanes
    output = Tensor(steps: steps, features: features, lanes: lanes, gradients: records)
    func cache() -> Tensor { Tensor(steps: 1, features: positions.context * features, lanes: lanes) }
    keyCache = cache()
    valueCache = cache()
    before = records ? (cache(), cache()) : nil
    slots = positions.context + steps
    mask = Tensor(steps: steps, features: slots, lanes: lanes)
    any = .allocate(capacity: steps * slots)
    any.initialize(repeating: 0, count: steps * slots)
    probabilities = Tensor(steps: records ? steps * heads : 1, features: slots, lanes: lanes)
    scratch = Tensor(steps: 1, features: slots, lanes: lanes)
  }

  deinit { any.deallocate() }

  /// Attends with `input`, (T, 3 D, L): queries, keys, values. `positions.begin()` comes before.
  public func forward(_ input: Tensor, steps: Int, tape: Tape?) -> Tensor {
    precondition(steps <= output.steps, "\(steps) steps in a layer of \(output.steps)")
    precondition(tape == nil || before != nil, "this attention was made without buffers to record")
    cached = positions.cached
    fillMask(steps)
    let features = output.features
    for t in 0..<steps {
      for head in 0..<heads {
        let first = head * (features / heads) * lanes
        var shape = shape(t, first, keyCache, valueCache, input)
        let p = probabilities.step(before == nil ? 0 : t * heads + head)
        ck_attention_forward(&shape, input.step(t) + first, mask.step(t), p, output.step(t) + first)
      }
    }
    if let before, tape != nil {
      before.keys.values.update(from: keyCache.values, count: cached * features * lanes)
      before.values.values.update(from: valueCache.values, count: cached * features * lanes)
    }
    cache(input, steps)
    self.steps = steps
    self.input = input
    tape?.append(self)
    return output
  }

  /// What the kernel sees of the keys for step t and the head that begins at float `first` of a step.
  private func shape(
    _ t: Int, _ first: Int, _ keys: Tensor, _ values: Tensor, _ input: Tensor
  ) -> ck_attention {
    let features = output.features
    let dim = features / heads
    return ck_attention(
      dim: dim, lanes: lanes, keys: cached + t + 1, cached: cached, oldest: 0, ring: positions.context,
      cache_stride: features * lanes,
      window_stride: input.stepCount, scale: 1 / Float(dim).squareRoot(), cached_k: keys.values + first,
      cached_v: values.values + first, window_k: input.values + features * lanes + first,
      window_v: input.values + 2 * features * lanes + first, any: any + t * slots, rotation: nil)
  }

  /// Key j < cached is position j of the block that the window began in; key cached + s is step s.
  private func fillMask(_ steps: Int) {
    for t in 0..<steps {
      for j in 0..<cached + t + 1 {
        let row = mask.step(t) + j * lanes
        var seen: Float = 0
        for lane in 0..<lanes {
          let block = positions.block(t, lane: lane)
          let isSeen =
            j < cached
            ? block == 0 && j < positions.cached(lane: lane)
            : block == positions.block(j - cached, lane: lane)
          row[lane] = isSeen ? 1 : 0
          seen += row[lane]
        }
        any[t * slots + j] = seen > 0 ? 1 : 0
      }
    }
  }

  /// Keeps the keys and values of the steps in the block that the next step is in.
  private func cache(_ input: Tensor, _ steps: Int) {
    let size = output.stepCount
    for t in 0..<steps {
      let key = input.step(t) + size
      let value = key + size
      if positions.shared != nil {
        guard positions.block(t, lane: 0) == positions.block(steps, lane: 0) else { continue }
        let slot = positions.position(t, lane: 0) * size
        (keyCache.values + slot).update(from: key, count: size)
        (valueCache.values + slot).update(from: value, count: size)
        continue
      }
      for lane in 0..<lanes where positions.block(t, lane: lane) == positions.block(steps, lane: lane) {
        let slot = positions.position(t, lane: lane) * size
        for i in stride(from: lane, to: size, by: lanes) {
          keyCache.values[slot + i] = key[i]
          valueCache.values[slot + i] = value[i]
        }
      }
    }
  }

  public func backward(into gradients: UnsafeMutablePointer<Float>) {
    guard let input, let dy = output.gradients, let dx = input.gradients, let before else {
      preconditionFailure("CausalAttention.backward without a recorded forward")
    }
    let (features, size) = (output.features, output.stepCount)
    dx.update(repeating: 0, count: steps * input.stepCount)
    for t in 0..<steps {
      for head in 0..<heads {
        let first = head * (features / heads) * lanes
        var shape = shape(t, first, before.keys, before.values, input)
        ck_attention_backward(
          &shape, input.step(t) + first, probabilities.step(t * heads + head), dy + t * size + first,
          dx + t * input.stepCount + first, dx + size + first, dx + 2 * size + first, scratch.values)
      }
    }
  }
}
