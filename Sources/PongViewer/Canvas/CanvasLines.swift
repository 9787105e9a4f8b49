// Thin lines by the thousand: a column (or row) at a time along the longer axis, in fixed point, without a square
// root a pixel.

extension Canvas {
  /// Draws a thin straight line with anti-aliased sides and flat ends. The last column (or row) is left out, so that
  /// lines laid end to end do not show their joints.
  ///
  /// - Parameter width: across the line, pixels; to be used up to about 4.
  public mutating func thinLine(
    from start: SIMD2<Float>, to end: SIMD2<Float>, width: Float, _ color: Color
  ) {
    let delta = end - start
    let isSteep = abs(delta.y) > abs(delta.x)
    // (u, v): along and across.
    let (u0, v0, u1, v1) =
      isSteep ? (start.y, start.x, end.y, end.x) : (start.x, start.y, end.x, end.y)
    guard u0 != u1 else { return }
    let slope = (v1 - v0) / (u1 - u0)
    let (low, high) = isSteep ? (clip.top, clip.bottom) : (clip.left, clip.right)
    let first = max(ThinLine.pixel(min(u0, u1)), low)
    let last = min(ThinLine.pixel(max(u0, u1)), high)
    guard first < last else { return }
    let half = width / 2 * (1 + slope * slope).squareRoot()
    let line = ThinLine(
      position: ThinLine.fixed(v0 + (Float(first) + 0.5 - u0) * slope - half), slope: ThinLine.fixed(slope),
      width: ThinLine.fixed(2 * half))
    let (across, step) = isSteep ? ((clip.left, clip.right), 1) : ((clip.top, clip.bottom), self.width)
    let stride = isSteep ? self.width : 1
    fill(line, along: first..<last, stride: stride, across: across.0..<across.1, step: step, color)
  }
}

/// The band a line covers, in 1/65536 pixel across.
struct ThinLine {
  /// Where the band begins in the first column.
  var position: Int
  /// From column to column.
  var slope: Int
  var width: Int

  static func fixed(_ length: Float) -> Int { Int(min(max(length, -30_000), 30_000) * 65536) }

  /// The first pixel of the canvas whose centre lies beyond a place.
  static func pixel(_ place: Float) -> Int { Int(min(max(place, 0), 30_000) + 0.5) }
}
