/// Which steps the steps of a window attend to, and where those of earlier windows are cached: the same for all
/// layers. What it carries from window to window is a state tensor, so that a lane reset to zero has no past.
public protocol AttentionSpan: AnyObject {
  /// (1, features, L), zero at the start of a session.
  var state: Tensor { get }
  /// Steps that a cache of keys or values holds, as a ring.
  var slots: Int { get }
  /// The most keys that a step can have.
  var most: Int { get }
  /// Takes what is cached at the start of a window of `steps` steps from the state; before any layer's attention.
  func begin(steps: Int)
  /// What step `step` of the window sees; valid until the next `begin`.
  func keys(_ step: Int) -> SpanKeys
  /// Lanes whose caches must be turned on by so many slots before they are read.
  var strays: [(lane: Int, slots: Int)] { get }
  /// Whether every step is cached in the same slot, or not, in all lanes.
  var isShared: Bool { get }
  /// The slot that a lane caches step `step` of a window of `steps` in; nil where no later step sees it.
  func slot(_ step: Int, of steps: Int, lane: Int) -> Int?
  /// Moves the state to the window's end; after all layers'.
  func finish(steps: Int)
}

/// The keys of one step, oldest first: those that are cached, then the window's.
public struct SpanKeys {
  /// How many there are, itself among them.
  let count: Int
  /// How many of them are cached, from slot `oldest` on.
  let cached: Int
  let oldest: Int
  /// The first step of the window among them.
  let first: Int
  /// (count, L) of 0 and 1: whether the lane sees the key.
  let mask: UnsafePointer<Float>
  /// (count): whether any lane does.
  let any: UnsafePointer<UInt8>
}
