/// Adds a learned vector for every position, in place: x(t) += P[position of t]. P is (context, F).
public final class PositionEmbedding: WindowOperation {
  private let parameters: Tensor
  private let offset: Int
  private let positions: BlockPosition
  private var steps = 0
  private var input: Tensor?

  /// A table at `offset` of the flat buffer.
  public init(_ parameters: Tensor, offset: Int, positions: BlockPosition) {
    self.parameters = parameters
    self.offset = offset
    self.positions = positions
  }

  public func forward(_ input: Tensor, steps: Int, tape: Tape?) -> Tensor {
    let (features, lanes) = (input.features, input.lanes)
    for t in 0..<steps {
      for lane in 0..<lanes {
        let row = parameters.values + offset + positions.position(t, lane: lane) * features
        let x = input.step(t) + lane
        for i in 0..<features { x[i * lanes] += row[i] }
      }
    }
    self.steps = steps
    self.input = input
    tape?.append(self)
    return input
  }

  public func backward(into gradients: UnsafeMutablePointer<Float>) {
    guard let input, let dx = input.gradients else {
      preconditionFailure("PositionEmbedding.backward without a recorded forward")
    }
    let (features, lanes) = (input.features, input.lanes)
    for t in 0..<steps {
      for lane in 0..<lanes {
        let row = gradients + offset + positions.position(t, lane: lane) * features
        let d = dx + t * features * lanes + lane
        for i in 0..<features { row[i] += d[i * lanes] }
      }
    }
  }
}
