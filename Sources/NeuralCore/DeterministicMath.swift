/// Functions that must give the same bits on every machine, which those of a math library need not: polynomials
/// in double precision, errors below 1e-14.
package enum DeterministicMath {
  /// 1 / k for the Taylor polynomials, because divisions are slow.
  private static let inverses = (0...19).map { $0 == 0 ? 0 : 1 / Double($0) }

  /// e^x for |x| < 700: 2^n times the Taylor polynomial of degree 13 on |r| <= log(2) / 2.
  package static func exp(_ x: Double) -> Double {
    let n = (min(max(x, -700), 700) / 0.693147180559945309).rounded()
    let high = 0.693147180369123816490  // the leading 33 bits of log 2, so that n * high is exact
    let r = (min(max(x, -700), 700) - n * high) - n * 1.90821492927058770002e-10
    var sum = 1.0
    for k in stride(from: 13, through: 1, by: -1) { sum = 1 + sum * r * inverses[k] }
    return Double(sign: .plus, exponent: Int(n), significand: sum)
  }

  /// cos and sin: reduced by multiples of pi / 2, then Taylor polynomials. The error grows with x, beyond 1e5
  /// past 1e-11; from 1e15 on, where an angle means nothing, they are those of 0.
  package static func cosSin(_ x: Double) -> (cos: Double, sin: Double) {
    guard abs(x) < 1e15 else { return (1, 0) }
    let n = (x / (Double.pi / 2)).rounded()
    let high = 1.57079632673412561417  // the leading 33 bits of pi / 2
    let r = (x - n * high) - n * 6.07710050650619224932e-11
    let square = r * r
    var cosine = 1.0
    var sine = 1.0
    for k in stride(from: 18, through: 2, by: -2) {
      cosine = 1 - cosine * square * (inverses[k] * inverses[k - 1])
    }
    for k in stride(from: 19, through: 3, by: -2) {
      sine = 1 - sine * square * (inverses[k] * inverses[k - 1])
    }
    sine *= r
    switch Int(n) & 3 {
    case 0: return (cosine, sine)
    case 1: return (-sine, cosine)
    case 2: return (-cosine, -sine)
    default: return (sine, -cosine)
    }
  }
}

/// 1 / (1 + e^-x): the same number on every machine.
public func logistic(_ x: Float) -> Float { Float(1 / (1 + DeterministicMath.exp(-Double(x)))) }
