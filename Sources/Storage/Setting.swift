/// A tree of settings: what a YAML config or the metadata of an agent file holds. Maps keep the order of
/// their keys.
public indirect enum Setting: Sendable, Equatable {
  /// Text.
  case string(String)
  /// A whole number.
  case integer(Int)
  /// A number.
  case number(Double)
  /// Yes or no.
  case boolean(Bool)
  /// Nothing: a key without a value.
  case null
  /// A sequence.
  case list([Setting])
  /// Keys and values, in order.
  case map([Entry])

  /// A key and its value.
  public struct Entry: Sendable, Equatable {
    /// The key.
    public var key: String
    /// The value.
    public var value: Setting

    /// A key and its value.
    public init(_ key: String, _ value: Setting) {
      self.key = key
      self.value = value
    }
  }

  /// The value of a key, if this is a map that has it.
  public subscript(key: String) -> Setting? {
    guard case .map(let entries) = self else { return nil }
    return entries.first { $0.key == key }?.value
  }

  /// The value at a dotted path of keys, if there is one.
  public func value(at path: String) -> Setting? {
    Setting.keys(path).reduce(Optional(self)) { $0?[$1] }
  }

  /// Sets the value at a dotted path of keys, making maps on the way.
  public mutating func set(_ path: String, to value: Setting) { set(Setting.keys(path)[...], to: value) }

  private mutating func set(_ keys: ArraySlice<String>, to value: Setting) {
    guard let key = keys.first else {
      self = value
      return
    }
    var entries: [Entry] = if case .map(let own) = self { own } else { [] }
    let index = entries.firstIndex { $0.key == key } ?? entries.count
    if index == entries.count { entries.append(Entry(key, .null)) }
    entries[index].value.set(keys.dropFirst(), to: value)
    self = .map(entries)
  }

  private static func keys(_ path: String) -> [String] {
    path.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
  }

  /// A number that was a float: the shortest decimal that reads back as it, so that 0.1 is written 0.1.
  public init(_ value: Float) { self = .number(Double("\(value)") ?? Double(value)) }

  /// The value of a number, whole or not; nil of anything else.
  public var asNumber: Double? {
    switch self {
    case .integer(let number): Double(number)
    case .number(let number): number
    default: nil
    }
  }

  /// How the value reads in an error message.
  public var found: String {
    switch self {
    case .string(let text): "\"\(text)\""
    case .integer(let number): "\(number)"
    case .number(let number): "\(number)"
    case .boolean(let flag): "\(flag)"
    case .null: "nothing"
    case .list: "a list"
    case .map: "a map"
    }
  }
}

/// A setting that is not what it should be. Its line names the source, the key, what was found and what was
/// expected.
public struct SettingError: UserFacingError, Equatable {
  /// The file or option the settings came from.
  public var source: String
  /// The dotted path of the key.
  public let key: String
  /// What stands there.
  public let found: String
  /// What could stand there.
  public let expected: String
  /// 65, bad data, unless it was said otherwise.
  public let exitCode: Int32

  /// An error about one key.
  public init(source: String, key: String, found: String, expected: String, exitCode: Int32 = 65) {
    self.source = source
    self.key = key
    self.found = found
    self.expected = expected
    self.exitCode = exitCode
  }

  /// One line for a person.
  public var description: String {
    "\(source.printable()): \(key.printable()): found \(found.printable()), expected "
      + expected.printable(limit: 4000)
  }
}
