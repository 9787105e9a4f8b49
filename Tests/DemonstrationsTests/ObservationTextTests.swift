import Demonstrations
import PongEngine
import Storage
import TestSupport
import Testing

@Suite("ObservationText")
struct ObservationTextTests {
  /// A line of 24 bits.
  static let line = "0,1,1,1,1,1,1,0,0,0,1,0,1,0,1,0,0,1,0,0,1,1,0,1"
  static let row = Observation(bits: 0x7e_2a4d)

  func decode(_ text: String) throws -> [Observation] {
    try ObservationText.decode(Array(text.utf8), path: "a.csv")
  }

  @Test func readsNumbersHoweverTheyAreWritten() throws {
    let line = Self.line
    #expect(try decode(line) == [Self.row])
    #expect(try decode("\(line)\r\n\(line)\n") == [Self.row, Self.row])
    let floats = line.replacing("0,", with: " 0.0 ,").replacing("1", with: "1.000e+00")
    #expect(try decode(floats) == [Self.row])
    let header = (0..<24).map { "bit\($0)" }.joined(separator: ",")
    #expect(try decode("\(header)\n\(line)\n") == [Self.row])
  }

  @Test func errorsNameLineAndColumn() {
    let cases: [(String, String)] = [
      ("", "a.csv: found no steps, expected at least one"),
      ((0..<24).map { "bit\($0)" }.joined(separator: ","), "a.csv: found no steps, expected at least one"),
      ("ball,paddle\n\(Self.line)", "a.csv: line 1: found 2 columns, expected 24"),
      ("\n\(Self.line)", "a.csv: line 1: found 1 columns, expected 24"),
      ("\(Self.line)\n\n", "a.csv: line 2: found 1 columns, expected 24"),
      ("\(Self.line),1", "a.csv: line 1: found 25 columns, expected 24"),
      (
        "1" + String(repeating: ",", count: 1_000_000),
        "a.csv: line 1: found 1000001 columns, expected 24"
      ),
      ("2" + Self.line.dropFirst(), "a.csv: line 1: found \"2\" in column 1, expected 0 or 1"),
      (Self.line.dropLast() + "\u{7}", "a.csv: line 1: found \"\\u{7}\" in column 24, expected 0 or 1"),
      (
        "0" + String(repeating: "0", count: 64) + Self.line.dropFirst(),
        "a.csv: line 1: found \"\(String(repeating: "0", count: 65))\" in column 1, expected 0 or 1"
      ),
    ]
    for (text, line) in cases { #expect { try decode(text) } throws: { "\($0)" == line } }
  }

  @Test("Cut off at any byte or with any one bit turned: rows, or a typed error")
  func damage() {
    let bytes = Array("\(Self.line)\n\(Self.line)\r\n".utf8)
    let damage = Damage(bytes) { try ObservationText.decode($0, path: damagedFile) }
    damage.cuts { rows, length in
      rows == Array(repeating: Self.row, count: length < 47 ? 0 : length < 95 ? 1 : 2)
    }
    damage.flips { rows, _ in (1...2).contains(rows.count) }
  }
}
