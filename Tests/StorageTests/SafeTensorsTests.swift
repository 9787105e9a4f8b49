import Foundation
import Storage
import TestSupport
import Testing

@Suite("SafeTensors")
struct SafeTensorsTests {
  /// A small file with every element type, a scalar, an empty tensor and metadata.
  static let sample: SafeTensors = {
    var file = SafeTensors()
    file.metadata = ["b": "x", "a": "quote \" slash \\ line \n tab \t bell \u{7} \u{e9}\u{1F3D3}"]
    file.add("floats", [2, 2], [1, -0.5, .infinity, 1e-40] as [Float])
    file.add("words", [0, 1, UInt32.max])
    file.add("halves", [7, UInt16.max])
    file.add("empty", .float32, [0, 3], [])
    file.add("scalar", .float64, [], [0, 0, 0, 0, 0, 0, 0xf0, 0x3f])
    file.add("long", .integer64, [1], [1, 2, 3, 4, 5, 6, 7, 8])
    file.add("bytes", .unsigned8, [3], [1, 2, 3])
    file.add("flags", .boolean, [1], [1])
    return file
  }()

  static func text(_ bytes: [UInt8]) -> String {
    do {
      _ = try SafeTensors(bytes: bytes, path: "f")
      return "no error"
    } catch {
      return "\(error)"
    }
  }

  /// A file from a header's text and a number of data bytes.
  static func file(_ header: String, data: Int = 0, length: UInt64? = nil) -> [UInt8] {
    let count = length ?? UInt64(header.utf8.count)
    return withUnsafeBytes(of: count.littleEndian) { Array($0) } + Array(header.utf8)
      + [UInt8](repeating: 0, count: data)
  }

  @Test func readsWhatItWrote() throws {
    let file = SafeTensorsTests.sample
    let again = try SafeTensors(bytes: file.fileBytes, path: "f")
    #expect(again == file)
    #expect(again.fileBytes == file.fileBytes)
    #expect(again["floats"]?.floats == [1, -0.5, .infinity, 1e-40])
    #expect(again["scalar"]?.floats == [1])
    #expect(again["words"]?.unsignedIntegers == [0, 1, .max])
    #expect(again["halves"]?.unsignedIntegers == [7, 65_535])
    #expect(again["bytes"]?.unsignedIntegers == [1, 2, 3])
    #expect(again["flags"]?.unsignedIntegers == [1])
    #expect(again["empty"]?.floats == [])
    #expect(again["long"]?.floats == nil && again["long"]?.unsignedIntegers == nil)
    #expect(again["floats"]?.unsignedIntegers == nil && again["words"]?.floats == nil)
    #expect(again["nothing"] == nil)
    try withTemporaryFolder { folder in
      try AtomicFile.write(file.fileBytes, to: "\(folder)/f")
      #expect(try SafeTensors(contentsOf: "\(folder)/f") == file)
    }
  }

  @Test func dataIsAlignedAndLittleEndian() {
    var file = SafeTensors()
    file.add("x", [1], [1] as [Float])
    let header = "{\"x\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}"
    let padded = header + String(repeating: " ", count: 7 - (header.utf8.count + 7) % 8)
    #expect(padded.utf8.count % 8 == 0)
    let expected = SafeTensorsTests.file(padded) + [0, 0, 0x80, 0x3f]
    #expect(file.fileBytes == expected)
  }

  @Test func nothingAtAll() throws {
    let bytes = SafeTensors().fileBytes
    #expect(try SafeTensors(bytes: bytes, path: "f") == SafeTensors())
  }

  static let tensor = "\"x\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}"

