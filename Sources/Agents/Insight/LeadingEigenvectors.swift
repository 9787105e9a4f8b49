import Determinism

/// The largest eigenvalues of a symmetric positive semidefinite matrix and their unit eigenvectors, by subspace
/// iteration with Rayleigh-Ritz projection (Golub & Van Loan, "Matrix Computations", 8.2). The start is drawn
/// from a fixed seed, so the result is a function of the matrix.
struct LeadingEigenvectors {
  /// In descending order.
  let values: [Double]
  let vectors: [[Double]]

  private static let block = 8
  private static let mostIterations = 1000

  init(of matrix: SymmetricMatrix, count: Int) {
    var generator = SeededGenerator(seed: 0)
    var basis = (0..<max(count, min(LeadingEigenvectors.block, matrix.size))).map { _ in
      (0..<matrix.size).map { _ in generator.uniformDouble() - 0.5 }
    }
    LeadingEigenvectors.orthonormalize(&basis)
    var values: [Double] = []
    var vectors: [[Double]] = []
    for _ in 0..<LeadingEigenvectors.mostIterations {
      var images = basis.map(matrix.product)
      var projected = SymmetricMatrix(size: basis.count)
      for i in basis.indices { for j in 0...i { projected.set(i, j, dot(basis[i], images[j])) } }
      let rotation = JacobiEigenvectors(of: projected)
      basis = LeadingEigenvectors.rotate(basis, rotation.vectors)
      images = LeadingEigenvectors.rotate(images, rotation.vectors)
      values = Array(rotation.values[..<count])
      vectors = Array(basis[..<count])
      let largest = max(values[0], 0)
      let isDone = (0..<count).allSatisfy { index in
        let residual = zip(images[index], basis[index]).map { $0 - values[index] * $1 }
        return dot(residual, residual).squareRoot() <= 1e-12 * largest
      }
      if isDone { break }
      basis = images
      LeadingEigenvectors.orthonormalize(&basis)
    }
    self.values = values
    self.vectors = vectors
  }

  /// Gram-Schmidt, twice, so that rounding of nearly dependent vectors does not stay. A vector with nothing but
  /// rounding of its own becomes zero.
  private static func orthonormalize(_ basis: inout [[Double]]) {
    for i in basis.indices {
      let length = dot(basis[i], basis[i]).squareRoot()
      for _ in 0..<2 {
        for j in 0..<i { subtract(dot(basis[i], basis[j]), basis[j], from: &basis[i]) }
      }
      let norm = dot(basis[i], basis[i]).squareRoot()
      for k in basis[i].indices { basis[i][k] = norm > 1e-13 * length ? basis[i][k] / norm : 0 }
    }
  }

  private static func subtract(_ factor: Double, _ other: [Double], from vector: inout [Double]) {
    for k in vector.indices { vector[k] -= factor * other[k] }
  }

  /// Combinations of the basis; the columns of the combinations are in `coefficients`.
  private static func rotate(_ basis: [[Double]], _ coefficients: [[Double]]) -> [[Double]] {
    coefficients.map { weights in
      var sum = [Double](repeating: 0, count: basis[0].count)
      for (vector, weight) in zip(basis, weights) { subtract(-weight, vector, from: &sum) }
      return sum
    }
  }
}

/// All eigenvalues, descending, and eigenvectors of a small symmetric matrix, by Jacobi's rotations.
struct JacobiEigenvectors {
  let values: [Double]
  /// One eigenvector an element, in the order of the values.
  let vectors: [[Double]]

  init(of matrix: SymmetricMatrix) {
    let n = matrix.size
    var a = matrix.rows
    var v = [[Double]](repeating: [Double](repeating: 0, count: n), count: n)
    for i in 0..<n { v[i][i] = 1 }
    for _ in 0..<50 {
      var off = 0.0
      for i in 0..<n { for j in 0..<i { off += a[i][j] * a[i][j] } }
      if off == 0 { break }
      for p in 0..<n {
        for q in p + 1..<max(n, p + 1) where a[p][q] != 0 {
          JacobiEigenvectors.rotate(&a, &v, p, q)
        }
      }
    }
    let diagonal = (0..<n).map { a[$0][$0] }
    let order = diagonal.indices.sorted { (diagonal[$1], $0) < (diagonal[$0], $1) }
    values = order.map { diagonal[$0] }
    vectors = order.map { v[$0] }
  }

  /// Turns rows and columns p and q so that element (p, q) vanishes; `v` keeps the product of the rotations.
  private static func rotate(_ a: inout [[Double]], _ v: inout [[Double]], _ p: Int, _ q: Int) {
    let theta: Double = (a[q][q] - a[p][p]) / (2 * a[p][q])
    let root: Double = (theta * theta + 1).squareRoot()
    let magnitude: Double = 1 / (theta.magnitude + root)
    let t: Double = theta < 0 ? -magnitude : magnitude
    let c: Double = 1 / (t * t + 1).squareRoot()
    let s = t * c
    func turn(_ x: inout Double, _ y: inout Double) {
      let old = x
      x = c * old - s * y
      y = s * old + c * y
    }
    for k in a.indices {
      var (x, y) = (a[k][p], a[k][q])
      turn(&x, &y)
      (a[k][p], a[k][q]) = (x, y)
    }
    for k in a.indices {
      var (x, y) = (a[p][k], a[q][k])
      turn(&x, &y)
      (a[p][k], a[q][k]) = (x, y)
      (x, y) = (v[p][k], v[q][k])
      turn(&x, &y)
      (v[p][k], v[q][k]) = (x, y)
    }
    a[p][q] = 0
    a[q][p] = 0
  }
}
