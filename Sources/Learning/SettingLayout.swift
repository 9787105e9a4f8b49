import Storage

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
