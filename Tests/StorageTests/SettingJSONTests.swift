import Storage
import TestSupport
import Testing

@Suite("Settings: JSON")
struct SettingJSONTests {
  static func read(_ text: String) throws -> Setting { try Setting(json: Array(text.utf8), path: "a.json") }

  @Test func everyKindOfValue() throws {
    let text = #"""
       {"z": [1, -2, 0, 3.5, -1e-05, 1E3, 12345678901234567890], "a": {"é\n": "\u00e9\"\ud83d\ude00"}, "t": true, "f": false,
      "n": null, "e": [], "m": {}}
      """#
    let numbers: [Setting] = [
      .integer(1), .integer(-2), .integer(0), .number(3.5), .number(-1e-5), .number(1000),
      .number(12_345_678_901_234_567_168),
    ]
    #expect(
      try SettingJSONTests.read(text)
        == .map([
          .init("z", .list(numbers)), .init("a", .map([.init("é\n", .string("é\"😀"))])),
          .init("t", .boolean(true)), .init("f", .boolean(false)), .init("n", .null), .init("e", .list([])),
          .init("m", .map([])),
        ]))
  }

  /// What this program writes reads back, and as the YAML that it is too.
  @Test func whatIsWrittenReadsBack() throws {
    let setting = try SettingJSONTests.read(
      #"{"a": [1, 0.1, 1e300, {"b": "x: y\t#", "c": [[2]]}], "d": "", "e": -0.0}"#)
    for text in [setting.json, setting.layoutJSON] {
      #expect(try SettingJSONTests.read(text) == setting)
      #expect(try Setting(yaml: text, source: "a.json") == setting)
    }
  }

  @Test(arguments: [
    ("", "at byte 0: found the end of the text, expected a value"),
    ("[1", "at byte 2: found the end of the text, expected ] or ,"),
    ("{\"a\" 1}", "at byte 5: found 1, expected :"),
    ("{\"a\": 1, \"a\": 2}", "at byte 9: found the key a again, expected every key once in an object"),
    ("[01]", "at byte 2: found 1, expected ] or ,"),
    ("[1.]", "at byte 3: found ], expected a digit"),
    ("[-]", "at byte 1: found -, expected a value"),
    ("[+1]", "at byte 1: found +, expected a value"),
    ("[1e999]", "at byte 6: found the number 1e999, expected one that is not too large"),
    ("[tru]", "at byte 1: found t, expected true"),
    ("[NaN]", "at byte 1: found N, expected a value"),
    ("1 2", "at byte 2: found 2, expected spaces up to byte 3, the end of the text"),
    (String(repeating: "[", count: 40), "at byte 32: found deeper nesting, expected 32 levels at most"),
  ])
  func whatIsWrong(_ text: String, _ message: String) {
    #expect { try SettingJSONTests.read(text) } throws: { "\($0)" == "a.json: \(message)" }
  }

  @Test func moreValuesThanAreRead() {
    let text = "[" + String(repeating: "1,", count: 100_000) + "1]"
    #expect { try SettingJSONTests.read(text) } throws: {
      "\($0)".hasSuffix("found more values, expected 100000 at most")
    }
  }

  @Test func damage() throws {
    let text = #"{"a": [1, -2.5e3, true, null], "b": {"c": "d\u00e9"}}"#
    // Whatever a flipped bit makes of it, it is read or an error; what is cut is always one.
    let damage = Damage(Array(text.utf8)) { try Setting(json: $0, path: damagedFile) }
    damage.cuts()
    damage.flips { _, _ in true }
  }
}
