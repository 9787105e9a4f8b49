import Storage
import Testing

@Suite("Columns of text")
struct PaddingTests {
  @Test func charactersCountNotUnits() {
    #expect("pong".padded(to: 6) == "pong  " && "pong".padded(from: 6) == "  pong")
    #expect("🏓é".padded(to: 4) == "🏓é  ", "five units of UTF-16 or UTF-8, two characters")
    #expect("pong".padded(to: 3) == "pong" && "pong".padded(from: -1) == "pong")
  }

  @Test func digits() {
    #expect(7.digits(3) == "007" && 1234.digits(3) == "1234" && 0.digits(2) == "00")
    #expect(UInt32(0xab).digits(8, radix: 16) == "000000ab")
  }
}
