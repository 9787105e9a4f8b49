/// A safetensors file in memory: named tensors and text metadata.
///
/// Format (huggingface/safetensors): 8 bytes little-endian header length, a JSON object
/// `{"name": {"dtype", "shape", "data_offsets": [begin, end]}, "__metadata__": {text: text}}`, then the data
/// without gaps. Equal content gives equal bytes: tensors are written in the order given, metadata sorted,
/// the header padded with spaces to a multiple of 8.
public struct SafeTensors: Sendable, Equatable {
  /// One tensor: row-major little-endian bytes.
  public struct Entry: Sendable, Equatable {
    /// The name.
    public let name: String
    /// The element type.
    public let type: ElementType
    /// The shape; empty for a scalar.
    public let shape: [Int]
    /// The data.
    public let bytes: [UInt8]
  }

  /// The tensors, in file order.
  public private(set) var entries: [Entry] = []
  /// The place of every name in `entries`.
  private var places: [String: Int] = [:]
  /// Text metadata.
  public var metadata: [String: String] = [:]

  /// No tensors yet.
  public init() {}

  /// The tensor with this name.
  public subscript(name: String) -> Entry? { places[name].map { entries[$0] } }

  /// Appends 32-bit floats.
  public mutating func add(_ name: String, _ shape: [Int], _ values: some Sequence<Float>) {
    let words = values.withContiguousStorageIfAvailable { $0.map(\.bitPattern) }
    add(name, .float32, shape, littleEndianBytes(words ?? values.map(\.bitPattern)))
  }

  /// Appends 32-bit unsigned integers.
  public mutating func add(_ name: String, _ values: [UInt32]) {
    add(name, .unsigned32, [values.count], littleEndianBytes(values))
  }

  /// Appends 16-bit unsigned integers.
  public mutating func add(_ name: String, _ values: [UInt16]) {
    add(name, .unsigned16, [values.count], littleEndianBytes(values))
  }

  /// Appends bytes of an element type.
  public mutating func add(_ name: String, _ type: ElementType, _ shape: [Int], _ bytes: [UInt8]) {
    precondition(self[name] == nil, "tensor \(name) is added twice")
    let expected = shape.reduce(type.size, *)
    precondition(bytes.count == expected, "tensor \(name): found \(bytes.count) bytes, expected \(expected)")
    places[name] = entries.count
    entries.append(Entry(name: name, type: type, shape: shape, bytes: bytes))
  }

  /// The file's bytes.
  public var fileBytes: [UInt8] {
    var parts: [String] = []
    if !metadata.isEmpty {
      let pairs = metadata.sorted { $0.key < $1.key }.map {
        "\(jsonLiteral($0.key)):\(jsonLiteral($0.value))"
      }
      parts.append("\"__metadata__\":{\(pairs.joined(separator: ","))}")
    }
    var offset = 0
    for entry in entries {
      let end = offset + entry.bytes.count
      let shape = entry.shape.map(String.init).joined(separator: ",")
      parts.append(
        "\(jsonLiteral(entry.name)):{\"dtype\":\"\(entry.type.rawValue)\",\"shape\":[\(shape)],"
          + "\"data_offsets\":[\(offset),\(end)]}")
      offset = end
    }
    var header = Array("{\(parts.joined(separator: ","))}".utf8)
    while header.count % 8 != 0 { header.append(UInt8(ascii: " ")) }
    var bytes = littleEndianBytes(UInt64(header.count))
    bytes.reserveCapacity(8 + header.count + offset)
    bytes.append(contentsOf: header)
    for entry in entries { bytes.append(contentsOf: entry.bytes) }
    return bytes
  }
}

extension SafeTensors.Entry {
  /// The values of an F32 or F64 tensor as floats; nil for another type.
  public var floats: [Float]? {
    switch type {
    case .float32: words(UInt32.self).map { Float(bitPattern: $0) }
    case .float64: words(UInt64.self).map { Float(Double(bitPattern: $0)) }
    default: nil
    }
  }

  /// The values of a U8, U16 or U32 tensor; nil for another type.
  public var unsignedIntegers: [UInt32]? {
    switch type {
    case .unsigned32: words(UInt32.self)
    case .unsigned16: words(UInt16.self).map(UInt32.init)
    case .unsigned8, .boolean: bytes.map(UInt32.init)
    default: nil
    }
  }

  private func words<Word: FixedWidthInteger>(_: Word.Type) -> [Word] {
    bytes.withUnsafeBytes { buffer in
      (0..<buffer.count / MemoryLayout<Word>.size).map {
        Word(littleEndian: buffer.loadUnaligned(fromByteOffset: $0 * MemoryLayout<Word>.size, as: Word.self))
      }
    }
  }
}

private func littleEndianBytes(_ value: some FixedWidthInteger) -> [UInt8] {
  withUnsafeBytes(of: value.littleEndian) { Array($0) }
}

/// All words at once: a large network has millions, and a small array for each took seconds.
private func littleEndianBytes<Word: FixedWidthInteger>(_ words: [Word]) -> [UInt8] {
  let size = MemoryLayout<Word>.size
  return [UInt8](unsafeUninitializedCapacity: words.count * size) { buffer, count in
    let raw = UnsafeMutableRawBufferPointer(buffer)
    for (index, word) in words.enumerated() {
      raw.storeBytes(of: word.littleEndian, toByteOffset: index * size, as: Word.self)
    }
    count = words.count * size
  }
}
