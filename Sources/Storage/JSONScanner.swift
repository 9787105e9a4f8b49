/// Reads a JSON text token by token, as RFC 8259 has it, without ever building a tree: what is read costs no more
/// memory than the caller keeps. What is not there is an error with its place, never a trap.
struct JSONScanner {
  private let bytes: [UInt8]
  private let end: Int
  private let path: String
  /// What errors call the range: the header.
  private let text: String
  private(set) var offset: Int

  /// A scanner of a range of a file's bytes, of the text it is called; offsets in errors are those of the file.
  init(_ bytes: [UInt8], in range: Range<Int>, path: String, text: String) {
    self.bytes = bytes
    self.text = text
    offset = range.lowerBound
    end = range.upperBound
    self.path = path
  }

  func malformed(at offset: Int, _ found: String, _ expected: String) -> FileError {
    .malformed(path: path, offset: offset, found: found, expected: expected)
  }

  /// An error about what stands at the present place.
  func unexpected(_ expected: String) -> FileError {
    let found = offset < end ? JSONScanner.name(of: bytes[offset]) : "the end of the \(text)"
    return malformed(at: offset, found, expected)
  }

  private static func name(of byte: UInt8) -> String {
    (0x21...0x7e).contains(byte) ? "\(Unicode.Scalar(byte))" : "byte 0x\(String(byte, radix: 16))"
  }

  /// Skips white space.
  mutating func skipSpace() {
    while offset < end, [0x20, 0x09, 0x0a, 0x0d].contains(bytes[offset]) { offset += 1 }
  }

  /// Takes a character, if it is the next after white space.
  mutating func take(_ character: Unicode.Scalar) -> Bool {
    skipSpace()
    guard offset < end, bytes[offset] == UInt8(ascii: character) else { return false }
    offset += 1
    return true
  }

  /// Takes a character that must be there.
  mutating func expect(_ character: Unicode.Scalar, or others: String = "") throws(FileError) {
    guard take(character) else { throw unexpected("\(character)\(others)") }
  }

  /// Nothing but white space may follow.
  mutating func finish() throws(FileError) {
    skipSpace()
    guard offset == end else { throw unexpected("spaces up to byte \(end), the end of the \(text)") }
  }

  /// Calls `body` with every key of an object; `body` reads the value. No key may stand twice.
  mutating func object(
    _ body: (inout JSONScanner, String) throws(FileError) -> Void
  ) throws(FileError) {
    try expect("{")
    if take("}") { return }
    var keys: Set<String> = []
    repeat {
      skipSpace()
      let start = offset
      let key = try string("a key in quotes")
      guard keys.insert(key).inserted else {
        throw malformed(at: start, "the key \(key) again", "every key once in an object")
      }
      try expect(":")
      try body(&self, key)
    } while take(",")
    try expect("}", or: " or ,")
  }

  /// Calls `body` for every element of a list; `body` reads it.
  mutating func list(_ body: (inout JSONScanner) throws(FileError) -> Void) throws(FileError) {
    try expect("[")
    if take("]") { return }
    repeat { try body(&self) } while take(",")
    try expect("]", or: " or ,")
  }

  /// The next byte that is no white space; nil at the end.
  var next: UInt8? {
    mutating get {
      skipSpace()
      return offset < end ? bytes[offset] : nil
    }
  }

  /// Takes a word that must be there.
  mutating func word<Value>(_ word: StaticString, means value: Value) throws(FileError) -> Value {
    let count = word.utf8CodeUnitCount
    let isThere =
      offset + count <= end && (0..<count).allSatisfy { bytes[offset + $0] == word.utf8Start[$0] }
    guard isThere else { throw unexpected("\(word)") }
    offset += count
    return value
  }

