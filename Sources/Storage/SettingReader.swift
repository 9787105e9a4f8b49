/// Reads the keys of one map with types, ranges and defaults, and at the end complains about keys that no one
/// asked for.
public struct SettingReader {
  private let source: String
  private let path: String
  private let entries: [Setting.Entry]
  private var asked: [String] = []

  /// A reader of `setting`, which must be a map (or nothing, for all defaults).
  /// - Parameters:
  ///   - source: the file or option that errors name.
  ///   - path: the dotted path of this map in it, empty at the top.
  public init(_ setting: Setting, source: String, path: String = "") throws(SettingError) {
    self.source = source
    self.path = path
    switch setting {
    case .map(let entries): self.entries = entries
    case .null: entries = []
    default:
      throw SettingError(
        source: source, key: path.isEmpty ? "top level" : path, found: setting.found,
        expected: "a map of keys and values")
    }
  }

  /// An error about a key, for what this reader itself cannot see.
  public func error(
    _ key: String, found: String, expected: String, exitCode: Int32 = 65
  ) -> SettingError {
    SettingError(source: source, key: name(key), found: found, expected: expected, exitCode: exitCode)
  }

  private func name(_ key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }

  private mutating func value(_ key: String) -> Setting? {
    if !asked.contains(key) { asked.append(key) }
    let value = entries.first { $0.key == key }?.value
    return value == .null ? nil : value
  }

  private func failure(_ key: String, _ value: Setting, _ expected: String) -> SettingError {
    SettingError(source: source, key: name(key), found: value.found, expected: expected)
  }

  /// A whole number in a range.
  public mutating func integer(
    _ key: String, in range: ClosedRange<Int>, default fallback: Int? = nil
  ) throws(SettingError) -> Int {
    let expected = "a whole number from \(range.lowerBound) to \(range.upperBound)"
    guard let value = value(key) else {
      guard let fallback else { throw failure(key, .null, expected) }
      return fallback
    }
    guard case .integer(let number) = value, range.contains(number) else {
      throw failure(key, value, expected)
    }
    return number
  }

  /// A number in a range.
  public mutating func number(
    _ key: String, in range: ClosedRange<Double>, default fallback: Double? = nil
  ) throws(SettingError) -> Double {
    let expected = "a number from \(range.lowerBound) to \(range.upperBound)"
    guard let value = value(key) else {
      guard let fallback else { throw failure(key, .null, expected) }
      return fallback
    }
    let number: Double
    switch value {
    case .integer(let whole): number = Double(whole)
    case .number(let real): number = real
    default: throw failure(key, value, expected)
    }
    guard range.contains(number) else { throw failure(key, value, expected) }
    return number
  }

  /// A number in a range; nil for a word that may stand instead of it.
  public mutating func number(
    _ key: String, in range: ClosedRange<Double>, orWord word: String, default fallback: Double
  ) throws(SettingError) -> Double? {
    guard let value = value(key) else { return fallback }
    if value == .string(word) { return nil }
    guard let number = value.asNumber, range.contains(number) else {
      throw failure(key, value, "a number from \(range.lowerBound) to \(range.upperBound), or \(word)")
    }
    return number
  }

  /// true or false.
  public mutating func boolean(_ key: String, default fallback: Bool) throws(SettingError) -> Bool {
    guard let value = value(key) else { return fallback }
    guard case .boolean(let flag) = value else { throw failure(key, value, "true or false") }
    return flag
  }

  /// One of some words.
  public mutating func choice(
    _ key: String, of words: [String], default fallback: String? = nil
  ) throws(SettingError) -> String {
    let expected = words.count == 1 ? words[0] : "one of " + words.joined(separator: ", ")
    guard let value = value(key) else {
      guard let fallback else { throw failure(key, .null, expected) }
      return fallback
    }
    guard case .string(let word) = value, words.contains(word) else { throw failure(key, value, expected) }
    return word
  }

