extension Setting {
  /// Parses JSON, as RFC 8259 has it. Whole numbers that fit are `.integer`, others `.number`; keys keep their order.
  ///
  /// - Parameters:
  ///   - bytes: a file's content.
  ///   - range: the part of it that is the text; all of it unless given.
  ///   - path: what errors name.
  ///   - mostValues: how many values there may be.
  /// - Throws: `FileError.malformed` with the place, also where a key stands twice in a map, where there are more
  ///   values or where they lie deeper than 32.
  public init(
    json bytes: [UInt8], in range: Range<Int>? = nil, path: String, mostValues: Int = Setting.mostValues
  ) throws(FileError) {
    var scanner = JSONScanner(bytes, in: range ?? bytes.indices, path: path, text: "text")
    var left = (count: mostValues, of: mostValues)
    self = try Setting(&scanner, depth: 0, left: &left)
    try scanner.finish()
  }

  private init(_ scanner: inout JSONScanner, depth: Int, left: inout (count: Int, of: Int)) throws(FileError)
  {
    left.count -= 1
    guard left.count >= 0 else {
      throw scanner.malformed(at: scanner.offset, "more values", "\(left.of) at most")
    }
    guard depth < Setting.deepest else {
      throw scanner.malformed(at: scanner.offset, "deeper nesting", "\(Setting.deepest) levels at most")
    }
    switch scanner.next {
    case UInt8(ascii: "{"):
      var entries: [Entry] = []
      try scanner.object { scanner, key throws(FileError) in
        entries.append(Entry(key, try Setting(&scanner, depth: depth + 1, left: &left)))
      }
      self = .map(entries)
    case UInt8(ascii: "["):
      var elements: [Setting] = []
      try scanner.list { scanner throws(FileError) in
        elements.append(try Setting(&scanner, depth: depth + 1, left: &left))
      }
      self = .list(elements)
    case UInt8(ascii: "\""): self = .string(try scanner.string("text"))
    case UInt8(ascii: "t"): self = .boolean(try scanner.word("true", means: true))
    case UInt8(ascii: "f"): self = .boolean(try scanner.word("false", means: false))
    case UInt8(ascii: "n"): self = try scanner.word("null", means: .null)
    default:
      let (text, isWhole) = try scanner.number("a value")
      if isWhole, let whole = Int(text) {
        self = .integer(whole)
      } else if let number = Double(text), number.isFinite {
        self = .number(number)
      } else {
        throw scanner.malformed(at: scanner.offset, "the number \(text)", "one that is not too large")
      }
    }
  }

  private static var deepest: Int { 32 }
}
