import Storage

/// Reads a file's bytes front to back; what is not there is an error with its offset, never a trap.
struct ByteReader {
  let bytes: [UInt8]
  let path: String
  /// Bytes of the file that these are the start of.
  let fileLength: Int
  private(set) var offset = 0

  init(_ bytes: [UInt8], path: String, fileLength: Int? = nil) {
    self.bytes = bytes
    self.path = path
    self.fileLength = fileLength ?? bytes.count
  }

  func malformed(at offset: Int, found: String, expected: String) -> FileError {
    .malformed(path: path, offset: offset, found: found, expected: expected)
  }

  mutating func seek(_ target: Int, _ name: String) throws(FileError) {
    guard (0...bytes.count).contains(target) else {
      throw malformed(at: bytes.count, found: "the end of the file", expected: "\(name) at byte \(target)")
    }
    offset = target
  }

  mutating func skip(_ count: Int, _ name: String) throws(FileError) {
    guard count <= bytes.count - offset else {
      throw malformed(at: bytes.count, found: "the end of the file", expected: name)
    }
    offset += count
  }

  mutating func take(_ count: Int, _ name: String) throws(FileError) -> ArraySlice<UInt8> {
    let start = offset
    try skip(count, name)
    return bytes[start..<offset]
  }

  /// A little-endian integer.
  mutating func integer<Value: FixedWidthInteger>(_ name: String) throws(FileError) -> Value {
    let start = offset
    try skip(MemoryLayout<Value>.size, name)
    return bytes.withUnsafeBytes {
      Value(littleEndian: $0.loadUnaligned(fromByteOffset: start, as: Value.self))
    }
  }

  mutating func expect(_ magic: [UInt8], name: String) throws(FileError) {
    let start = offset
    let found = bytes[start..<min(start + magic.count, bytes.count)]
    guard found.elementsEqual(magic) else {
      throw malformed(
        at: start, found: found.isEmpty ? "the end of the file" : hex(found),
        expected: "\(name), \(hex(magic))")
    }
    offset += magic.count
  }

  /// Compares the CRC-32 of a range with the one stored at an offset.
  func checkCRC(of range: Range<Int>, at position: Int, name: String) throws(FileError) {
    var stored = self
    try stored.seek(position, "the checksum of the \(name)")
    let found: UInt32 = try stored.integer("the checksum of the \(name)")
    let computed = CRC32.checksum(bytes[range])
    guard found == computed else {
      throw malformed(
        at: position, found: "CRC-32 \(hex(found)) of the \(name)", expected: "\(hex(computed)) as computed")
    }
  }
}

/// Bytes in hexadecimal, for messages.
func hex(_ bytes: some Sequence<UInt8>) -> String {
  bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: " ")
}

/// A word in hexadecimal, for messages.
func hex(_ word: UInt32) -> String { "0x" + hexadecimal(word) }
