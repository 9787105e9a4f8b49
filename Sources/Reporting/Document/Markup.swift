/// A tree of HTML or SVG. Text and attribute values are escaped when it is rendered, so nothing that comes from
/// a file or a config can become markup.
indirect enum Markup: Sendable, Equatable {
  /// An element: name, attributes in order, children.
  case element(String, [Attribute], [Markup])
  /// Text.
  case text(String)
  /// A style sheet or a script, by the name of its element. Its text goes out as it stands, because browsers resolve no
  /// escapes in one; it must not hold `</`, which could end it.
  case verbatim(String, String, [Attribute] = [])

  /// A name and its value.
  struct Attribute: Sendable, Equatable {
    let name: String
    let value: String

    /// An attribute.
    init(_ name: String, _ value: String) {
      self.name = name
      self.value = value
    }
  }

  /// The text of the tree. Children that are all elements stand on lines of their own; others are kept
  /// together, because a line break between words is a space.
  var rendered: String {
    var result = ""
    write(to: &result)
    return result
  }

  private func write(to result: inout String) {
    switch self {
    case .text(let text): result += escaped(text)
    case .verbatim(let name, let text, let attributes):
      precondition(!text.contains("</"), "the text of an element \(name) could end it")
      start(name, attributes, &result)
      result += ">\n\(text)\n</\(name)>"
    case .element(let name, let attributes, let children):
      start(name, attributes, &result)
      if children.isEmpty {
        result +=
          Markup.withoutEnd.contains(name) ? ">" : Markup.closedAtOnce.contains(name) ? "/>" : "></\(name)>"
        return
      }
      result += ">"
      let breaks = children.count > 1 && children.allSatisfy(\.isElement)
      for child in children {
        if breaks { result += "\n" }
        child.write(to: &result)
      }
      result += breaks ? "\n</\(name)>" : "</\(name)>"
    }
  }

  private func start(_ name: String, _ attributes: [Attribute], _ result: inout String) {
    result += "<\(name)"
    for attribute in attributes { result += " \(attribute.name)=\"\(escaped(attribute.value))\"" }
  }

  private var isElement: Bool { if case .text = self { false } else { true } }

  /// HTML elements that have no end tag.
  private static let withoutEnd: Set = ["meta"]
  /// SVG elements that may end where they begin.
  private static let closedAtOnce: Set = ["path", "circle", "line", "rect"]
}

/// Text in which no character can be taken for markup, inside an element or a quoted attribute. Control
/// characters, which neither HTML nor XML has, become U+FFFD.
func escaped(_ text: String) -> String {
  var result = ""
  result.reserveCapacity(text.utf8.count)
  for scalar in text.unicodeScalars {
    switch scalar {
    case "&": result += "&amp;"
    case "<": result += "&lt;"
    case ">": result += "&gt;"
    case "\"": result += "&quot;"
    case "'": result += "&#39;"
    case "\n", "\t": result.unicodeScalars.append(scalar)
    case _ where scalar.value < 0x20 || (0x7f...0x9f).contains(scalar.value): result += "\u{fffd}"
    default: result.unicodeScalars.append(scalar)
    }
  }
  return result
}