  /// The text of a number, and whether it has neither fraction nor exponent.
  mutating func number(_ name: String) throws(FileError) -> (text: String, isWhole: Bool) {
    skipSpace()
    let start = offset
    func digits() throws(FileError) {
      guard offset < end, (48...57).contains(bytes[offset]) else { throw unexpected("a digit") }
      while offset < end, (48...57).contains(bytes[offset]) { offset += 1 }
    }
    func isNext(_ some: String) -> Bool { offset < end && some.utf8.contains(bytes[offset]) }
    if isNext("-") { offset += 1 }
    guard isNext("0123456789") else {
      offset = start
      throw unexpected(name)
    }
    if isNext("0") { offset += 1 } else { try digits() }
    var isWhole = true
    if isNext(".") {
      isWhole = false
      offset += 1
      try digits()
    }
    if isNext("eE") {
      isWhole = false
      offset += 1
      if isNext("+-") { offset += 1 }
      try digits()
    }
    return (String(decoding: bytes[start..<offset], as: UTF8.self), isWhole)
  }

  /// A list of whole numbers from 0, of `count` where that is given.
  mutating func wholeNumbers(_ name: String, count: Int? = nil) throws(FileError) -> [Int] {
    skipSpace()
    let start = offset
    var numbers: [Int] = []
    guard next == UInt8(ascii: "[") else { throw unexpected("the list \(name)") }
    try list { scanner throws(FileError) in numbers.append(try scanner.wholeNumber(name)) }
    guard count == nil || count == numbers.count else {
      throw malformed(at: start, "\(numbers.count) numbers in \(name)", "\(count ?? 0)")
    }
    return numbers
  }

  private mutating func wholeNumber(_ name: String) throws(FileError) -> Int {
    skipSpace()
    let start = offset
    var value = 0
    while offset < end, case let digit = Int(bytes[offset]) - 48, (0...9).contains(digit) {
      let (product, high) = value.multipliedReportingOverflow(by: 10)
      let (sum, carry) = product.addingReportingOverflow(digit)
      guard !high, !carry else {
        throw malformed(at: start, "a number in \(name) that is too large", "at most \(Int.max)")
      }
      value = sum
      offset += 1
    }
    // Neither a leading zero nor a fraction nor an exponent makes a whole number.
    let isPlain = offset > start && (bytes[start] != 48 || offset == start + 1)
    guard isPlain, offset == end || ![0x2e, 0x45, 0x65].contains(bytes[offset]) else {
      offset = start
      throw unexpected("a whole number in \(name)")
    }
    return value
  }

  /// A string, its escapes resolved.
  mutating func string(_ name: String) throws(FileError) -> String {
    guard take("\"") else { throw unexpected(name) }
    let start = offset
    var content: [UInt8] = []
    while offset < end, bytes[offset] != UInt8(ascii: "\"") {
      guard bytes[offset] >= 0x20 else { throw unexpected("\(name) without control characters") }
      if bytes[offset] == UInt8(ascii: "\\") {
        content += try escape(name).utf8
      } else {
        content.append(bytes[offset])
        offset += 1
      }
    }
    guard let text = String(validating: content, as: UTF8.self) else {
      throw malformed(at: start, "bytes that are not UTF-8", name)
    }
    try expect("\"")
    return text
  }

  /// The character of an escape that begins here.
  private mutating func escape(_ name: String) throws(FileError) -> String {
    let start = offset
    offset += 1
    guard offset < end else { throw unexpected(name) }
    let letter = bytes[offset]
    offset += 1
    switch letter {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return String(Unicode.Scalar(letter))
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{c}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"):
      var units = [hexadecimal()]
      // A character beyond the basic plane is two escapes.
      if let high = units[0], UTF16.isLeadSurrogate(high), offset + 1 < end,
        bytes[offset] == UInt8(ascii: "\\"), bytes[offset + 1] == UInt8(ascii: "u")
      {
        offset += 2
        units.append(hexadecimal())
      }
      if let text = String(validating: units.map { $0 ?? 0xd800 }, as: UTF16.self) { return text }
    default: break
    }
    throw malformed(at: start, "an escape that means no character", name)
  }

  /// Four hexadecimal digits, or nil.
  private mutating func hexadecimal() -> UInt16? {
    var value: UInt16 = 0
    for _ in 0..<4 {
      guard offset < end, let digit = Character(Unicode.Scalar(bytes[offset])).hexDigitValue else {
        return nil
      }
      value = value << 4 | UInt16(digit)
      offset += 1
    }
    return value
  }
}
