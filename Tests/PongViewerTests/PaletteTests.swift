import Foundation
import Testing

@testable import PongViewer

@Suite("Colours")
struct PaletteTests {
  /// The contrast of WCAG 2.2 (relative luminances, 1 to 21): 4.5 for what is read, 3 for what is seen or said besides.
  @Test func whatIsReadStandsOutFromItsGround() {
    let grounds = [Palette.backdrop, Palette.court, Palette.inside, Palette.panel]
    let read = [
      Palette.text, Palette.label, Palette.faint, Palette.record, Palette.miss, Palette.arrived,
      Palette.departed,
    ]
    for ground in grounds {
      for color in read { #expect(contrast(color, ground) >= 4.5, "\(color) on \(ground)") }
      for color in Palette.players + [Palette.person, Palette.ball] {
        #expect(contrast(color, ground) >= 3, "\(color) on \(ground)")
      }
    }
    // The digits of bits, and the letters of keys.
    #expect(
      contrast(Palette.faint, Palette.rest) >= 4.5
        && contrast(Palette.backdrop, ActivityColors.positive) >= 4.5)
    #expect(contrast(Palette.text, Palette.key) >= 4.5)
  }

  private func contrast(_ a: Color, _ b: Color) -> Double {
    func luminance(_ color: Color) -> Double {
      let linear = [16, 8, 0].map { shift -> Double in
        let value = Double(color.packed >> UInt32(shift) & 255) / 255
        return value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)
      }
      return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    }
    let (x, y) = (luminance(a), luminance(b))
    return (max(x, y) + 0.05) / (min(x, y) + 0.05)
  }
}