  @Test func refusesBytesThatAreNoText() {
    #expect(
      SafeTensorsTests.text([5, 0, 0, 0, 0, 0, 0, 0, 0x7b, 0x22, 0xff, 0x22, 0x7d])
        == "f: at byte 10: found bytes that are not UTF-8, expected a key in quotes")
  }

  /// What a terminal would take for a command is told as an escape, and a long name by its length.
  @Test func errorsAreSafeToPrint() {
    let bell = SafeTensorsTests.file(
      SafeTensorsTests.header("\"x\"", "\"\\u001b[2J\\n\\u202e\"").replacing("U8", with: "U"), data: 2)
    #expect(
      SafeTensorsTests.text(bell).hasPrefix(
        "f: at byte 38: found tensor \\u{1b}[2J\\u{a}\\u{202e} of type U, "))
    let name = String(repeating: "n", count: 100_000)
    let long = SafeTensorsTests.text(SafeTensorsTests.file("{\"\(name)\":{}}"))
    #expect(long.utf8.count < 600 && long.contains("... (100045 characters), expected all three"))
  }

  @Test func acceptsWhatTheFormatAllows() throws {
    func file(_ header: String, data: Int) throws -> SafeTensors {
      try SafeTensors(bytes: SafeTensorsTests.file(header, data: data), path: "f")
    }
    // Tensors in any order of the header, white space, escapes, dimensions that come to nothing.
    let swapped =
      "{\"b\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[2,3]},\n\t\"a\\/\\ud83c\\udfd3\":{\"data_offsets\":[0,2],"
      + "\"shape\":[2],\"dtype\":\"U8\"}}   \r\n"
    #expect(try file(swapped, data: 3).entries.map(\.name) == ["a/\u{1F3D3}", "b"])
    let nothing = SafeTensorsTests.header("[2]", "[0,9223372036854775807,9]").replacing(
      "[0,2]", with: "[0,0]")
    #expect(try file(nothing, data: 0)["x"]?.bytes == [])
    // The same with the 0 last, and of values of several bytes.
    let none = SafeTensorsTests.header("[2]", "[4611686018427387904,0]").replacing("[0,2]", with: "[0,0]")
      .replacing("U8", with: "F32")
    #expect(try file(none, data: 0)["x"]?.floats == [])
    for type in SafeTensors.ElementType.allCases {
      let size = 2 * type.size
      let header = SafeTensorsTests.header("U8", type.rawValue).replacing("[0,2]", with: "[0,\(size)]")
      #expect(try file(header, data: size)["x"]?.type == type)
    }
  }

  @Test(arguments: broken)
  func refuses(_ bytes: [UInt8], text: String) {
    #expect(SafeTensorsTests.text(bytes) == "f: " + text)
  }

  @Test(
    arguments: [
      ("{\(tensor),\(tensor)}", "x", 62),
      ("{\(tensor),\"\\u0078\":3}", "x", 62),
      ("{\"x\":{\"dtype\":\"F32\",\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,4]}}", "dtype", 28),
      ("{\(tensor),\"__metadata__\":{\"a\":\"1\",\"b\":\"\",\"a\":\"2\"}}", "a", 93),
      ("{\(tensor),\"__metadata__\":{},\"__metadata__\":{}}", "__metadata__", 80),
      ("{\(tensor),\"__metadata__\":{\"\\\"\":\"\",\"k\":\"\",\"k\":\"\"}}", "k", 93),
      // The same name to a reader, in two normal forms.
      ("{\"\u{e9}\":\(tensor.dropFirst(4)),\"e\u{301}\":{}}", "e\u{301}", 63),
    ])
  func refusesAKeyTwice(_ header: String, key: String, offset: Int) {
    #expect(
      SafeTensorsTests.text(SafeTensorsTests.file(header, data: 4))
        == "f: at byte \(offset): found the key \(key) again, expected every key once in an object")
  }

  @Test(
    arguments: [
      // The same word as key and value, in two objects, in text that looks like a key, behind escapes.
      "{\(tensor),\"__metadata__\":{\"a\":\"a\",\"b\":\"a\",\"x\":\"{\\\"a\\\":1,\\\"a\\\":2}\"}}",
      "{\(tensor),\"__metadata__\":{\"a\\\\\":\"\",\"a\":\"\",\"a\\\"\":\"\"}}",
      "{ \(tensor) , \"__metadata__\" : { \"dtype\" : \"shape\" } }",
    ])
  func acceptsDifferentKeys(_ header: String) {
    #expect(SafeTensorsTests.text(SafeTensorsTests.file(header, data: 4)) == "no error")
  }

  @Test func damageIsAnErrorOrAFileOfTheSameLength() {
    let bytes = SafeTensorsTests.sample.fileBytes
    let length = SafeTensorsTests.sample.entries.reduce(0) { $0 + $1.bytes.count }
    let damage = Damage(bytes) { try SafeTensors(bytes: $0, path: damagedFile) }
    damage.cuts()
    var readable = 0
    damage.flips { file, _ in
      readable += 1
      return file.entries.reduce(0) { $0 + $1.bytes.count } == length
    }
    // The data's bits at least.
    #expect(readable >= 8 * length)
  }
}
