/// The published test for a limit cycle (reference.md, section 4).
public enum LimitCycle {
  /// The shortest period that counts.
  public static let shortest = 50

  /// Whether the path ends in an exact repeat: some m in 50 ... n/2 for which the last m positions equal the m
  /// before. Linear in time: the Z function of the reversed path gives, for every m, how far the path's end
  /// agrees with itself m steps earlier.
  public static func ends(_ path: [Int16]) -> Bool {
    let n = path.count
    guard n >= 2 * shortest else { return false }
    // A period is half the path at most, so further back nothing is asked.
    var z = [Int](repeating: 0, count: n / 2 + 1)
    var left = 0
    var right = 0
    for i in 1...n / 2 {
      if i < right { z[i] = min(right - i, z[i - left]) }
      while i + z[i] < n && path[n - 1 - z[i]] == path[n - 1 - i - z[i]] { z[i] += 1 }
      if i + z[i] > right {
        left = i
        right = i + z[i]
      }
      if i >= shortest && z[i] >= i { return true }
    }
    return false
  }
}
