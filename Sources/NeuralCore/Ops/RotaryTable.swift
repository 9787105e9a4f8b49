/// Rotary positions (Su et al. 2021, arXiv 2104.09864): features 2i and 2i + 1 of a head's queries and keys are a
/// plane that turns by an angle of 10000^(-2i / dim) a step, so that a query's product with a key depends on how
/// many steps ago the key was, its age, and not on where the two stood.
///
/// Computed in double precision by polynomials: the same bits on every machine.
public final class RotaryTable: @unchecked Sendable {
  /// Features of a head.
  public let dim: Int
  /// What kernels read; written once.
  let table: Tensor
  /// Cosine and sine of the angle of pair i at age a, at a dim + 2i and a dim + 2i + 1, for 0 ..< context.
  public var values: [Float] { table.array }

  /// The angles of ages 0 ..< context.
  public init(context: Int, dim: Int) {
    precondition(dim % 2 == 0, "rotary positions of \(dim) features, expected an even number")
    self.dim = dim
    let logarithm = 9.210340371976182736  // of 10000
    let frequencies = (0..<dim / 2).map { DeterministicMath.exp(-2 * Double($0) / Double(dim) * logarithm) }
    table = Tensor(steps: context, features: dim, lanes: 1)
    for age in 0..<context {
      for (pair, frequency) in frequencies.enumerated() {
        let (cosine, sine) = DeterministicMath.cosSin(Double(age) * frequency)
        (table.step(age)[2 * pair], table.step(age)[2 * pair + 1]) = (Float(cosine), Float(sine))
      }
    }
  }
}
