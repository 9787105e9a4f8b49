import Yams

extension Setting {
  /// Parses YAML (or JSON, which is YAML).
  /// - Parameter source: the file or option that errors name.
  ///
  /// A value costs the parser some hundred bytes, so text and values are counted before it starts: what is read
  /// takes 100 MB at the most, whatever stands in it.
  public init(yaml: String, source: String) throws(SettingError) {
    try Setting.checkSize(yaml, source)
    let node: Node?
    do {
      node = try Yams.compose(yaml: yaml)
    } catch {
      let line = "\(error)".split(separator: "\n").first.map(String.init) ?? ""
      throw SettingError(source: source, key: "YAML", found: line, expected: "well-formed YAML")
    }
    guard let node else {
      self = .null
      return
    }
    var left = Setting.mostValues
    self = try Setting(node, source: source, depth: 0, left: &left)
  }

  /// Refuses text that is not worth parsing.
  private static func checkSize(_ yaml: String, _ source: String) throws(SettingError) {
    let length = yaml.utf8.count
    guard length <= longestText else {
      throw SettingError(
        source: source, key: "YAML", found: "\(length) bytes", expected: "\(longestText) at most")
    }
    var (indicators, anchors) = (0, 0)
    var last = UInt8(ascii: " ")
    for byte in yaml.utf8 {
      if isIndicator(byte) { indicators += 1 }
      if last == UInt8(ascii: "&"), byte > UInt8(ascii: " ") { anchors += 1 }
      last = byte
    }
    guard indicators <= 4 * mostValues else { throw tooMany(source) }
    // The parser compares keys, and in them every alias counts as what it stands for: with anchors of anchors a
    // few lines take for ever.
    guard anchors <= mostAnchors else {
      throw SettingError(
        source: source, key: "YAML", found: "\(anchors) anchors (&)", expected: "\(mostAnchors) at most")
    }
  }

  /// No value without one of these before it.
  private static func isIndicator(_ byte: UInt8) -> Bool {
    switch Unicode.Scalar(byte) {
    case "\n", "\r", ",", ":", "-", "?", "[", "{": true
    default: false
    }
  }

  private static func tooMany(_ source: String) -> SettingError {
    SettingError(source: source, key: "YAML", found: "more values", expected: "\(mostValues) at most")
  }

  /// Values of one text.
  public static var mostValues: Int { 100_000 }
  private static var mostAnchors: Int { 4 }
  private static var longestText: Int { 4 << 20 }

  private init(_ node: Node, source: String, depth: Int, left: inout Int) throws(SettingError) {
    guard depth < 32 else {
      throw SettingError(source: source, key: "YAML", found: "deeper nesting", expected: "32 levels at most")
    }
    // An alias repeats its anchor's value: a few lines of them can stand for more than any memory.
    left -= 1
    guard left >= 0 else { throw Setting.tooMany(source) }
    switch node {
    case .scalar(let scalar): self = Setting(scalar: scalar)
    case .sequence(let sequence):
      var list: [Setting] = []
      for item in sequence { list.append(try Setting(item, source: source, depth: depth + 1, left: &left)) }
      self = .list(list)
    case .mapping(let mapping):
      var entries: [Entry] = []
      for (key, value) in mapping {
        guard case .scalar(let word) = key else {
          throw SettingError(source: source, key: "YAML", found: "a key that is no word", expected: "words")
        }
        entries.append(
          Entry(word.string, try Setting(value, source: source, depth: depth + 1, left: &left)))
      }
      self = .map(entries)
    case .alias:
      throw SettingError(source: source, key: "YAML", found: "an alias", expected: "plain values")
    }
  }

  /// YAML's core schema: quoted scalars are text, plain ones numbers or truth values where they read so.
  private init(scalar: Node.Scalar) {
    let text = scalar.string
    guard scalar.style == .plain || scalar.style == .any else {
      self = .string(text)
      return
    }
    self = Setting(plain: text)
  }

  /// What an unquoted scalar reads as.
  private init(plain text: String) {
    self =
      switch text {
      case "", "~", "null": .null
      case "true": .boolean(true)
      case "false": .boolean(false)
      default:
        if let whole = Int(text) {
          .integer(whole)
        } else if let number = Double(text), number.isFinite {
          .number(number)
        } else {
          .string(text)
        }
      }
  }

  /// Block-style YAML that parses back to the same setting.
  public var yaml: String { yamlLines(indent: "").joined(separator: "\n") + "\n" }

  private func yamlLines(indent: String) -> [String] {
    switch self {
    case .map(let entries):
      return entries.flatMap { entry -> [String] in
        switch entry.value {
        case .map(let inner) where !inner.isEmpty:
          return ["\(indent)\(entry.key):"] + entry.value.yamlLines(indent: indent + "  ")
        default: return ["\(indent)\(entry.key): \(entry.value.inline)"]
        }
      }
    default: return [indent + inline]
    }
  }

  /// One line that is JSON, and so YAML.
  public var json: String { inline(quoteText: true) }

  private var inline: String { inline(quoteText: false) }

  private func inline(quoteText: Bool) -> String {
    switch self {
    case .string(let text):
      let isPlain =
        !quoteText && !text.isEmpty
        && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "_-./".contains($0)) }
        && text.first?.isLetter == true && Setting(plain: text) == .string(text)
      return isPlain ? text : jsonLiteral(text)
    case .integer(let number): return "\(number)"
    case .number(let number): return "\(number)"
    case .boolean(let flag): return "\(flag)"
    case .null: return "null"
    case .list(let list):
      return "[" + list.map { $0.inline(quoteText: quoteText) }.joined(separator: ", ") + "]"
    case .map(let entries):
      return "{"
        + entries.map { "\(jsonLiteral($0.key)): \($0.value.inline(quoteText: quoteText))" }
        .joined(separator: ", ") + "}"
    }
  }
}

extension Setting {
  /// JSON over several lines, for files that people compare: a line a key, a list of plain values on one line, a
  /// list of others with a line an element.
  public var layoutJSON: String { layout(indent: "") }

  private func layout(indent: String) -> String {
    let inner = indent + "  "
    switch self {
    case .map(let entries) where !entries.isEmpty:
      let lines = entries.map { "\(inner)\(jsonLiteral($0.key)): \($0.value.layout(indent: inner))" }
      return "{\n" + lines.joined(separator: ",\n") + "\n\(indent)}"
    case .list(let elements) where !elements.allSatisfy(\.isPlain):
      return "[\n" + elements.map { inner + $0.json }.joined(separator: ",\n") + "\n\(indent)]"
    default: return json
    }
  }

  private var isPlain: Bool {
    switch self {
    case .list, .map: false
    default: true
    }
  }
}

/// The JSON string literal of a text; also a double-quoted YAML scalar.
public func jsonLiteral(_ text: String) -> String {
  var result = "\""
  for scalar in text.unicodeScalars {
    switch scalar {
    case "\"": result += "\\\""
    case "\\": result += "\\\\"
    case "\n": result += "\\n"
    case "\t": result += "\\t"
    case _ where scalar.value < 0x20: result += "\\u" + scalar.value.digits(4, radix: 16)
    default: result.unicodeScalars.append(scalar)
    }
  }
  return result + "\""
}
