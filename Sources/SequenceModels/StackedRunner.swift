import NeuralCore

/// Operations one after the other, each on the window that the one before left; the last reads the output from
/// the state of the recurrent layer on top.
final class StackedRunner: SequenceRunner {
  let states: [Tensor]
  /// The top layer's h.
  let hidden: UnsafeBufferPointer<Float>
  private let operations: [any WindowOperation]

  /// - Parameter top: the carried state that is h of the top layer; it is among `states`.
  init(_ operations: [any WindowOperation], states: [Tensor], top: Tensor) {
    self.operations = operations
    self.states = states
    hidden = UnsafeBufferPointer(start: top.values, count: top.count)
  }

  func forward(_ input: Tensor, steps: Int, tape: Tape?) -> Tensor {
    operations.reduce(input) { $1.forward($0, steps: steps, tape: tape) }
  }
}