  /// One of some values by their names.
  public mutating func choice<Choice>(
    _ key: String, among choices: some Collection<Choice>, named name: (Choice) -> String,
    default fallback: Choice? = nil
  ) throws(SettingError) -> Choice {
    let word = try choice(key, of: choices.map(name), default: fallback.map(name))
    guard let choice = choices.first(where: { name($0) == word }) else {
      preconditionFailure("SettingReader: \(word) is none of the names of \(key)")
    }
    return choice
  }

  /// One of the words of an enumeration.
  public mutating func choice<Choice: CaseIterable & RawRepresentable<String>>(
    _ key: String, default fallback: Choice? = nil
  ) throws(SettingError) -> Choice {
    try choice(key, among: Choice.allCases, named: \.rawValue, default: fallback)
  }

  /// Any text, or nil.
  public mutating func text(_ key: String) throws(SettingError) -> String? {
    guard let value = value(key) else { return nil }
    switch value {
    case .string(let text): return text
    case .integer(let number): return "\(number)"
    default: throw failure(key, value, "text")
    }
  }

  /// The reader of a nested map; an empty one where the key is missing.
  public mutating func map(_ key: String) throws(SettingError) -> SettingReader {
    try SettingReader(value(key) ?? .null, source: source, path: name(key))
  }

  /// The reader of a nested map, or nil where the key is missing.
  public mutating func optionalMap(_ key: String) throws(SettingError) -> SettingReader? {
    value(key) == nil ? nil : try map(key)
  }

  /// A whole number in a range, or nil where the key is missing.
  public mutating func optionalInteger(
    _ key: String, in range: ClosedRange<Int>
  ) throws(SettingError) -> Int? {
    value(key) == nil ? nil : try integer(key, in: range)
  }

  /// A number, or nil where the key is missing.
  public mutating func optionalNumber(_ key: String) throws(SettingError) -> Double? {
    guard let value = value(key) else { return nil }
    guard let number = value.asNumber else { throw failure(key, value, "a number") }
    return number
  }

  /// A number in a range, or nil where the key is missing.
  public mutating func optionalNumber(
    _ key: String, in range: ClosedRange<Double>
  ) throws(SettingError) -> Double? {
    value(key) == nil ? nil : try number(key, in: range)
  }

  /// The elements of a list, which must be there.
  public mutating func list(_ key: String) throws(SettingError) -> [Setting] {
    let value = value(key) ?? .null
    guard case .list(let elements) = value else { throw failure(key, value, "a list") }
    return elements
  }

  /// A list of numbers.
  public mutating func numbers(_ key: String) throws(SettingError) -> [Double] {
    let elements = try list(key)
    let numbers = elements.compactMap(\.asNumber)
    guard numbers.count == elements.count else { throw failure(key, .list(elements), "a list of numbers") }
    return numbers
  }

  /// A list of whole numbers, none negative.
  public mutating func wholeNumbers(_ key: String) throws(SettingError) -> [Int] {
    var numbers: [Int] = []
    for element in try list(key) {
      guard case .integer(let number) = element, number >= 0 else {
        throw failure(key, element, "whole numbers from 0")
      }
      numbers.append(number)
    }
    return numbers
  }

  /// The nested setting itself, not read yet.
  public mutating func raw(_ key: String) -> Setting { value(key) ?? .null }

  /// Throws where the map has a key twice or one that was not asked for; call it last.
  public func finish() throws(SettingError) {
    var seen: [String] = []
    for entry in entries {
      guard asked.contains(entry.key) else {
        throw SettingError(
          source: source, key: name(entry.key), found: "an unknown key",
          expected: "one of " + asked.joined(separator: ", "))
      }
      guard !seen.contains(entry.key) else {
        throw SettingError(
          source: source, key: name(entry.key), found: "the key twice", expected: "it once")
      }
      seen.append(entry.key)
    }
  }
}
