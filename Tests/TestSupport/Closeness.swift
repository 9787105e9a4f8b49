/// The largest difference between two arrays, as a fraction of the largest magnitude expected.
public func relativeDifference(_ found: [Float], _ expected: [Float]) -> Float {
  guard found.count == expected.count, !expected.isEmpty else { return .infinity }
  var difference: Float = 0
  var magnitude: Float = 0
  for (a, b) in zip(found, expected) {
    guard a.isFinite, b.isFinite else { return .infinity }
    difference = max(difference, abs(a - b))
    magnitude = max(magnitude, abs(b))
  }
  return difference / max(magnitude, 1e-30)
}

/// The same for a double-precision twin.
public func relativeDifference(_ found: [Float], _ expected: [Double]) -> Float {
  relativeDifference(found, expected.map { Float($0) })
}
