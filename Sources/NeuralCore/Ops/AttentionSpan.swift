/// Which earlier steps a window's steps attend to, the same in all layers: what the caches of keys and values hold
/// when the window begins. Kept in a state tensor, so that a lane reset to zero has no past.
public protocol AttentionSpan: AnyObject {
  /// (1, features, L), zero at the start of a session.
  var state: Tensor { get }
  /// Takes what is cached at a window's start from the state; before any layer's attention.
  func begin()
  /// Moves the state to the window's end; after all layers'.
  func finish(steps: Int)
}

/// Attention of a window to itself and to what it caches for the next: queries, keys, values (T, 3 D, L) in, the
/// heads' outputs side by side (T, D, L) out. Backward takes the caches as constants.
public protocol CachedAttention: WindowOperation {
  /// Keys of earlier steps, (1, steps x D, L).
  var keyCache: Tensor { get }
  /// Values of earlier steps, (1, steps x D, L).
  var valueCache: Tensor { get }
}
