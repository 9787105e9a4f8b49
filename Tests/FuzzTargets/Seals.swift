import Storage

extension FuzzTarget {
  /// The bytes with every checksum made right, as far as their places can be told; nil for formats without.
  func sealed(_ bytes: [UInt8]) -> [UInt8]? {
    switch self {
    case .dataset: sealedDataset(bytes)
    case .npz: sealedArchive(bytes)
    case .replay: bytes.count < 4 ? nil : sealed(bytes, 0..<bytes.count - 4, at: bytes.count - 4)
    case .cell, .report: sealedResult(bytes)
    case .agent: SafeTensors.sealed(bytes)
    case .text, .safetensors, .config, .sweep, .observations, .graph, .onnx: nil
    }
  }

  private func sealed(_ bytes: [UInt8], _ range: Range<Int>, at place: Int) -> [UInt8] {
    var bytes = bytes
    let checksum = CRC32.checksum(bytes[range])
    for byte in 0..<4 { bytes[place + byte] = UInt8(truncatingIfNeeded: checksum >> UInt32(8 * byte)) }
    return bytes
  }

  private func word(_ bytes: [UInt8], at place: Int) -> Int? {
    guard place >= 0, place + 4 <= bytes.count else { return nil }
    return bytes[place..<place + 4].reversed().reduce(0) { $0 << 8 | Int($1) }
  }

  /// Header and rows of version 1, header and blocks of version 2.
  private func sealedDataset(_ bytes: [UInt8]) -> [UInt8] {
    guard let end = word(bytes, at: 12), end >= 20, end <= bytes.count else { return bytes }
    var bytes = sealed(bytes, 0..<end - 4, at: end - 4)
    guard bytes[8] == 2 else {
      return bytes.count < end + 4 ? bytes : sealed(bytes, end..<bytes.count - 4, at: bytes.count - 4)
    }
    var start = end
    while let rows = word(bytes, at: start + 4), rows <= 1024, start + 20 + 4 * rows <= bytes.count {
      bytes = sealed(bytes, start..<start + 16 + 4 * rows, at: start + 16 + 4 * rows)
      start += 20 + 4 * rows
    }
    return bytes
  }

  /// The stored entries of a zip archive, whose checksums are in its directory.
  private func sealedArchive(_ bytes: [UInt8]) -> [UInt8] {
    var bytes = bytes
    guard var entry = word(bytes, at: bytes.count - 6) else { return bytes }
    while word(bytes, at: entry) == 0x0201_4b50, let size = word(bytes, at: entry + 24),
      let method = word(bytes, at: entry + 10), let lengths = word(bytes, at: entry + 28),
      let start = word(bytes, at: entry + 42)
    {
      if method & 0xffff == 0, let local = word(bytes, at: start + 26),
        case let content = start + 30 + (local & 0xffff) + local >> 16,
        content + size <= bytes.count
      {
        bytes = sealed(bytes, content..<content + size, at: entry + 16)
      }
      entry += 46 + (lengths & 0xffff) + lengths >> 16
    }
    return bytes
  }

  /// A result, whose checksum is its last field.
  private func sealedResult(_ bytes: [UInt8]) -> [UInt8] {
    let body = bytes.dropLast(27)
    let digits = String(CRC32.checksum(body), radix: 16)
    let checksum = String(repeating: "0", count: 8 - digits.count) + digits
    return body + Array("  \"checksum\": \"\(checksum)\"\n}\n".utf8)
  }
}
