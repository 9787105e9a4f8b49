// Integers in files: their lowest byte first.

extension Array<UInt8> {
  /// The bytes of an integer.
  @inlinable
  public init(littleEndian value: some FixedWidthInteger) {
    self = Swift.withUnsafeBytes(of: value.littleEndian) { Array($0) }
  }

  /// Appends the bytes of an integer.
  @inlinable
  public mutating func appendLittleEndian(_ value: some FixedWidthInteger) {
    Swift.withUnsafeBytes(of: value.littleEndian) { append(contentsOf: $0) }
  }
}

extension FixedWidthInteger {
  /// The integer that has these bytes, as many as its type or fewer.
  @inlinable
  public init(littleEndianBytes bytes: some BidirectionalCollection<UInt8>) {
    self = bytes.reversed().reduce(0) { $0 << 8 | Self($1) }
  }
}
