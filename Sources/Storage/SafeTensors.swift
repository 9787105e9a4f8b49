/// A safetensors file in memory: named tensors and text metadata.
///
/// Format (huggingface/safetensors): 8 bytes little-endian header length, a JSON object
/// `{"name": {"dtype", "shape", "data_offsets": [begin, end]}, "__metadata__": {text: text}}`, then the data
/// without gaps. Equal content gives equal bytes: tensors are written in the order given, metadata sorted,
/// the header padded with spaces to a multiple of 8.
public struct SafeTensors: Sendable, Equatable {
  /// One tensor: row-major little-endian bytes.
  public struct Entry: Sendable {
    /// The name.
    public let name: String
    /// The element type.
    public let type: ElementType
    /// The shape; empty for a scalar.
    public let shape: [Int]
    /// The data, as it came.
    let values: Values
  }

  /// Data that is not copied: what was added, or a part of the file that was read.
  enum Values: Sendable {
    case bytes(ArraySlice<UInt8>)
    case floats(ArraySlice<Float>)
    case words([UInt32])
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
  public mutating func add(_ name: String, _ shape: [Int], _ values: [Float]) {
    add(name, shape, values[...])
  }

  /// Appends 32-bit floats that are a part of others.
  public mutating func add(_ name: String, _ shape: [Int], _ values: ArraySlice<Float>) {
    add(name, .float32, shape, .floats(values), size: 4 * values.count)
  }

  /// Appends 32-bit unsigned integers.
  public mutating func add(_ name: String, _ values: [UInt32]) {
    add(name, .unsigned32, [values.count], .words(values), size: 4 * values.count)
  }

  /// Appends 16-bit unsigned integers.
  public mutating func add(_ name: String, _ values: [UInt16]) {
    add(name, .unsigned16, [values.count], littleEndianBytes(values))
  }

  /// Appends bytes of an element type.
  public mutating func add(_ name: String, _ type: ElementType, _ shape: [Int], _ bytes: [UInt8]) {
    add(name, type, shape, bytes[...])
  }

  /// Appends bytes of an element type that are a part of others.
  mutating func add(_ name: String, _ type: ElementType, _ shape: [Int], _ bytes: ArraySlice<UInt8>) {
    add(name, type, shape, .bytes(bytes), size: bytes.count)
  }

  private mutating func add(_ name: String, _ type: ElementType, _ shape: [Int], _ values: Values, size: Int)
  {
    precondition(self[name] == nil, "tensor \(name) is added twice")
    let expected = SafeTensors.byteCount(type, shape)
    precondition(size == expected, "tensor \(name): found \(size) bytes of shape \(shape)")
    places[name] = entries.count
    entries.append(Entry(name: name, type: type, shape: shape, values: values))
  }

  /// Bytes of values of a type in a shape; nil for more than an `Int` counts. Where a length is 0 there are none, whatever
  /// the others are.
  static func byteCount(_ type: ElementType, _ shape: [Int]) -> Int? {
    if shape.contains(0) { return 0 }
    var size = type.size
    for length in shape {
      let (product, overflow) = size.multipliedReportingOverflow(by: length)
      if overflow { return nil }
      size = product
    }
    return size
  }

  /// The file's bytes.
  public var fileBytes: [UInt8] {
    var bytes = header
    bytes.reserveCapacity(header.count + entries.reduce(0) { $0 + $1.size })
    for entry in entries { entry.forEachPiece { bytes.append(contentsOf: $0) } }
    return bytes
  }

  /// What stands before the data: the length of the description, and it.
  var header: [UInt8] {
    var parts: [String] = []
    if !metadata.isEmpty {
      let pairs = metadata.sorted { $0.key < $1.key }.map {
        "\(jsonLiteral($0.key)):\(jsonLiteral($0.value))"
      }
      parts.append("\"__metadata__\":{\(pairs.joined(separator: ","))}")
    }
    var offset = 0
    for entry in entries {
      let end = offset + entry.size
      let shape = entry.shape.map(String.init).joined(separator: ",")
      parts.append(
        "\(jsonLiteral(entry.name)):{\"dtype\":\"\(entry.type.rawValue)\",\"shape\":[\(shape)],"
          + "\"data_offsets\":[\(offset),\(end)]}")
      offset = end
    }
    var header = Array("{\(parts.joined(separator: ","))}".utf8)
    while header.count % 8 != 0 { header.append(UInt8(ascii: " ")) }
    return [UInt8](littleEndian: UInt64(header.count)) + header
  }
}

extension SafeTensors.Entry: Equatable {
  public static func == (a: Self, b: Self) -> Bool {
    a.name == b.name && a.type == b.type && a.shape == b.shape && a.bytes == b.bytes
  }

  /// Bytes of the data.
  public var size: Int {
    guard let size = SafeTensors.byteCount(type, shape) else {
      preconditionFailure("tensor \(name) was added with the impossible shape \(shape)")
    }
    return size
  }

  /// The data, as the file has it.
  public var bytes: [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(size)
    forEachPiece { bytes.append(contentsOf: $0) }
    return bytes
  }

  /// Hands over the data in pieces, so that what writes it needs no copy of all.
  func forEachPiece<Failure>(_ body: (ArraySlice<UInt8>) throws(Failure) -> Void) throws(Failure) {
    func words(_ count: Int, _ piece: (Range<Int>) -> [UInt32]) throws(Failure) {
      for start in stride(from: 0, to: count, by: SafeTensors.pieceWords) {
        try body(littleEndianBytes(piece(start..<min(start + SafeTensors.pieceWords, count)))[...])
      }
    }
    switch values {
    case .bytes(let bytes): try body(bytes)
    case .floats(let floats):
      let first = floats.startIndex
      try words(floats.count) { range in
        floats[first + range.lowerBound..<first + range.upperBound].map(\.bitPattern)
      }
    case .words(let numbers): try words(numbers.count) { Array(numbers[$0]) }
    }
  }
}

extension SafeTensors {
  /// Words of a piece: 4 MB.
  fileprivate static let pieceWords = 1 << 20
}

extension SafeTensors.Entry {
  /// The values of an F32 or F64 tensor as floats; nil for another type.
  public var floats: [Float]? {
    if case .floats(let own) = values { return Array(own) }
    return switch type {
    case .float32: words(UInt32.self).map { Float(bitPattern: $0) }
    case .float64: words(UInt64.self).map { Float(Double(bitPattern: $0)) }
    default: nil
    }
  }

  /// The values of a U8, U16 or U32 tensor; nil for another type.
  public var unsignedIntegers: [UInt32]? {
    if case .words(let own) = values { return own }
    return switch type {
    case .unsigned32: words(UInt32.self)
    case .unsigned16: words(UInt16.self).map(UInt32.init)
    case .unsigned8, .boolean: words(UInt8.self).map(UInt32.init)
    default: nil
    }
  }

  private func words<Word: FixedWidthInteger>(_: Word.Type) -> [Word] {
    guard case .bytes(let bytes) = values else { return [] }
    return bytes.withUnsafeBytes { buffer in
      (0..<buffer.count / MemoryLayout<Word>.size).map {
        Word(littleEndian: buffer.loadUnaligned(fromByteOffset: $0 * MemoryLayout<Word>.size, as: Word.self))
      }
    }
  }
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
