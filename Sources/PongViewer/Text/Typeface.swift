/// The weights of the viewer's typeface.
public enum Weight: Int, Sendable, CaseIterable {
  /// For labels and running text.
  case medium = 0
  /// For names and large numbers.
  case bold = 1

  /// The embedded file.
  var file: String {
    switch self {
    case .medium: "inter/Inter-Medium.otf"
    case .bold: "inter/InterDisplay-Bold.otf"
    }
  }
}

/// How a line of text looks.
public struct TextStyle: Sendable, Equatable {
  /// The weight.
  public var weight: Weight
  /// Size of the em in pixels; rounded to whole pixels when drawn.
  public var size: Double
  /// The colour.
  public var color: Color

  /// A style.
  public init(_ weight: Weight, _ size: Double, _ color: Color) {
    self.weight = weight
    self.size = size
    self.color = color
  }
}

/// The embedded typeface and the masks of the glyphs drawn so far. A mask is made once per weight, size and
/// quarter-pixel position; after the first frame of a size, drawing text allocates nothing.
public final class Typeface {
  private let faces: [Face]
  private var masks: [UInt64: GlyphMask] = [:]

  /// The typeface built into the program. Throws `PictureError.notBuilt` without the trait `Viewer`, which brings
  /// FreeType.
  public init() throws(PictureError) {
    faces = [try Face(.medium), try Face(.bold)]
  }

  /// The height of capitals and digits, in pixels, at a size.
  public func capHeight(_ weight: Weight, size: Double) -> Double {
    faces[weight.rawValue].capHeight * size.rounded()
  }

  /// The width of a line of text in pixels.
  public func width(of text: String, _ weight: Weight, size: Double) -> Double {
    let face = faces[weight.rawValue]
    return text.unicodeScalars.reduce(0) { $0 + face.glyph($1).advance } * size.rounded()
  }

  /// A text, its end cut off where it is wider than it may be.
  func cut(_ text: String, _ weight: Weight, size: Double, width: Double) -> String {
    guard self.width(of: text, weight, size: size) > width else { return text }
    var text = text
    while text.count > 1, self.width(of: text + "…", weight, size: size) > width { text.removeLast() }
    return text + "…"
  }

  /// Calls `body` with every glyph's index and the x of its origin from the start of the line, in pixels.
  @inline(__always)
  func walk(
    _ text: String, _ weight: Weight, size: Double, _ body: (_ glyph: UInt32, _ x: Double) -> Void
  ) {
    let face = faces[weight.rawValue]
    var x = 0.0
    for scalar in text.unicodeScalars {
      let glyph = face.glyph(scalar)
      body(glyph.index, (x + glyph.indent) * size.rounded())
      x += glyph.advance
    }
  }

  /// The mask of a glyph whose origin lies `phase` quarters of a pixel right of a pixel's edge.
  func mask(_ glyph: UInt32, _ weight: Weight, size: Double, phase: Int) -> GlyphMask {
    let key =
      UInt64(glyph) << 32 | UInt64(weight.rawValue) << 24 | UInt64(size.rounded()) << 4 | UInt64(phase)
    if let mask = masks[key] { return mask }
    let mask = faces[weight.rawValue].mask(glyph, size: Int(size.rounded()), phase: phase)
    masks[key] = mask
    return mask
  }
}
