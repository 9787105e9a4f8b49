/// The first two principal components of some vectors: the plane in which they vary most.
///
/// In double precision and deterministic. The components are found from the Gram matrix of the T centred
/// vectors, whose size does not depend on their features: its leading eigenvectors by subspace iteration, in
/// a block wider than two, so that a third variance close to the second does not slow it down.
struct PrincipalComponents {
  /// The projections of every vector, mean removed, on the first and the second component. A component's sign
  /// makes its loading of largest magnitude positive. Where there is no variance left they are 0.
  let scores: [[Double]]
  /// The fractions of the variance along the two.
  let explained: [Double]
  /// The components themselves: unit vectors, or zeros where there is no variance left.
  let axes: [[Double]]

  /// The components of vectors, one a row.
  init(of rows: [[Float]]) {
    let centred = CentredRows(rows)
    let gram = centred.gram
    let total = gram.diagonalSum
    let eigen = LeadingEigenvectors(of: gram, count: 2)
    var scores: [[Double]] = []
    var explained: [Double] = []
    var axes: [[Double]] = []
    for (value, vector) in zip(eigen.values, eigen.vectors) {
      guard value > 1e-14 * total else {
        scores.append([Double](repeating: 0, count: rows.count))
        explained.append(0)
        axes.append([Double](repeating: 0, count: rows.first?.count ?? 0))
        continue
      }
      // X^T u is the component times a positive number; its projections are u times the root of the eigenvalue.
      let loadings = centred.transposedProduct(vector)
      let largest = loadings.indices.max { abs(loadings[$0]) < abs(loadings[$1]) } ?? 0
      let scale = loadings[largest] < 0 ? -value.squareRoot() : value.squareRoot()
      scores.append(vector.map { $0 * scale })
      explained.append(value / total)
      axes.append(loadings.map { $0 / scale })
    }
    self.scores = scores
    self.explained = explained
    self.axes = axes
  }
}

/// Vectors with their mean removed.
struct CentredRows {
  private(set) var rows: [[Double]]

  init(_ rows: [[Float]]) {
    let mean = CentredRows.mean(of: rows)
    self.rows = rows.map { row in mean.indices.map { Double(row[$0]) - mean[$0] } }
  }

  /// The mean of vectors.
  static func mean(of rows: [[Float]]) -> [Double] {
    var mean = [Double](repeating: 0, count: rows.first?.count ?? 0)
    for row in rows { for i in mean.indices { mean[i] += Double(row[i]) } }
    for i in mean.indices { mean[i] /= Double(rows.count) }
    return mean
  }

  /// Products of every two rows.
  var gram: SymmetricMatrix {
    var matrix = SymmetricMatrix(size: rows.count)
    for i in rows.indices { for j in 0...i { matrix.set(i, j, dot(rows[i], rows[j])) } }
    return matrix
  }

  /// The sum of the rows, weighted.
  func transposedProduct(_ weights: [Double]) -> [Double] {
    var sum = [Double](repeating: 0, count: rows.first?.count ?? 0)
    for (row, weight) in zip(rows, weights) { for i in sum.indices { sum[i] += weight * row[i] } }
    return sum
  }
}

/// A dense symmetric matrix.
struct SymmetricMatrix {
  private(set) var rows: [[Double]]
  var size: Int { rows.count }

  init(size: Int) {
    rows = [[Double]](repeating: [Double](repeating: 0, count: size), count: size)
  }

  subscript(row: Int, column: Int) -> Double { rows[row][column] }

  mutating func set(_ row: Int, _ column: Int, _ value: Double) {
    rows[row][column] = value
    rows[column][row] = value
  }

  var diagonalSum: Double { (0..<size).reduce(0) { $0 + self[$1, $1] } }

  func product(_ vector: [Double]) -> [Double] {
    rows.map { dot($0, vector) }
  }
}

/// The sum of the products of two vectors of one length, in eight interleaved partial sums.
func dot(_ a: [Double], _ b: [Double]) -> Double {
  var sums = SIMD8<Double>()
  let whole = a.count / 8 * 8
  var tail = 0.0
  a.withUnsafeBytes { a in
    b.withUnsafeBytes { b in
      for i in stride(from: 0, to: whole * 8, by: 64) {
        let x = a.loadUnaligned(fromByteOffset: i, as: SIMD8<Double>.self)
        sums += x * b.loadUnaligned(fromByteOffset: i, as: SIMD8<Double>.self)
      }
    }
  }
  for i in whole..<a.count { tail += a[i] * b[i] }
  return sums.sum() + tail
}
