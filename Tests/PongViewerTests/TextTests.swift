import PictureGoldens
import Testing

@testable import PongViewer

/// Measures of Inter by fontTools: units to the em, the height of capitals, the advances of "Größe" and of the widest
/// tabular digit, and the areas of three outlines.
private struct Measures: Sendable {
  let weight: Weight
  let unitsPerEm: Double
  let capHeight: Double
  let size: Double
  let digit: Double
  let areas: [(letter: Unicode.Scalar, area: Double)]

  static let all = [
    Measures(
      weight: .medium, unitsPerEm: 2816, capHeight: 2048, size: 8308, digit: 1856,
      areas: [("H", 1_538_277), ("g", 1_602_899.8), ("8", 1_572_413.65)]),
    Measures(
      weight: .bold, unitsPerEm: 2048, capHeight: 1472, size: 5764, digit: 1308,
      areas: [("H", 1_110_655), ("g", 1_051_634.7), ("8", 1_057_102.5)]),
  ]
}

@Suite("Text: the typeface and its letters", .enabled(if: Viewer.hasWindow))
struct TextTests {
  @Test(arguments: Measures.all)
  fileprivate func lettersAreAsWideAndHighAsTheFontSays(_ measures: Measures) throws {
    let typeface = try Typeface()
    for size in [11.0, 40, 333] {
      let scale = size / measures.unitsPerEm
      func width(_ text: String) -> Double { typeface.width(of: text, measures.weight, size: size) }
      #expect(abs(width("Größe") - measures.size * scale) < 1e-9)
      #expect(abs(typeface.capHeight(measures.weight, size: size) - measures.capHeight * scale) < 1e-9)
      for digit in "0123456789" { #expect(abs(width(String(digit)) - measures.digit * scale) < 1e-9) }
      #expect(width("\u{4e2d}") == width("?") && width("\n") == width("?") && width("я") != width("?"))
      #expect(width("") == 0)
    }
  }

  /// At every size the masks cover the area of the outline, and a quarter of a pixel moves them by that.
  @Test(arguments: Measures.all)
  fileprivate func masksCoverTheOutlines(_ measures: Measures) throws {
    let face = try Face(measures.weight)
    for (letter, area) in measures.areas {
      for size in [12, 19, 64, 200] {
        var middles: [Double] = []
        for phase in 0..<4 {
          let mask = face.mask(face.glyph(letter).index, size: size, phase: phase)
          var (sum, moment) = (0.0, 0.0)
          for (place, covered) in mask.coverage.enumerated() {
            sum += Double(covered)
            moment += Double(covered) * Double(mask.left + place % mask.width)
          }
          let scale = Double(size) / measures.unitsPerEm
          #expect(abs(sum / 255 / (area * scale * scale) - 1) < 0.02, "\(letter) at \(size), phase \(phase)")
          middles.append(moment / sum)
        }
        for phase in 1..<4 {
          #expect(abs(middles[phase] - middles[0] - Double(phase) / 4) < 0.05, "\(letter) at \(size)")
        }
      }
    }
  }

  /// Digits stand in the middle of their room.
  @Test(arguments: Weight.allCases)
  func digitsDoNotDance(_ weight: Weight) throws {
    let face = try Face(weight)
    for digit in "0123456789".unicodeScalars {
      let glyph = face.glyph(digit)
      let mask = face.mask(glyph.index, size: 200, phase: 0)
      let left = glyph.indent * 200 + Double(mask.left)
      let right = glyph.advance * 200 - left - Double(mask.width)
      #expect(left > 0 && right > 0 && abs(left - right) < 25, "\(digit): \(left) and \(right)")
    }
  }

  @Test func drawsTextAsStored() throws {
    let typeface = try Typeface()
    var canvas = Canvas(width: 220, height: 96)
    canvas.fill(canvas.bounds, Color(0x0c1016))
    let white = Color(0xf2f5f8)
    canvas.draw("0123456789", x: 6, baseline: 34, TextStyle(.bold, 34, white), typeface: typeface)
    canvas.draw(
      "catches in a row, AV 97.5 %", x: 6, baseline: 52, TextStyle(.medium, 14, white), typeface: typeface)
    canvas.draw(
      "Größe × ½ – “why?”", x: 110, baseline: 70, TextStyle(.medium, 13, white), .center, typeface: typeface)
    canvas.draw(
      "right", x: 214, baseline: 90, TextStyle(.bold, 18, white.opacity(0.5)), .right, typeface: typeface)
    try expectPicture(canvas, "text")
  }
}
