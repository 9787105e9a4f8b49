import PongEngine

/// Takes in a person's play as it happens.
public protocol DemonstrationRecorder: AnyObject {
  /// A game begins, with the serves of `SeededServes(seed:)`.
  func begin(seed: UInt64)
  /// A step of it: what the person saw and did.
  func add(_ observation: Observation, _ action: Action)
  /// Why nothing can be written at the moment; nil if all is well.
  var problem: String? { get }
}
