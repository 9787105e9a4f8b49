import CKernels

/// AdamW (Loshchilov & Hutter 2019) over one flat buffer, as in PyTorch: decoupled weight decay, bias
/// correction, and before it the clipping of the gradient's global norm.
///
/// `update` is a whole update. To share it among threads: `squaredNorm` of fixed pieces, their sum to `begin`,
/// then `apply` to pieces that do not overlap.
public final class AdamW: @unchecked Sendable {
  /// What can be set.
  public struct Settings: Sendable, Equatable {
    /// Weight decay; multiplies the learning rate.
    public var weightDecay: Float = 0.1
    /// Decay of the first moment.
    public var beta1: Float = 0.9
    /// Decay of the second moment.
    public var beta2: Float = 0.95
    /// Added to the root of the second moment.
    public var epsilon: Float = 1e-8
    /// The largest norm of the whole gradient; 0 for no clipping.
    public var clipNorm: Float = 1

    /// The published settings (reference.md, section 3).
    public init() {}
  }

  /// The settings.
  public let settings: Settings
  /// Updates made so far.
  public private(set) var updates = 0
  private let first: Tensor
  private let second: Tensor
  private let layout: ParameterLayout

  /// First moments, in the layout's order.
  public var firstMoments: [Float] { Array(UnsafeBufferPointer(start: first.values, count: first.count)) }
  /// Second moments, in the layout's order.
  public var secondMoments: [Float] { Array(UnsafeBufferPointer(start: second.values, count: second.count)) }

  /// An optimiser that has made no update.
  public init(_ layout: ParameterLayout, settings: Settings) {
    self.layout = layout
    self.settings = settings
    first = Tensor(steps: 1, features: layout.count, lanes: 1)
    second = Tensor(steps: 1, features: layout.count, lanes: 1)
  }

  /// Goes on from stored moments.
  public func restore(updates: Int, firstMoments: [Float], secondMoments: [Float]) {
    precondition(firstMoments.count == layout.count && secondMoments.count == layout.count)
    self.updates = updates
    first.values.update(from: firstMoments, count: layout.count)
    second.values.update(from: secondMoments, count: layout.count)
  }

  /// One update of `parameters` in place. Returns the gradient's norm before clipping; when it is not
  /// finite nothing is changed.
  public func update(
    _ parameters: UnsafeMutablePointer<Float>, gradients: UnsafePointer<Float>, rate: Float
  ) -> Float {
    let all = 0..<layout.count
    let norm = Float(squaredNorm(gradients, in: all).squareRoot())
    guard let step = begin(norm: norm, rate: rate) else { return norm }
    apply(step, to: parameters, gradients: gradients, in: all)
    return norm
  }

  /// What all pieces of one update share.
  public struct Step: Sendable {
    let rate: Float
    /// What clipping leaves of the gradient.
    let scale: Float
    let correction1: Float
    let correction2: Float
  }

  /// The sum of the squares of the trained gradients in a range of the flat buffer.
  public func squaredNorm(_ gradients: UnsafePointer<Float>, in range: Range<Int>) -> Double {
    trained(in: range).reduce(0) { $0 + ck_sum_of_squares($1.count, gradients + $1.lowerBound) }
  }

  /// Counts an update; nil, and nothing changed, when the gradient's norm is not finite.
  public func begin(norm: Float, rate: Float) -> Step? {
    guard norm.isFinite else { return nil }
    updates += 1
    return Step(
      rate: rate,
      // As torch.nn.utils.clip_grad_norm_ does it: the scale is never above 1.
      scale: settings.clipNorm > 0 ? min(1, settings.clipNorm / (norm + 1e-6)) : 1,
      correction1: Float(1 - power(Double(settings.beta1), updates)),
      correction2: Float(1 - power(Double(settings.beta2), updates)))
  }

  /// The update of the parameters in a range. Ranges that do not overlap may be updated at the same time.
  public func apply(
    _ step: Step, to parameters: UnsafeMutablePointer<Float>, gradients: UnsafePointer<Float>,
    in range: Range<Int>
  ) {
    for entry in layout.entries where entry.isTrained {
      let part = entry.range.clamped(to: range)
      let start = part.lowerBound
      ck_adamw(
        part.count, parameters + start, gradients + start, first.values + start, second.values + start,
        step.scale, min(step.rate, entry.maximumRate ?? step.rate),
        entry.decays ? settings.weightDecay : 0, settings.beta1, settings.beta2, settings.epsilon,
        step.correction1, step.correction2)
    }
  }

  private func trained(in range: Range<Int>) -> [Range<Int>] {
    layout.entries.filter(\.isTrained).map { $0.range.clamped(to: range) }
  }
}

/// base^exponent by squaring: the same on every machine, unlike `pow`.
private func power(_ base: Double, _ exponent: Int) -> Double {
  var result = 1.0
  var factor = base
  var left = exponent
  while left > 0 {
    if left & 1 == 1 { result *= factor }
    factor *= factor
    left >>= 1
  }
  return result
}
