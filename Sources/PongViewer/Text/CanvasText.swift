/// Where a line of text lies relative to the x it is given.
public enum Alignment: Sendable {
  /// Starts there.
  case left
  /// Has its middle there.
  case center
  /// Ends there.
  case right
}

extension Canvas {
  /// Draws a line of text on a baseline, which is rounded to a whole pixel so that horizontal strokes are
  /// sharp; along x glyphs stand on quarters of a pixel. Returns the width in pixels.
  @discardableResult
  public mutating func draw(
    _ text: String, x: Double, baseline: Double, _ style: TextStyle, _ alignment: Alignment = .left,
    typeface: Typeface
  ) -> Double {
    let width = typeface.width(of: text, style.weight, size: style.size)
    let start =
      switch alignment {
      case .left: x
      case .center: x - width / 2
      case .right: x - width
      }
    let row = Int(baseline.rounded())
    typeface.walk(text, style.weight, size: style.size) { glyph, offset in
      let quarters = Int(((start + offset) * 4).rounded())
      let mask = typeface.mask(glyph, style.weight, size: style.size, phase: quarters & 3)
      stamp(
        mask.coverage, width: mask.width, height: mask.height, x: (quarters >> 2) + mask.left,
        y: row + mask.top, style.color)
    }
    return width
  }

  /// Draws a line of text with its capitals centred on `y`.
  @discardableResult
  public mutating func draw(
    _ text: String, x: Double, middle y: Double, _ style: TextStyle, _ alignment: Alignment = .left,
    typeface: Typeface
  ) -> Double {
    let baseline = y + typeface.capHeight(style.weight, size: style.size) / 2
    return draw(text, x: x, baseline: baseline, style, alignment, typeface: typeface)
  }
}
