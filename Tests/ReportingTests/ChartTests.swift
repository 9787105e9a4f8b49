import Foundation
import Testing

@testable import Reporting

@Suite("Charts")
struct ChartTests {
  private func chart(_ series: [Chart.Series]) -> Chart {
    Chart(
      title: "A title", summary: "A summary.", x: .init("across", Scale(.linear, 0...10)),
      y: .init("up", Scale(.linear, 0...1)), series: series)
  }

  private func drawn(_ series: [Chart.Series], _ size: SVG.Size = .wide) -> String {
    ChartDrawing(chart(series), size).markup(id: "x").rendered
  }

  @Test func aLineRunsThroughItsPoints() {
    let text = drawn([.init("one", SeriesStyle(0), .line, [.init(0, 0), .init(5, 0.5), .init(10, 1)])])
    // One legend row of 21 and 36 above the plot; it ends 46 above the bottom of 421. Labels "0.0" are wide.
    #expect(text.contains("<path class=\"line c0\" stroke-dasharray=\"\" d=\"M34.5 375L389.3 216L744 57\"/>"))
    #expect(text.contains("viewBox=\"0 0 760 421\""))
  }

  @Test func bandsAndErrorBarsShowTheInterval() {
    let points = [Chart.Point(0, 0.5, 0...1), Chart.Point(10, 0.5, 0.25...0.75)]
    let band = drawn([.init("one", SeriesStyle(1), .line, points)])
    #expect(band.contains("<path class=\"band c1\" d=\"M34.5 57L744 136.5L744 295.5L34.5 375Z\"/>"))
    #expect(!band.contains("class=\"bar"))
    let bars = drawn([.init("one", SeriesStyle(1), .points, points)])
    #expect(bars.contains("<line x1=\"34.5\" y1=\"375\" x2=\"34.5\" y2=\"57\" class=\"bar c1\"/>"))
    #expect(bars.contains("<line x1=\"740\" y1=\"295.5\" x2=\"748\" y2=\"295.5\" class=\"bar c1\"/>"))
    #expect(!bars.contains("band"))
    // A band without any width is none.
    #expect(
      !drawn([.init("one", SeriesStyle(1), .line, [.init(0, 1, 1...1), .init(1, 1, 1...1)])]).contains("band")
    )
  }

  @Test func theLegendNamesEverySeriesOnceAndWraps() {
    let names = ["Vanilla RNN", "Sparse RNN", "Transformer", "Vanilla RNN"]
    let series = names.enumerated().map {
      Chart.Series($0.element, SeriesStyle($0.offset), .points, [.init(1, 1)])
    }
    let legend = ChartLegend(series, width: 340)
    let texts = legend.markup.map(\.rendered).filter { $0.hasPrefix("<text") }
    #expect(texts.count == 3)
    #expect(legend.height == 42)
    #expect(ChartLegend(series, width: 760).height == 21)
    #expect(ChartLegend([], width: 760).height == 0)
  }

  @Test func namesAreEscapedAndTheDrawingIsDescribed() {
    let text = drawn([.init("<b>&", SeriesStyle(0), .line, [.init(0, 0)])])
    #expect(text.contains(">&lt;b&gt;&amp;</text>") && !text.contains("<b>"))
    #expect(text.contains("role=\"img\" aria-labelledby=\"x-wide-title\" aria-describedby=\"x-wide-desc\""))
    #expect(text.contains("<title id=\"x-wide-title\">A title</title>"))
    #expect(text.contains("<desc id=\"x-wide-desc\">A summary.</desc>"))
  }

  @Test func labelsOfTheAxisDoNotTouch() {
    for size in [SVG.Size.wide, .narrow] {
      let crowded = Chart(
        title: "", summary: "", x: .init("", Scale(.logarithmic, 100_000...10_000_000)),
        y: .init("", Scale(.linear, 0...1)), series: [])
      let text = ChartDrawing(crowded, size).markup(id: "x").rendered
      // x, and half the width of the text, of every tick below the plot.
      let labels = text.split(separator: "<text ").dropFirst().filter {
        $0.contains("middle\" class=\"tick\"")
      }
      var end = -Double.infinity
      #expect(labels.count >= 3)
      for label in labels {
        let place = Double(label.dropFirst(3).prefix { $0 != "\"" }) ?? .nan
        let words = String(label.split(separator: ">")[1].split(separator: "<")[0])
        let half = SVG.width(words) / 2
        #expect(place - half > end && place + half <= size.width + 0.05, "\(words)")
        end = place + half
      }
    }
  }

  @Test func stylesDifferThreeWays() {
    let styles = (0..<SeriesStyle.count).map { SeriesStyle($0) }
    #expect(Set(styles.map(\.color)).count == SeriesStyle.count)
    #expect(Set(styles.map(\.dash)).count == SeriesStyle.count)
    #expect(Set(styles.map(\.marker)).count == SeriesStyle.count)
    #expect(SeriesStyle(SeriesStyle.count) == SeriesStyle(0))
  }

  @Test func coordinatesAreTenthsOfAPixel() {
    #expect([0, 1.04, 1.05, -0.04, -2.25, 100].map(SVG.number) == ["0", "1", "1.1", "0", "-2.3", "100"])
  }

  @Test func colorsStandOutFromTheirPage() throws {
    let css = "\(HTMLWriter.styleSheet)"
    // The first block of variables is the light page, the second the dark one.
    let pages = css.components(separatedBy: ":root {").dropFirst().map { $0.prefix { $0 != "}" } }
    try #require(pages.count == 2)
    for page in pages {
      var colors: [String: [Double]] = [:]
      for part in page.split(whereSeparator: { ";\n".contains($0) }) {
        let pair = part.split(separator: ":").map { $0.trimmingCharacters(in: .whitespaces) }
        guard pair.count == 2, pair[1].hasPrefix("#"), let value = Int(pair[1].dropFirst(), radix: 16) else {
          continue
        }
        colors[pair[0]] = [value >> 16, value >> 8 & 255, value & 255].map { Double($0) / 255 }
      }
      let ground = try #require(colors["--page"])
      for (name, least) in [("--text", 7.0), ("--soft", 7), ("--link", 7)]
        + (0..<7).map({ ("--c\($0)", 3.0) })
      {
        let ratio = contrast(try #require(colors[name]), ground)
        #expect(ratio >= least, "\(name): \(ratio)")
      }
    }
  }

  /// The contrast of WCAG 2.2: relative luminances, 1 to 21.
  private func contrast(_ a: [Double], _ b: [Double]) -> Double {
    func luminance(_ color: [Double]) -> Double {
      let linear = color.map { $0 <= 0.04045 ? $0 / 12.92 : pow(($0 + 0.055) / 1.055, 2.4) }
      return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    }
    let (x, y) = (luminance(a), luminance(b))
    return (max(x, y) + 0.05) / (min(x, y) + 0.05)
  }
}
