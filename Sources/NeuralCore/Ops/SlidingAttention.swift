import CKernels

/// Multi-head self-attention (Vaswani et al. 2017, arXiv 1706.03762) of every step to the last `context` steps, itself
/// included, with rotary positions: queries and keys are turned by their ages within the product (`RotaryTable`).
///
/// Steps of earlier windows come from a ring of keys, not turned, and values, which is the state; backward takes it as
/// a constant (Transformer-XL, Dai et al. 2019, arXiv 1901.02860). One step at a time, whole windows and whatever lies
/// between give the same bytes.
public final class SlidingAttention: CachedAttention {
  public let name = "SlidingAttention"
  /// (T, D, L), with gradients when recording.
  public let output: Tensor
  /// The ring of keys, (1, (context - 1) x D, L).
  public let keyCache: Tensor
  /// The ring of values, (1, (context - 1) x D, L).
  public let valueCache: Tensor

  private let window: SlidingWindow
  private let rotation: RotaryTable
  private let heads: Int
  private var steps = 0
  private var input: Tensor?
  /// What every step of the recorded window saw.
  private var seen: [SlidingKeys] = []
  /// The caches as the window found them, when recording.
  private let before: (keys: Tensor, values: Tensor)?
  /// Some lane has had every key: ones.
  private let any: [UInt8]
  /// (T x heads, context, L) when recording, else (1, context, L).
  private let probabilities: Tensor
  private let scratch: Tensor

  /// Attention over `features` split among `heads`; `rotation` is that of a head.
  public init(
    window: SlidingWindow, rotation: RotaryTable, features: Int, heads: Int, lanes: Int, steps: Int,
    records: Bool
  ) {
    precondition(
      features == heads * rotation.dim, "\(features) features for \(heads) heads of \(rotation.dim)")
    self.window = window
    self.rotation = rotation
    self.heads = heads
    output = Tensor(steps: steps, features: features, lanes: lanes, gradients: records)
    func cache() -> Tensor { Tensor(steps: 1, features: window.slots * features, lanes: lanes) }
    keyCache = cache()
    valueCache = cache()
    before = records ? (cache(), cache()) : nil
    any = [UInt8](repeating: 1, count: window.context)
    probabilities = Tensor(steps: records ? steps * heads : 1, features: window.context, lanes: lanes)
    scratch = Tensor(steps: 1, features: window.context, lanes: lanes)
  }

  /// Attends with `input`, (T, 3 D, L): queries, keys, values. `window.begin()` comes before.
  public func forward(_ input: Tensor, steps: Int, tape: Tape?) -> Tensor {
    precondition(steps <= output.steps, "\(steps) steps in a layer of \(output.steps)")
    precondition(tape == nil || before != nil, "this attention was made without buffers to record")
    for (lane, slots) in window.strays { turn(lane, by: slots) }
    for t in 0..<steps {
      let keys = window.keys(t)
      each(t, keys, keyCache, valueCache, input) { shape, head, first in
        let p = probabilities.step(before == nil ? 0 : t * heads + head)
        ck_attention_forward(&shape, input.step(t) + first, keys.mask, p, output.step(t) + first)
      }
    }
    if let before, tape != nil {
      if window.cached > 0 {
        before.keys.values.update(from: keyCache.values, count: keyCache.count)
        before.values.values.update(from: valueCache.values, count: valueCache.count)
      }
      seen.removeAll(keepingCapacity: true)
      for t in 0..<steps { seen.append(window.keys(t)) }
    }
    cache(input, steps)
    self.steps = steps
    self.input = input
    tape?.append(self)
    return output
  }

  /// Calls `body` for every head with what the kernel sees of the keys of step t, and the head's first float of a step.
  private func each(
    _ t: Int, _ seen: SlidingKeys, _ keys: Tensor, _ values: Tensor, _ input: Tensor,
    _ body: (inout ck_attention, _ head: Int, _ first: Int) -> Void
  ) {
    let size = output.stepCount
    any.withUnsafeBufferPointer { any in
      rotation.values.withUnsafeBufferPointer { rotation in
        for head in 0..<heads {
          let first = head * self.rotation.dim * output.lanes
          let key = input.step(seen.first) + size + first
          var shape = ck_attention(
            dim: self.rotation.dim, lanes: output.lanes, keys: seen.count, cached: seen.cached,
            oldest: seen.oldest, ring: window.slots, cache_stride: size, window_stride: input.stepCount,
            scale: 1 / Float(self.rotation.dim).squareRoot(), cached_k: keys.values + first,
            cached_v: values.values + first, window_k: key, window_v: key + size, any: any.baseAddress,
            rotation: rotation.baseAddress)
          body(&shape, head, first)
        }
      }
    }
  }

  /// Keeps the keys and values of the last steps.
  private func cache(_ input: Tensor, _ steps: Int) {
    let size = output.stepCount
    for t in max(0, steps - window.slots)..<steps {
      let place = (window.slot + t) % window.slots * size
      let key = input.step(t) + size
      (keyCache.values + place).update(from: key, count: size)
      (valueCache.values + place).update(from: key + size, count: size)
    }
  }

  /// Moves what a lane has cached on by some slots.
  private func turn(_ lane: Int, by slots: Int) {
    let (features, lanes) = (output.features, output.lanes)
    for cache in [keyCache, valueCache] {
      let old = cache.array
      for row in 0..<cache.features {
        let moved = (row + slots * features) % cache.features
        cache.values[moved * lanes + lane] = old[row * lanes + lane]
      }
    }
  }

  public func backward(into gradients: UnsafeMutablePointer<Float>) {
    guard let input, let dy = output.gradients, let dx = input.gradients, let before else {
      preconditionFailure("SlidingAttention.backward without a recorded forward")
    }
    let size = output.stepCount
    dx.update(repeating: 0, count: steps * input.stepCount)
    for t in 0..<steps {
      let dk = dx + seen[t].first * input.stepCount + size
      each(t, seen[t], before.keys, before.values, input) { shape, head, first in
        ck_attention_backward(
          &shape, input.step(t) + first, probabilities.step(t * heads + head), dy + t * size + first,
          dx + t * input.stepCount + first, dk + first, dk + size + first, scratch.values)
      }
    }
  }
}
