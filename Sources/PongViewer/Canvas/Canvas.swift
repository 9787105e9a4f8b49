/// Opaque pixels in memory and the few ways to change them. No window, no clock: what is drawn is a function
/// of the calls, the same on every machine (fixed point, or IEEE operations that round the same everywhere).
///
/// Nothing here allocates except `init` and `resize`. Everything is clipped to `clip`.
public struct Canvas: Sendable {
  /// Columns.
  public private(set) var width: Int
  /// Rows.
  public private(set) var height: Int
  /// Rows from the top, each from the left, 0xFFRRGGBB.
  public private(set) var pixels: [UInt32]
  /// What drawing may change; never larger than the canvas.
  public private(set) var clip: PixelRect

  /// A black canvas of at least one pixel.
  public init(width: Int, height: Int) {
    precondition(width > 0 && height > 0, "a canvas of \(width) x \(height) has no pixels")
    self.width = width
    self.height = height
    pixels = [UInt32](repeating: 0xff00_0000, count: width * height)
    clip = PixelRect(left: 0, top: 0, right: width, bottom: height)
  }

  /// All of it.
  public var bounds: PixelRect { PixelRect(left: 0, top: 0, right: width, bottom: height) }

  /// The pixel at a place inside the canvas, 0xFFRRGGBB.
  public func pixel(_ x: Int, _ y: Int) -> UInt32 { pixels[y * width + x] }

  /// Makes the canvas another size, black.
  public mutating func resize(width: Int, height: Int) {
    if (width, height) != (self.width, self.height) { self = Canvas(width: width, height: height) }
  }

  /// Draws with the clip narrowed to `rect`.
  public mutating func clipped<Result>(
    to rect: PixelRect, _ body: (inout Canvas) throws -> Result
  ) rethrows -> Result {
    let outer = clip
    clip = clip.intersection(rect)
    defer { clip = outer }
    return try body(&self)
  }

  /// Fills whole pixels with a colour, blending if it is not opaque.
  public mutating func fill(_ rect: PixelRect, _ color: Color) {
    let area = rect.intersection(clip)
    guard !area.isEmpty else { return }
    for y in area.top..<area.bottom { span(y, area.left, area.right, color, coverage: 256) }
  }

  /// Fills a rectangle; edges between pixels are anti-aliased to 1/256 pixel.
  public mutating func fill(_ rect: Rect, _ color: Color) {
    let left = fixed(rect.x)
    let right = fixed(rect.maxX)
    let top = fixed(rect.y)
    let bottom = fixed(rect.maxY)
    guard right > left, bottom > top else { return }
    let firstRow = max(top >> 8, clip.top)
    for y in firstRow..<max(firstRow, min((bottom + 255) >> 8, clip.bottom)) {
      let coverage = min(bottom, (y + 1) << 8) - max(top, y << 8)
      row(y, left, right, color, coverage: coverage)
    }
  }

  /// One row of a rectangle between two fixed-point edges.
  mutating func row(_ y: Int, _ left: Int, _ right: Int, _ color: Color, coverage: Int) {
    let first = left >> 8
    let last = (right - 1) >> 8
    if first == last {
      dot(first, y, color, coverage: ((right - left) * coverage) >> 8)
      return
    }
    dot(first, y, color, coverage: ((((first + 1) << 8) - left) * coverage) >> 8)
    span(y, max(first + 1, clip.left), min(last, clip.right), color, coverage: coverage)
    dot(last, y, color, coverage: ((right - (last << 8)) * coverage) >> 8)
  }

  /// Copies pixels of a canvas of the same size.
  public mutating func copy(_ rect: PixelRect, from source: borrowing Canvas) {
    precondition(
      source.width == width && source.height == height,
      "copying from \(source.width) x \(source.height) to \(width) x \(height)")
    let area = rect.intersection(clip)
    guard !area.isEmpty else { return }
    let width = width
    pixels.withUnsafeMutableBufferPointer { target in
      source.pixels.withUnsafeBufferPointer { source in
        for y in area.top..<area.bottom {
          let start = y * width + area.left
          (target.baseAddress! + start).update(from: source.baseAddress! + start, count: area.width)
        }
      }
    }
  }

  /// Blends one pixel, `coverage` 0...256; outside the clip nothing happens.
  @inline(__always)
  mutating func dot(_ x: Int, _ y: Int, _ color: Color, coverage: Int) {
    guard x >= clip.left, x < clip.right, y >= clip.top, y < clip.bottom, coverage > 0 else { return }
    let index = y * width + x
    pixels[index] = blend(color.packed, over: pixels[index], weight: weight(color, coverage))
  }

