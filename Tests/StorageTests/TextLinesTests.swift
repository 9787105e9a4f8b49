import Storage
import Testing

@Suite("TextLines")
struct TextLinesTests {
  @Test(
    arguments: [
      ("", []), ("\n", [""]), ("a", ["a"]), ("a\n", ["a"]), ("a\r\n\r\nb", ["a", "", "b"]),
      ("\n\na\r", ["", "", "a"]), ("a\rb\n", ["a\rb"]),
    ] as [(String, [String])])
  func lines(_ text: String, _ expected: [String]) {
    let lines = Array(TextLines(Array(text.utf8)))
    #expect(lines.map { String(decoding: $0.text, as: UTF8.self) } == expected)
    #expect(lines.map(\.number) == Array(1..<expected.count + 1))
  }
}
