import Sweeps
import Testing

@Suite("Words of a command line")
struct ShellWordsTests {
  @Test(
    arguments: [
      ("", []), ("  ", []), ("--time=5", ["--time=5"]), (" a  b\tc\n", ["a", "b", "c"]),
      ("--name='a b' c", ["--name=a b", "c"]), ("\"a 'b'\"", ["a 'b'"]), ("a\\ b \\'", ["a b", "'"]),
      ("'\\' x", ["\\", "x"]), ("\"\\\"\"", ["\""]), ("''", [""]), ("a''b", ["ab"]),
      ("$HOME *", ["$HOME", "*"]),
    ] as [(String, [String])])
  func areThoseOfAShell(_ text: String, _ words: [String]) { #expect(text.shellWords == words) }

  @Test(arguments: ["'", "a 'b", "\"a", "a\\"])
  func openQuotesAreNone(_ text: String) { #expect(text.shellWords == nil) }
}