  /// Blends part of a row that is known to lie inside the clip, `coverage` 0...256.
  @inline(__always)
  mutating func span(_ y: Int, _ left: Int, _ right: Int, _ color: Color, coverage: Int) {
    guard right > left, coverage > 0 else { return }
    let start = y * width + left
    let weight = weight(color, coverage)
    let source = color.packed
    pixels.withUnsafeMutableBufferPointer { pixels in
      let run = UnsafeMutableBufferPointer(rebasing: pixels[start..<start + (right - left)])
      if weight == 256 {
        run.update(repeating: source)
      } else {
        for i in run.indices { run[i] = blend(source, over: run[i], weight: weight) }
      }
    }
  }

  /// Blends a band one column (or row) after another: `stride` leads along it in memory, `step` across.
  mutating func fill(
    _ line: ThinLine, along: Range<Int>, stride: Int, across: Range<Int>, step: Int, _ color: Color
  ) {
    let opacity = Int(color.alpha &+ (color.alpha >> 7))
    let source = color.packed
    pixels.withUnsafeMutableBufferPointer { pixels in
      var position = line.position
      for u in along {
        let end = position &+ line.width
        let (first, last) = (position >> 16, (end &- 1) >> 16)
        for v in max(
          first, across.lowerBound)..<max(min(last &+ 1, across.upperBound), first, across.lowerBound)
        {
          // All of a pixel but what lies before the band's beginning and beyond its end.
          var covered = 1 << 16
          if v == first { covered &-= position & 0xffff }
          if v == last { covered &-= ((last &+ 1) << 16) &- end }
          let index = u &* stride &+ v &* step
          let weight = UInt32(truncatingIfNeeded: ((covered >> 8) &* opacity) >> 8)
          pixels[index] = blend(source, over: pixels[index], weight: weight)
        }
        position &+= line.slope
      }
    }
  }

  /// Adds light to the pixels around a place: a round mask (0...255) scaled by `amount`, 0...256.
  mutating func shine(
    _ mask: borrowing [UInt8], size: Int, x: Int, y: Int, _ color: Color, amount: Int
  ) {
    let area = PixelRect(left: x, top: y, right: x + size, bottom: y + size).intersection(clip)
    guard !area.isEmpty, amount > 0 else { return }
    let width = width
    pixels.withUnsafeMutableBufferPointer { pixels in
      mask.withUnsafeBufferPointer { mask in
        for row in area.top..<area.bottom {
          let line = (row - y) * size - x
          for column in area.left..<area.right {
            let weight = UInt32(truncatingIfNeeded: Int(mask[line + column]) * amount) >> 8
            let index = row * width + column
            pixels[index] = light(color.packed, onto: pixels[index], weight: weight)
          }
        }
      }
    }
  }

  /// Blends a mask of coverages (0...255) with its top-left corner at a pixel.
  mutating func stamp(
    _ mask: borrowing [UInt8], width maskWidth: Int, height maskHeight: Int, x: Int, y: Int, _ color: Color
  ) {
    let area = PixelRect(left: x, top: y, right: x + maskWidth, bottom: y + maskHeight).intersection(clip)
    guard !area.isEmpty else { return }
    let width = width
    let opacity = color.alpha &+ (color.alpha >> 7)
    pixels.withUnsafeMutableBufferPointer { pixels in
      mask.withUnsafeBufferPointer { mask in
        for row in area.top..<area.bottom {
          let line = (row - y) * maskWidth - x
          for column in area.left..<area.right {
            let covered = UInt32(mask[line + column])
            guard covered > 0 else { continue }
            let index = row * width + column
            let weight = ((covered &+ (covered >> 7)) &* opacity) >> 8
            pixels[index] = blend(color.packed, over: pixels[index], weight: weight)
          }
        }
      }
    }
  }
}

/// A length in 1/256 pixel. Far outside any canvas is as good as further.
@inline(__always)
func fixed(_ length: Double) -> Int { Int((min(max(length, -1e6), 1e6) * 256).rounded()) }

/// Opacity (0...255) times coverage (0...256), as a weight of 0...256.
@inline(__always)
private func weight(_ color: Color, _ coverage: Int) -> UInt32 {
  ((color.alpha &+ (color.alpha >> 7)) &* UInt32(truncatingIfNeeded: coverage)) >> 8
}
