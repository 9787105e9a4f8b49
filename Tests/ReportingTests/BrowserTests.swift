import Foundation
import TestSupport
import Testing

@testable import Reporting

/// The page as a person sees it.
@Suite("The page in a browser", .serialized, .enabled(if: Browser.isWanted))
struct BrowserTests {
  private func page() throws -> String {
    HTMLWriter.html(try SampleResults.illustrated(SampleResults.everything))
  }

  @Test(arguments: [(1280, false), (1280, true), (360, false)])
  func nothingOverflowsOverlapsOrIsBlank(_ width: Int, _ isDark: Bool) throws {
    let height = width < 500 ? 16_000 : 12_000
    let sight = try Browser().show(try page(), width: width, height: height, isDark: isDark)
    let (measure, picture) = (sight.measure, sight.picture)

    #expect(measure.scrollWidth == Double(width) && measure.outside.isEmpty, "\(measure.outside)")
    #expect(measure.scrollHeight <= Double(height), "the picture must hold the page: \(measure.scrollHeight)")
    // Of every chart and of the graph one of its two sizes, and three panels.
    #expect(measure.drawings.count == 9, "\(measure.drawings.map(\.name))")
    let ending = width < 500 ? "narrow-title" : "wide-title"
    #expect(
      measure.drawings.filter { !$0.name.hasSuffix("panel-title") }.allSatisfy { $0.name.hasSuffix(ending) })
    for drawing in measure.drawings {
      check(drawing.texts, drawing.name, pageWidth: Double(width))
      check(drawing, picture, ground: isDark ? 0x0e141b : 0xffffff)
    }
  }

  /// No text is tiny, out of the page or on another one.
  private func check(_ texts: [Browser.Text], _ name: String, pageWidth: Double) {
    for (index, one) in texts.enumerated() {
      #expect(one.size >= 11.5, "\(name): \"\(one.text)\" is \(one.size) pixels high")
      #expect(one.box.x >= 0 && one.box.x + one.box.width <= pageWidth, "\(name): \"\(one.text)\" is cut off")
      for other in texts[..<index] {
        let across =
          min(one.box.x + one.box.width, other.box.x + other.box.width) - max(one.box.x, other.box.x)
        let down =
          min(one.box.y + one.box.height, other.box.y + other.box.height) - max(one.box.y, other.box.y)
        // Boxes of letters have room above and below them.
        #expect(across <= 0 || down <= 4, "\(name): \"\(one.text)\" is on \"\(other.text)\"")
      }
    }
  }

  /// A drawing has the ground of the page and a good deal on it, in several colours.
  private func check(_ drawing: Browser.Drawing, _ picture: PNGPicture, ground: UInt32) {
    var colors: [UInt32: Int] = [:]
    let (left, top) = (Int(drawing.box.x) + 1, Int(drawing.box.y) + 1)
    for y in top..<top + Int(drawing.box.height) - 2 {
      for x in left..<left + Int(drawing.box.width) - 2 {
        colors[picture.pixels[y * picture.width + x], default: 0] += 1
      }
    }
    let all = colors.values.reduce(0, +)
    let share = Double(colors[ground, default: 0]) / Double(max(all, 1))
    #expect(colors.max { $0.value < $1.value }?.key == ground, "\(drawing.name)")
    #expect((0.3...0.985).contains(share), "\(drawing.name): \(share) of it is ground")
    #expect(colors.count >= 6, "\(drawing.name): \(colors.count) colors")
  }
}
