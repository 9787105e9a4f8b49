import Storage

/// What an ONNX file holds beside numbers, found before any of it is parsed.
///
/// A message costs the parser far more than the two bytes that an empty one takes, so what is not the numbers of an
/// initializer is bounded, as YAML is.
enum ONNXEnvelope {
  /// Bytes of a description at most: of all nodes, names and shapes.
  static let limit = 4 << 20

  static func damaged(_ path: String) -> FileError {
    .malformed(path: path, offset: nil, found: "no ONNX model", expected: "one, whole")
  }

  static func check(_ bytes: [UInt8], path: String) throws(FileError) {
    let numbers = bytes.withUnsafeBytes { numberBytes($0, inside: [.model, .graph, .initializer]) }
    guard let numbers else { throw damaged(path) }
    guard bytes.count - numbers <= limit else {
      throw .malformed(
        path: path, offset: nil, found: "\(bytes.count - numbers) bytes of nodes and names",
        expected: "at most \(limit)")
    }
  }

  /// A message, by the field of it that leads on; of an initializer, the fields with numbers.
  private enum Level {
    case model
    case graph
    case initializer

    var fields: [UInt64] {
      switch self {
      case .model: [7]
      case .graph: [5]
      case .initializer: [4, 5, 7, 9, 10]
      }
    }
  }

  /// Bytes of numbers in a message; nil where it is none.
  private static func numberBytes(_ bytes: UnsafeRawBufferPointer, inside levels: ArraySlice<Level>) -> Int? {
    guard let level = levels.first else { return bytes.count }
    var place = 0
    var sum = 0
    while place < bytes.count {
      guard let key = varint(bytes, &place) else { return nil }
      switch key & 7 {
      case 0: guard varint(bytes, &place) != nil else { return nil }
      case 1: place += 8
      case 5: place += 4
      case 2:
        guard let length = varint(bytes, &place), length <= UInt64(bytes.count - place) else { return nil }
        if level.fields.contains(key >> 3) {
          let part = UnsafeRawBufferPointer(rebasing: bytes[place..<place + Int(length)])
          guard let inner = numberBytes(part, inside: levels.dropFirst()) else { return nil }
          sum += inner
        }
        place += Int(length)
      default: return nil
      }
    }
    return place == bytes.count ? sum : nil
  }

  private static func varint(_ bytes: UnsafeRawBufferPointer, _ place: inout Int) -> UInt64? {
    var value: UInt64 = 0
    for shift in stride(from: 0, to: 64, by: 7) {
      guard place < bytes.count else { return nil }
      let byte = bytes[place]
      place += 1
      value |= UInt64(byte & 0x7f) << UInt64(shift)
      if byte & 0x80 == 0 { return value }
    }
    return nil
  }
}
