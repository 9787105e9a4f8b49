import Foundation

/// A text for a terminal: a scalar a column. A name may come from a file, so it can hold anything.
enum ColumnText {
  /// The scalars of a text, one for every column. Letters and their accents become one; what the terminal would take
  /// for a command, and what it draws two columns wide, becomes U+FFFD; marks that stand on another letter are left
  /// out.
  static func scalars(_ text: String) -> [Unicode.Scalar] {
    text.precomposedStringWithCanonicalMapping.unicodeScalars.compactMap { scalar in
      switch scalar.properties.generalCategory {
      case .nonspacingMark, .enclosingMark: nil
      case .control, .format: "\u{fffd}"
      default: isWide(scalar) ? "\u{fffd}" : scalar
      }
    }
  }

  /// The text in at most so many columns.
  static func cut(_ text: String, _ width: Int) -> String {
    let scalars = ColumnText.scalars(text)
    var shown = String.UnicodeScalarView(scalars.prefix(scalars.count <= width ? width : max(0, width - 1)))
    if scalars.count > width { shown.append("…") }
    return String(shown)
  }

  /// Scripts and pictures that terminals give two columns (Unicode TR 11, wide and full width).
  private static let wide: [ClosedRange<UInt32>] = [
    0x1100...0x115f, 0x2e80...0x303e, 0x3041...0xa4cf, 0xa960...0xa97f, 0xac00...0xd7a3, 0xf900...0xfaff,
    0xfe30...0xfe6f, 0xff00...0xff60, 0xffe0...0xffe6, 0x1_f300...0x1_faff, 0x2_0000...0x3_fffd,
  ]

  private static func isWide(_ scalar: Unicode.Scalar) -> Bool {
    scalar.properties.isEmojiPresentation || wide.contains { $0.contains(scalar.value) }
  }
}
