/// CRC-32 as in zip, PNG and gzip (ISO-HDLC: polynomial 0xEDB88320 reflected, initial and final complement).
public struct CRC32: Sendable {
  private var state: UInt32 = 0xffff_ffff

  /// The checksum of nothing so far.
  public init() {}

  /// Takes in more bytes.
  public mutating func update(_ bytes: some Sequence<UInt8>) {
    let done: Void? = bytes.withContiguousStorageIfAvailable { buffer in
      state = CRC32.update(state, UnsafeRawBufferPointer(buffer))
    }
    guard done == nil else { return }
    for byte in bytes { state = CRC32.step(state, byte) }
  }

  /// Takes in more bytes.
  public mutating func update(_ bytes: UnsafeRawBufferPointer) { state = CRC32.update(state, bytes) }

  /// The checksum of all bytes taken in.
  public var value: UInt32 { ~state }

  /// The checksum of some bytes.
  public static func checksum(_ bytes: some Sequence<UInt8>) -> UInt32 {
    var crc = CRC32()
    crc.update(bytes)
    return crc.value
  }

  /// The checksum of two stretches of bytes, one behind the other, from those of each: a checksum is a polynomial,
  /// bytes behind it multiply it by a power of x, modulo that of CRC-32.
  /// - Parameter count: bytes of the second stretch.
  public static func joined(_ first: UInt32, _ second: UInt32, secondBytes count: Int) -> UInt32 {
    var power: UInt32 = 1 << 31
    var place = 3
    var left = count
    while left > 0 {
      if left & 1 == 1 { power = product(squares[place % 32], power) }
      left >>= 1
      place += 1
    }
    return product(power, first) ^ second
  }

  /// Two polynomials multiplied, modulo that of CRC-32; the highest bit is the lowest power.
  private static func product(_ a: UInt32, _ b: UInt32) -> UInt32 {
    var (sum, shifted): (UInt32, UInt32) = (0, b)
    for bit in stride(from: UInt32(31), through: 0, by: -1) {
      if a >> bit & 1 == 1 { sum ^= shifted }
      shifted = shifted & 1 == 1 ? shifted >> 1 ^ 0xedb8_8320 : shifted >> 1
    }
    return sum
  }

  /// x to the power of 2^n; the order of x divides 2^32 - 1, so they come round after 32.
  private static let squares: [UInt32] = {
    var squares: [UInt32] = [1 << 30]
    for _ in 1..<32 { squares.append(product(squares[squares.count - 1], squares[squares.count - 1])) }
    return squares
  }()

  private static func step(_ state: UInt32, _ byte: UInt8) -> UInt32 {
    tables[Int(UInt8(truncatingIfNeeded: state) ^ byte)] ^ (state >> 8)
  }

  /// Eight bytes at a time: each one's effect is looked up in a table of its own place, and what they come to is
  /// the sum. States of a run are many megabytes; a byte at a time took a second of them.
  private static func update(_ start: UInt32, _ bytes: UnsafeRawBufferPointer) -> UInt32 {
    var state = start
    let whole = bytes.count & ~7
    tables.withUnsafeBufferPointer { tables in
      func effect(_ word: UInt64, _ place: Int) -> UInt32 {
        tables[(7 - place) << 8 | Int(UInt8(truncatingIfNeeded: word >> UInt64(8 * place)))]
      }
      for offset in stride(from: 0, to: whole, by: 8) {
        let word =
          UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)) ^ UInt64(state)
        state =
          effect(word, 0) ^ effect(word, 1) ^ effect(word, 2) ^ effect(word, 3)
          ^ effect(word, 4) ^ effect(word, 5) ^ effect(word, 6) ^ effect(word, 7)
      }
    }
    for byte in bytes[whole...] { state = step(state, byte) }
    return state
  }

  /// Eight tables of 256: that of place p holds the effect of a byte with p more bytes behind it.
  private static let tables: [UInt32] = {
    var tables = (0..<256).map { (index: UInt32) in
      (0..<8).reduce(index) { value, _ in value & 1 == 1 ? 0xedb8_8320 ^ (value >> 1) : value >> 1 }
    }
    for index in 256..<2048 {
      let before = tables[index - 256]
      tables.append(tables[Int(UInt8(truncatingIfNeeded: before))] ^ (before >> 8))
    }
    return tables
  }()
}

/// A CRC-32 as eight hexadecimal digits.
public func hexadecimal(_ checksum: UInt32) -> String {
  checksum.digits(8, radix: 16)
}
