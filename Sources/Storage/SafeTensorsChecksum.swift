/// A safetensors file that carries a checksum of itself: metadata `crc32`, eight hexadecimal digits, the CRC-32
/// of all bytes of the file with zeros in place of these digits. To everyone else it is a file like any other.
extension SafeTensors {
  /// The file's bytes, with the checksum.
  public var checkedBytes: [UInt8] {
    var copy = self
    copy.metadata[SafeTensors.checksumKey] = hexadecimal(0)
    var bytes = copy.fileBytes
    guard let place = SafeTensors.checksumPlace(in: bytes) else {
      preconditionFailure("no place for a checksum")
    }
    bytes.replaceSubrange(place, with: Array(hexadecimal(CRC32.checksum(bytes)).utf8))
    return bytes
  }

  /// Reads a file with a checksum and verifies it before anything else.
  public init(checkedContentsOf path: String) throws(FileError) {
    var bytes = try AtomicFile.read(path)
    guard let place = SafeTensors.checksumPlace(in: bytes) else {
      throw .malformed(
        path: path, offset: nil, found: "a file that is cut or changed: it has no checksum",
        expected: "\(SafeTensors.checksumKey) in its metadata")
    }
    let said = Array(bytes[place])
    bytes.replaceSubrange(place, with: Array(hexadecimal(0).utf8))
    let computed = hexadecimal(CRC32.checksum(bytes))
    guard said == Array(computed.utf8) else {
      throw .malformed(
        path: path, offset: nil, found: "a file that is cut or changed: its checksum is \(computed)",
        expected: String(decoding: said, as: UTF8.self))
    }
    bytes.replaceSubrange(place, with: said)
    try self.init(bytes: bytes, path: path)
  }

  private static let checksumKey = "crc32"

  /// Where the digits are. Nothing else in a header can look like the key and its quotes: within a text quotes are
  /// escaped.
  private static func checksumPlace(in bytes: [UInt8]) -> Range<Int>? {
    guard bytes.count >= 8 else { return nil }
    let length = bytes[..<8].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard length <= UInt64(bytes.count - 8) else { return nil }
    let header = bytes[8..<8 + Int(length)]
    let key = Array("\"\(checksumKey)\":\"".utf8)
    guard let start = header.firstRange(of: key)?.upperBound, header.endIndex - start >= 8 else { return nil }
    return start..<start + 8
  }
}
