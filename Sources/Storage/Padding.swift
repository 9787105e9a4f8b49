extension String {
  /// The text with blanks behind it up to so many characters; a longer one as it is.
  public func padded(to width: Int) -> String {
    self + String(repeating: " ", count: Swift.max(0, width - count))
  }

  /// The text with others before it up to so many characters; a longer one as it is.
  public func padded(from width: Int, with character: Character = " ") -> String {
    String(repeating: character, count: Swift.max(0, width - count)) + self
  }
}

extension BinaryInteger {
  /// Its digits, zeros before them up to so many: 007.
  public func digits(_ count: Int, radix: Int = 10) -> String {
    String(self, radix: radix).padded(from: count, with: "0")
  }
}
