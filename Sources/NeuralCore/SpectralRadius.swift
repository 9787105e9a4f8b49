import Determinism

extension SparseGraph {
  /// The spectral radius of the graph's weighted matrix: the largest modulus of its eigenvalues.
  ///
  /// Power iteration in double precision that fits x(k+2) = p x(k+1) + q x(k) to three successive vectors:
  /// the roots of t^2 - p t - q are the dominant eigenvalues even where they are a complex pair, which for
  /// random matrices they mostly are. Stops when the fit leaves less than 1e-7 of the vector or after
  /// some steps; close moduli slow the fit but hardly change the radius. Where the fit still leaves more
  /// than 1e-2, three or more eigenvalues share the largest modulus, as round a cycle: then the radius is the
  /// vector's mean growth a step, good to about 1e-3. A graph without cycles has 0.
  ///
  /// Those steps are 3000 for small graphs and fall to 128 for those of millions of edges, so that a graph is
  /// never a matter of minutes; the radius of a large random one is as sharp after fewer steps.
  public func spectralRadius(weights: [Float]) -> Double {
    let limit = min(3000, max(128, 400_000_000 / max(edges, 1)))
    precondition(weights.count == edges, "found \(weights.count) weights, expected \(edges)")
    // A long chain passes a vector on for more steps than are made here.
    guard hasCycle else { return 0 }
    var generator = SeededGenerator(seed: 0x7370_6563)
    var x = (0..<neurons).map { _ in generator.uniformDouble() - 0.5 }
    normalize(&x)
    var radius = 0.0
    var residual = 0.0
    var growths: [Double] = []
    for iteration in 0..<limit {
      var y = product(weights, x)
      let growth = normalize(&y)
      if growth == 0 { return 0 }
      var z = product(weights, y)
      // In units of x: x, growth y, growth z.
      let fit = fitTwoTerms(x, y.map { $0 * growth }, z.map { $0 * growth })
      (radius, residual) = fit
      if iteration > 10 && residual < 1e-7 { break }
      let next = normalize(&z)
      if next == 0 { return 0 }
      growths.append((growth * next).squareRoot())
      x = z
    }
    // The largest power of two that leaves out at least the first quarter.
    let settled = max(1, growths.count * 3 / 4)
    let window = 1 << (Int.bitWidth - 1 - settled.leadingZeroBitCount)
    return residual < 1e-2 ? radius : geometricMean(growths.suffix(window))
  }

  /// The weights multiplied by what brings the matrix to a spectral radius; as they are where theirs is 0.
  public func scale(_ weights: [Float], toSpectralRadius target: Double) -> [Float] {
    let radius = spectralRadius(weights: weights)
    guard radius > 0 else { return weights }
    let scale = Float(target / radius)
    return weights.map { $0 * scale }
  }

  /// Whether some neuron leads back to itself: whether any is left when those that lead nowhere are taken away, one after
  /// the other.
  public var hasCycle: Bool {
    var left = [Int](repeating: 0, count: neurons)
    for source in sources { left[Int(source)] += 1 }
    var ends = (0..<neurons).filter { left[$0] == 0 }
    var taken = 0
    while let neuron = ends.popLast() {
      taken += 1
      for edge in edges(into: neuron) {
        let source = Int(sources[edge])
        left[source] -= 1
        if left[source] == 0 { ends.append(source) }
      }
    }
    return taken < neurons
  }

  private func product(_ weights: [Float], _ x: [Double]) -> [Double] {
    var y = [Double](repeating: 0, count: neurons)
    weights.withUnsafeBufferPointer { w in
      sources.withUnsafeBufferPointer { s in
        x.withUnsafeBufferPointer { x in
          for target in 0..<neurons {
            var sum = 0.0
            for edge in edges(into: target) { sum += Double(w[edge]) * x[Int(s[edge])] }
            y[target] = sum
          }
        }
      }
    }
    return y
  }
}

/// The geometric mean of 2^k numbers by square roots alone, so that no math library decides it.
private func geometricMean(_ values: some Collection<Double>) -> Double {
  var level = Array(values)
  while level.count > 1 {
    level = stride(from: 0, to: level.count - 1, by: 2).map { (level[$0] * level[$0 + 1]).squareRoot() }
  }
  return level.first ?? 0
}

/// Scales to unit length and returns the length before.
@discardableResult
private func normalize(_ x: inout [Double]) -> Double {
  let norm = x.reduce(0) { $0 + $1 * $1 }.squareRoot()
  guard norm > 1e-200 else { return 0 }
  for i in x.indices { x[i] /= norm }
  return norm
}

/// Least squares of z = p y + q x: the larger root's modulus of t^2 - p t - q, and |z - p y - q x| / |z|.
private func fitTwoTerms(_ x: [Double], _ y: [Double], _ z: [Double]) -> (radius: Double, residual: Double) {
  var xx = 0.0
  var xy = 0.0
  var yy = 0.0
  var xz = 0.0
  var yz = 0.0
  var zz = 0.0
  for i in x.indices {
    xx += x[i] * x[i]
    xy += x[i] * y[i]
    yy += y[i] * y[i]
    xz += x[i] * z[i]
    yz += y[i] * z[i]
    zz += z[i] * z[i]
  }
  let determinant = xx * yy - xy * xy
  if determinant < 1e-12 * xx * yy {
    // x and y are parallel: one real eigenvalue dominates.
    let radius = (yy / xx).squareRoot()
    return (radius, zz == 0 ? 0 : abs(zz - yz * yz / yy) / zz)
  }
  let p = (yz * xx - xz * xy) / determinant
  let q = (xz * yy - yz * xy) / determinant
  let residual = (max(0, zz - p * yz - q * xz) / max(zz, 1e-300)).squareRoot()
  let discriminant = p * p + 4 * q
  let radius =
    discriminant < 0 ? (-q).squareRoot() : (abs(p) + discriminant.squareRoot()) / 2
  return (radius, residual)
}
