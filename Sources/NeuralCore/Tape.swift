/// An operation that has run forward and can run backward.
///
/// Records are coarse: a whole TND scan over a window is one. The operation owns what its backward needs, so
/// the tape holds references only and a window allocates nothing.
public protocol TapeRecord: AnyObject {
  /// Takes the gradient of its output, adds to the gradients of its parameters (one flat buffer in the order
  /// of the model's `ParameterLayout`) and sets the gradients of its inputs where they are tensors with
  /// gradients.
  func backward(into gradients: UnsafeMutablePointer<Float>)
}

/// Records in the order in which they ran forward; `backward` runs them in reverse.
public final class Tape {
  private var records: [any TapeRecord] = []

  /// An empty tape.
  public init() { records.reserveCapacity(16) }

  /// Appends an operation that has just run forward.
  public func append(_ record: any TapeRecord) { records.append(record) }

  /// Runs all records in reverse and forgets them.
  public func backward(into gradients: UnsafeMutablePointer<Float>) {
    for record in records.reversed() { record.backward(into: gradients) }
    records.removeAll(keepingCapacity: true)
  }
}

/// An operation on a window: (T, inputs, L) in, (T, outputs, L) out, recorded on a tape when training.
public protocol WindowOperation: TapeRecord {
  /// Runs the first `steps` steps of `input` and records itself on `tape`, if given.
  func forward(_ input: Tensor, steps: Int, tape: Tape?) -> Tensor
}
