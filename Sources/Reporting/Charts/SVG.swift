/// What the drawings share: sizes, numbers, texts.
enum SVG {
  /// A drawing is made for the width it is shown at, so that its text is as large as the page's: once for a
  /// desktop and once for a phone. The style sheet shows one of them.
  struct Size: Sendable, Equatable {
    /// The class in the style sheet.
    let name: String
    /// In pixels, of the user's coordinates and, at full width, of the screen.
    let width: Double
    let height: Double

    static let wide = Size(name: "wide", width: 760, height: 400)
    static let narrow = Size(name: "narrow", width: 340, height: 270)
  }

  /// Pixels of the text.
  static let fontSize = 13.0

  /// A coordinate, to a tenth of a pixel.
  static func number(_ value: Double) -> String {
    let tenths = Int((value * 10).rounded())
    let (whole, tenth) = (abs(tenths) / 10, abs(tenths) % 10)
    return (tenths < 0 ? "-" : "") + (tenth == 0 ? "\(whole)" : "\(whole).\(tenth)")
  }

  static func attributes(_ pairs: KeyValuePairs<String, String>) -> [Markup.Attribute] {
    pairs.map { Markup.Attribute($0.key, $0.value) }
  }

  static func element(
    _ name: String, _ pairs: KeyValuePairs<String, String>, _ children: [Markup] = []
  ) -> Markup {
    .element(name, attributes(pairs), children)
  }

  /// The root: scales with its container, and tells its title and description to those who do not see it.
  static func root(
    _ size: Size, id: String, title: String, summary: String, _ children: [Markup]
  ) -> Markup {
    let name = "\(id)-\(size.name)"
    return element(
      "svg",
      [
        "class": size.name, "viewBox": "0 0 \(number(size.width)) \(number(size.height))", "role": "img",
        "aria-labelledby": "\(name)-title", "aria-describedby": "\(name)-desc",
      ],
      [
        element("title", ["id": "\(name)-title"], [.text(title)]),
        element("desc", ["id": "\(name)-desc"], [.text(summary)]),
      ] + children)
  }

  /// A text at a point.
  static func text(
    _ text: String, _ x: Double, _ y: Double, anchor: String = "start", class name: String = "label"
  ) -> Markup {
    element(
      "text", ["x": number(x), "y": number(y), "text-anchor": anchor, "class": name], [.text(text)])
  }

  static func line(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, class name: String) -> Markup {
    element(
      "line", ["x1": number(x1), "y1": number(y1), "x2": number(x2), "y2": number(y2), "class": name])
  }

  /// About how wide a text is in the fonts of common systems; rather too wide than too narrow.
  static func width(_ text: String) -> Double {
    text.unicodeScalars.reduce(0) { sum, scalar in
      let ems =
        switch scalar {
        case "i", "j", "l", ".", ",", "'", ":", ";", "|", "!", " ", "t", "f", "r", "(", ")": 0.38
        case "m", "w", "M", "W": 0.95
        case "A"..."Z": 0.72
        default: 0.6
        }
      return sum + ems * fontSize
    }
  }
}
