extension SafeTensorsTests {
  /// A header of one tensor of two bytes, U8 [2], with one part of it in other words.
  static func header(_ part: String, _ other: String) -> String {
    "{\"x\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[0,2]}}".replacing(part, with: other)
  }

  /// What a file may get wrong, with the words that a person reads.
  static let broken: [(bytes: [UInt8], text: String)] = [
    ([], "at byte 0: found 0 bytes, expected a safetensors file of at least 10"),
    ([2, 0, 0, 0, 0, 0, 0, 0, 0x7b], "at byte 0: found 9 bytes, expected a safetensors file of at least 10"),
    (file("{}", length: 3), "at byte 0: found a header of 3 bytes, expected at most 2, the rest of the file"),
    (
      file("{}", length: .max),
      "at byte 0: found a header of 18446744073709551615 bytes, expected at most 100000000"
    ),
    (
      file("{}", length: 100_000_001),
      "at byte 0: found a header of 100000001 bytes, expected at most 100000000"
    ),
    (
      file("{}", length: 100_000_000),
      "at byte 0: found a header of 100000000 bytes, expected at most 2, the rest of the file"
    ),
    (
      file("[]"),
      "at byte 0: found no safetensors header, expected a safetensors file: 8 bytes of its length, then {"
    ),
    (
      file(" {}"),
      "at byte 0: found no safetensors header, expected a safetensors file: 8 bytes of its length, then {"
    ),
    (file("{}", length: 0), "at byte 8: found the end of the header, expected {"),
    (file("{}", length: 1), "at byte 9: found the end of the header, expected a key in quotes"),
    (file("{x"), "at byte 9: found x, expected a key in quotes"),
    (file("{\u{0}}"), "at byte 9: found byte 0x0, expected a key in quotes"),
    (file("{}\u{0}"), "at byte 10: found byte 0x0, expected spaces up to byte 11, the end of the header"),
    (file("{} {}"), "at byte 11: found {, expected spaces up to byte 13, the end of the header"),
    (file("{}", data: 3), "at byte 10: found 3 bytes behind, expected the file's end"),
    (file("{\"x\":3}"), "at byte 13: found 3, expected {"),
    (
      file("{\"x\":{}}"),
      "at byte 13: found tensor x without dtype, shape and data_offsets, expected all three"
    ),
    (file("{\"x\"}"), "at byte 12: found }, expected :"),
    (file("{\"x"), "at byte 11: found the end of the header, expected \""),
    (
      file("{\"x\n\":{}}"),
      "at byte 11: found byte 0xa, expected a key in quotes without control characters"
    ),
    (
      file("{\"\\x\":{}}"),
      "at byte 10: found an escape that means no character, expected a key in quotes"
    ),
    (
      file("{\"\\ud800\":{}}"),
      "at byte 10: found an escape that means no character, expected a key in quotes"
    ),
    (
      file("{\"\\ud800\\u0041\":{}}"),
      "at byte 10: found an escape that means no character, expected a key in quotes"
    ),
    (
      file("{\"__metadata__\":{\"a\":1}}"), "at byte 29: found 1, expected text as the value of a"
    ),
    (file("{\"__metadata__\":null}"), "at byte 24: found n, expected {"),
    (file(header("U8", "u8"), data: 2), "at byte 22: found tensor x of type u8, expected one of \(types)"),
    (file(header("U8", "F4"), data: 2), "at byte 22: found tensor x of type F4, expected one of \(types)"),
    (file(header("\"U8\"", "8"), data: 2), "at byte 22: found 8, expected the name of a type"),
    (file(header("[2]", "[2.0]"), data: 2), "at byte 36: found 2, expected a whole number in shape"),
    (file(header("[2]", "[2e0]"), data: 2), "at byte 36: found 2, expected a whole number in shape"),
    (file(header("[2]", "[02]"), data: 2), "at byte 36: found 0, expected a whole number in shape"),
    (file(header("[2]", "[-2]"), data: 2), "at byte 36: found -, expected a whole number in shape"),
    (file(header("[2]", "[true]"), data: 2), "at byte 36: found t, expected a whole number in shape"),
    (file(header("[2]", "[2,]"), data: 2), "at byte 38: found ], expected a whole number in shape"),
    (file(header("[2]", "[2 1]"), data: 2), "at byte 38: found 1, expected ] or ,"),
    (file(header("[2]", "2"), data: 2), "at byte 35: found 2, expected the list shape"),
    (
      file(header("[2]", "[9223372036854775808]"), data: 2),
      "at byte 36: found a number in shape that is too large, expected at most 9223372036854775807"
    ),
    (
      file(header("[0,2]", "[0,2,2]"), data: 2),
      "at byte 54: found 3 numbers in data_offsets, expected 2"
    ),
    (
      file(header("\"shape\"", "\"form\""), data: 2),
      "at byte 13: found form in tensor x, expected dtype, shape, data_offsets"
    ),
    (file(header("}}", "},}"), data: 2), "at byte 61: found }, expected a key in quotes"),
    (
      file("{\(tensor)}", data: 3),
      "at byte 62: found tensor x at data bytes 0 to 4, expected F32 [1] from 0, within 3"
    ),
    (file("{\(tensor)}", data: 5), "at byte 66: found 1 bytes behind, expected the file's end"),
    (
      file(header("[2]", "[3]"), data: 2),
      "at byte 61: found tensor x at data bytes 0 to 2, expected U8 [3] from 0, within 2"
    ),
    (
      file("{\"x\":{\"dtype\":\"F32\",\"shape\":[4611686018427387904,4],\"data_offsets\":[0,0]}}"),
      "at byte 82: found tensor x at data bytes 0 to 0, expected F32 [4611686018427387904, 4] from 0, within 0"
    ),
    // A gap before, an overlap, an end before the start.
    (
      file(header("[0,2]", "[1,3]"), data: 3),
      "at byte 61: found tensor x at data bytes 1 to 3, expected U8 [2] from 0, within 3"
    ),
    (
      file(
        "{\"x\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[0,2]},\"y\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[1,2]}}",
        data: 2), "at byte 115: found tensor y at data bytes 1 to 2, expected U8 [1] from 2, within 2"
    ),
    (
      file(header("[0,2]", "[2,0]"), data: 2),
      "at byte 61: found tensor x at data bytes 2 to 0, expected U8 [2] from 0, within 2"
    ),
  ]

  static let types =
    "BOOL, U8, I8, F8_E5M2, F8_E4M3, F8_E8M0, F8_E4M3FNUZ, F8_E5M2FNUZ, I16, U16, F16, BF16, I32, U32, F32, C64, "
    + "F64, I64, U64"
}
