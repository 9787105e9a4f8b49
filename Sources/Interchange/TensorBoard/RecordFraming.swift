import Storage

/// The framing of TFRecord files, one record after the other, all integers little-endian:
///
///     8  length N of the data
///     4  masked CRC-32C of the length
///     N  the data
///     4  masked CRC-32C of the data
enum RecordFraming {
  /// One record.
  static func frame(_ data: [UInt8]) -> [UInt8] {
    let length = [UInt8](littleEndian: UInt64(data.count))
    return length + [UInt8](littleEndian: CRC32C.masked(length)) + data
      + [UInt8](littleEndian: CRC32C.masked(data))
  }

  /// The data of a file's records up to its end, or to the first that is cut off or damaged, as the last is where
  /// a program was killed.
  static func records(_ bytes: [UInt8]) -> [[UInt8]] {
    var records: [[UInt8]] = []
    var rest = bytes[...]
    while rest.count >= 16 {
      let header = rest.prefix(8)
      let length = UInt64(littleEndianBytes: header)
      guard UInt32(littleEndianBytes: rest.dropFirst(8).prefix(4)) == CRC32C.masked(header),
        length <= UInt64(rest.count - 16)
      else { break }
      let data = rest.dropFirst(12).prefix(Int(length))
      rest = rest.dropFirst(12 + Int(length))
      guard UInt32(littleEndianBytes: rest.prefix(4)) == CRC32C.masked(data) else { break }
      rest = rest.dropFirst(4)
      records.append(Array(data))
    }
    return records
  }
}

/// CRC-32C (Castagnoli: polynomial 0x82F63B78 reflected, initial and final complement) as in iSCSI and in
/// TFRecord files, which mask it.
enum CRC32C {
  /// The checksum of some bytes.
  static func checksum(_ bytes: some Sequence<UInt8>) -> UInt32 {
    var state: UInt32 = 0xffff_ffff
    for byte in bytes {
      state = table[Int(UInt8(truncatingIfNeeded: state) ^ byte)] ^ (state >> 8)
    }
    return ~state
  }

  /// The checksum as TFRecord files keep it: turned, and moved by a constant, so that the checksum of data that
  /// hold checksums is not degenerate.
  static func masked(_ bytes: some Sequence<UInt8>) -> UInt32 {
    let crc = checksum(bytes)
    return (crc >> 15 | crc << 17) &+ 0xa282_ead8
  }

  private static let table: [UInt32] = (0..<256).map { (index: UInt32) in
    (0..<8).reduce(index) { value, _ in value & 1 == 1 ? 0x82f6_3b78 ^ (value >> 1) : value >> 1 }
  }
}
