/// A safetensors file that carries a checksum of itself: metadata `crc32`, eight hexadecimal digits, the CRC-32
/// of all bytes of the file with zeros in place of these digits. To everyone else it is a file like any other.
extension SafeTensors {
  /// The metadata's key.
  public static let checksumKey = "crc32"

  /// The file's bytes, with the checksum.
  public var checkedBytes: [UInt8] {
    var copy = self
    copy.metadata[SafeTensors.checksumKey] = hexadecimal(0)
    guard let bytes = SafeTensors.sealed(copy.fileBytes) else {
      preconditionFailure("no place for a checksum")
    }
    return bytes
  }

  /// Bytes that are collected before they are written.
  private static let bufferBytes = 1 << 22

  /// Replaces the file at `path`, with the checksum, as `AtomicFile.write` does it; in pieces, so that it takes no memory for
  /// all of the bytes.
  public func writeChecked(to path: String, keeping previous: String? = nil) throws(FileError) {
    var copy = self
    copy.metadata[SafeTensors.checksumKey] = hexadecimal(0)
    var header = copy.header
    guard let place = SafeTensors.checksumPlace(in: header) else {
      preconditionFailure("no place for a checksum")
    }
    let replacement = try FileReplacement(of: path)
    var crc = CRC32()
    crc.update(header)
    var (buffer, written) = (header, 0)
    for entry in entries {
      try entry.forEachPiece { (piece) throws(FileError) in
        crc.update(piece)
        buffer.append(contentsOf: piece)
        guard buffer.count >= SafeTensors.bufferBytes else { return }
        try replacement.fill(buffer, at: written)
        written += buffer.count
        buffer.removeAll(keepingCapacity: true)
      }
    }
    header.replaceSubrange(place, with: Array(hexadecimal(crc.value).utf8))
    // The digits are known last; a small file is written at once.
    if written == 0 {
      buffer.replaceSubrange(..<header.count, with: header)
      try replacement.fill(buffer)
    } else {
      if !buffer.isEmpty { try replacement.fill(buffer, at: written) }
      try replacement.fill(header)
    }
    try replacement.commit(keeping: previous)
  }

  /// A file's bytes with their checksum made right; nil for those of a file that carries none.
  public static func sealed(_ bytes: [UInt8]) -> [UInt8]? {
    guard let place = checksumPlace(in: bytes) else { return nil }
    var bytes = bytes
    bytes.replaceSubrange(place, with: Array(checksum(bytes, place).utf8))
    return bytes
  }

  /// Reads a file with a checksum and verifies it before anything else.
  public init(checkedContentsOf path: String) throws(FileError) {
    let bytes = try AtomicFile.read(path)
    guard let place = SafeTensors.checksumPlace(in: bytes) else {
      throw SafeTensors.changed(path, "it has no checksum", "\(SafeTensors.checksumKey) in its metadata")
    }
    try SafeTensors.verify(bytes, place, path)
    try self.init(bytes: bytes, path: path)
  }

  /// Parses a file's bytes, after verifying the checksum where there is one; a file of a program that writes none
  /// is read as it is.
  ///
  /// No flip of a single bit makes a file with a checksum pass for one without. To do that it would have to change
  /// the key or the quotes and the colon around it. Without one of these the header cannot be parsed; with another
  /// letter the key is still all but `crc32`, and no one else's.
  public init(verifying bytes: [UInt8], path: String) throws(FileError) {
    let place = SafeTensors.checksumPlace(in: bytes)
    if let place { try SafeTensors.verify(bytes, place, path) }
    try self.init(bytes: bytes, path: path)
    if place == nil, let key = metadata.keys.sorted().first(where: SafeTensors.isAllButTheKey) {
      throw SafeTensors.changed(
        path, "metadata \(key) without a checksum",
        "\(SafeTensors.checksumKey) and eight digits, or no such key")
    }
  }

  /// Whether a key is that of a checksum but for one character at most.
  private static func isAllButTheKey(_ key: String) -> Bool {
    key.utf8.count == checksumKey.utf8.count && zip(key.utf8, checksumKey.utf8).count { $0 != $1 } <= 1
  }

  private static func verify(_ bytes: [UInt8], _ place: Range<Int>, _ path: String) throws(FileError) {
    let computed = checksum(bytes, place)
    guard bytes[place].elementsEqual(computed.utf8) else {
      throw changed(path, "its checksum is \(computed)", String(decoding: bytes[place], as: UTF8.self))
    }
  }

  /// The digits that belong in a place.
  private static func checksum(_ bytes: [UInt8], _ place: Range<Int>) -> String {
    var crc = CRC32()
    crc.update(bytes[..<place.lowerBound])
    crc.update(hexadecimal(0).utf8)
    crc.update(bytes[place.upperBound...])
    return hexadecimal(crc.value)
  }

  private static func changed(_ path: String, _ how: String, _ expected: String) -> FileError {
    .malformed(
      path: path, offset: nil, found: "a file that is cut or changed: \(how)", expected: expected)
  }

  /// Where the digits are. Nothing else in a header can look like the key, its quotes and what is before them:
  /// within a text a backslash is before every quote.
  private static func checksumPlace(in bytes: [UInt8]) -> Range<Int>? {
    guard bytes.count >= 8 else { return nil }
    let length = UInt64(littleEndianBytes: bytes[..<8])
    guard length <= UInt64(bytes.count - 8) else { return nil }
    let header = bytes[8..<8 + Int(length)]
    let key = Array("\"\(checksumKey)\":\"".utf8)
    let range = ["{", ","].lazy.compactMap { header.firstRange(of: Array($0.utf8) + key) }.first
    guard let start = range?.upperBound, header.endIndex - start > 8,
      header[start + 8] == UInt8(ascii: "\"")
    else { return nil }
    return start..<start + 8
  }
}
