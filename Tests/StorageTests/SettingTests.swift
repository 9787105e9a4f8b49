import Storage
import Testing

@Suite("Setting and SettingReader")
struct SettingTests {
  static let map = Setting.map([
    .init("n", .integer(3)), .init("x", .number(0.5)), .init("flag", .boolean(true)),
    .init("word", .string("a")), .init("nothing", .null), .init("list", .list([])),
    .init("inner", .map([.init("k", .integer(1))])),
  ])

  static func reader(_ setting: Setting = map) throws(SettingError) -> SettingReader {
    try SettingReader(setting, source: "file", path: "top")
  }

  @Test func findsAndSetsValues() {
    var setting = SettingTests.map
    #expect(setting["inner"]?["k"] == .integer(1))
    #expect(setting["none"] == nil && Setting.null["k"] == nil)
    setting.set("inner.k", to: .integer(2))
    setting.set("new.a.b", to: .boolean(false))
    setting.set("n", to: .string("x"))
    #expect(setting["inner"] == .map([.init("k", .integer(2))]))
    #expect(setting["new"]?["a"]?["b"] == .boolean(false))
    // Keys keep their order; new ones come last.
    guard case .map(let entries) = setting else { return }
    #expect(entries.map(\.key) == ["n", "x", "flag", "word", "nothing", "list", "inner", "new"])
  }

  @Test func readsValuesAndDefaults() throws {
    var reader = try SettingTests.reader()
    #expect(try reader.integer("n", in: 0...3) == 3)
    #expect(try reader.number("x", in: 0...1) == 0.5)
    #expect(try reader.number("n", in: 0...5) == 3)
    #expect(try reader.boolean("flag", default: false))
    #expect(try reader.choice("word", of: ["a", "b"]) == "a")
    #expect(try reader.text("word") == "a")
    #expect(try reader.text("n") == "3")
    #expect(try reader.integer("nothing", in: 0...9, default: 7) == 7)
    #expect(try reader.number("none", in: 0...9, default: 0.25) == 0.25)
    #expect(try reader.choice("none", of: ["a"], default: "z") == "z")
    #expect(try reader.text("none") == nil)
    #expect(reader.raw("list") == .list([]) && reader.raw("none") == .null)
    var inner = try reader.map("inner")
    #expect(try inner.integer("k", in: 1...1) == 1)
    try inner.finish()
    try reader.finish()
    try SettingTests.reader(.null).finish()
  }

  @Test func readsLists() throws {
    let numbers = Setting.list([.integer(2), .number(0.5)])
    var reader = try SettingTests.reader(
      .map([
        .init("a", numbers), .init("b", .list([.integer(0), .integer(7)])), .init("x", .number(0.5)),
        .init("mixed", .list([.integer(1), .string("a")])), .init("below", .list([.integer(-1)])),
      ]))
    #expect(try reader.list("a") == [.integer(2), .number(0.5)])
    #expect(try reader.numbers("a") == [2, 0.5])
    #expect(try reader.wholeNumbers("b") == [0, 7])
    #expect(try reader.optionalNumber("x") == 0.5)
    #expect(try reader.optionalNumber("none") == nil)
    func text(_ read: () throws -> Void) -> String {
      do { try read() } catch { return "\(error)" }
      return "no error"
    }
    #expect(text { _ = try reader.list("x") } == "file: top.x: found 0.5, expected a list")
    #expect(text { _ = try reader.list("no") } == "file: top.no: found nothing, expected a list")
    #expect(
      text { _ = try reader.numbers("mixed") } == "file: top.mixed: found a list, expected a list of numbers")
    for (key, found) in [("a", "0.5"), ("below", "-1")] {
      #expect(
        text { _ = try reader.wholeNumbers(key) }
          == "file: top.\(key): found \(found), expected whole numbers from 0")
    }
    #expect(text { _ = try reader.optionalNumber("a") } == "file: top.a: found a list, expected a number")
  }

  /// The line of the error that reading throws.
  static func text(_ read: (inout SettingReader) throws -> Void) -> String {
    do {
      var reader = try reader()
      try read(&reader)
      return "no error"
    } catch {
      return "\(error)"
    }
  }

  @Test func errorsNameSourceKeyFoundAndExpected() {
    let text = SettingTests.text
    #expect(
      text { _ = try $0.integer("n", in: 4...9) }
        == "file: top.n: found 3, expected a whole number from 4 to 9")
    #expect(
      text { _ = try $0.integer("x", in: 0...9) }
        == "file: top.x: found 0.5, expected a whole number from 0 to 9")
    #expect(
      text { _ = try $0.integer("no", in: 0...9) }
        == "file: top.no: found nothing, expected a whole number from 0 to 9")
    #expect(
      text { _ = try $0.number("x", in: 1...2) }
        == "file: top.x: found 0.5, expected a number from 1.0 to 2.0")
    #expect(
      text { _ = try $0.number("word", in: 1...2) }
        == "file: top.word: found \"a\", expected a number from 1.0 to 2.0")
    #expect(text { _ = try $0.boolean("n", default: true) } == "file: top.n: found 3, expected true or false")
    #expect(
      text { _ = try $0.choice("word", of: ["b", "c"]) }
        == "file: top.word: found \"a\", expected one of b, c")
    #expect(text { _ = try $0.choice("list", of: ["b"]) } == "file: top.list: found a list, expected b")
    #expect(text { _ = try $0.choice("no", of: ["b"]) } == "file: top.no: found nothing, expected b")
    #expect(text { _ = try $0.text("flag") } == "file: top.flag: found true, expected text")
    #expect(text { _ = try $0.map("n") } == "file: top.n: found 3, expected a map of keys and values")
    #expect(
      text { reader in
        _ = reader.raw("n")
        try reader.finish()
      } == "file: top.x: found an unknown key, expected one of n")
  }

  @Test func aKeyTwice() throws {
    let twice = Setting.map([.init("k", .integer(1)), .init("k", .integer(2))])
    var reader = try SettingReader(twice, source: "file")
    #expect(try reader.integer("k", in: 0...9) == 1)
    #expect(throws: SettingError(source: "file", key: "k", found: "the key twice", expected: "it once")) {
      try reader.finish()
    }
  }

  @Test func theTopMustBeAMap() {
    #expect(
      throws: SettingError(
        source: "file", key: "top level", found: "a list", expected: "a map of keys and values")
    ) { try SettingReader(.list([]), source: "file") }
  }

  @Test func errorsAreBadData() {
    let error = SettingError(source: "s", key: "k", found: "f", expected: "e")
    #expect(error.exitCode == 65)
    #expect(FileError.notFound(path: "p").exitCode == 66)
    #expect(FileError.unwritable(path: "p", reason: "r").exitCode == 74)
    #expect(FileError.unreadable(path: "p", reason: "r").exitCode == 74)
    #expect(FileError.malformed(path: "p", offset: nil, found: "a", expected: "b").exitCode == 65)
    #expect(
      "\(FileError.malformedLine(path: "p", line: 3, found: "a", expected: "b"))"
        == "p: line 3: found a, expected b")
  }
}
