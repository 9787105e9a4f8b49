import Storage

/// An array in NumPy's `.npy` form, version 1.0: magic, version, the length of a Python literal with type,
/// order and shape, then the values in C order. No pickles.
struct NumPyArray: Equatable {
  /// The type of the values: "|u1", "<i8", "<U9" ...
  var type: String
  /// The lengths of the axes; empty for a single value.
  var shape: [Int]
  /// The values, little-endian.
  var content: [UInt8]

  /// NumPy itself reads no more than 10,000 bytes.
  private static let longestHeader = 65_535
  private static let magic: [UInt8] = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59]

  init(type: String, shape: [Int], content: [UInt8]) {
    self.type = type
    self.shape = shape
    self.content = content
  }

  /// Integers along one axis, or a single one.
  init(_ values: [some FixedWidthInteger], type: String, scalar: Bool = false) {
    var bytes: [UInt8] = []
    for value in values { bytes.appendLittleEndian(value) }
    self.init(type: type, shape: scalar ? [] : [values.count], content: bytes)
  }

  /// A single string, as UCS-4.
  init(_ text: String) {
    var bytes: [UInt8] = []
    for scalar in text.unicodeScalars { bytes.appendLittleEndian(scalar.value) }
    // NumPy has no strings of length nought: one null character reads back as "".
    if bytes.isEmpty { bytes = [0, 0, 0, 0] }
    self.init(type: "<U\(bytes.count / 4)", shape: [], content: bytes)
  }

  /// The bytes of a `.npy` file; values start at a multiple of 64 bytes.
  func encode() -> [UInt8] {
    let lengths = shape.map(String.init).joined(separator: ", ") + (shape.count == 1 ? "," : "")
    var header = "{'descr': '\(type)', 'fortran_order': False, 'shape': (\(lengths)), }"
    let padding = 63 - (NumPyArray.magic.count + 4 + header.utf8.count) % 64
    header += String(repeating: " ", count: padding) + "\n"
    var bytes = NumPyArray.magic + [1, 0]
    bytes.appendLittleEndian(UInt16(header.utf8.count))
    return bytes + Array(header.utf8) + content
  }

  /// The array in the bytes of an entry; `path` names file and entry in errors, offsets count in the entry.
  init(decoding bytes: [UInt8], path: String) throws(FileError) {
    var reader = ByteReader(bytes, path: path)
    try reader.expect(NumPyArray.magic, name: "the magic bytes of a .npy array")
    let major: UInt8 = try reader.integer("the version")
    try reader.skip(1, "the version")
    let length: Int
    switch major {
    case 1:
      let short: UInt16 = try reader.integer("the header's length")
      length = Int(short)
    case 2, 3:
      let long: UInt32 = try reader.integer("the header's length")
      length = Int(long)
    default: throw reader.malformed(at: 6, found: "version \(major)", expected: "1, 2 or 3")
    }
    let start = reader.offset
    guard length <= NumPyArray.longestHeader else {
      throw reader.malformed(
        at: 8, found: "a header of \(length) bytes", expected: "at most \(NumPyArray.longestHeader)")
    }
    let header = String(decoding: try reader.take(length, "the header"), as: UTF8.self)
    guard let type = NumPyArray.value(of: "descr", in: header).map({ $0.filter { $0 != "'" } }),
      let order = NumPyArray.value(of: "fortran_order", in: header),
      let shape = NumPyArray.shape(in: header)
    else {
      throw reader.malformed(
        at: start, found: "\"\(header.prefix(80))\"",
        expected: "a literal with descr, fortran_order and shape")
    }
    guard order == "False" || shape.count < 2 else {
      throw reader.malformed(at: start, found: "fortran_order \(order)", expected: "False")
    }
    let rest = bytes.count - reader.offset
    let width = NumPyArray.width(of: type)
    let size = shape.reduce(width) { size, axis in
      size.flatMap { $0.multipliedReportingOverflow(by: axis).overflow ? nil : $0 * axis }
    }
    guard let size, size == rest else {
      throw reader.malformed(
        at: reader.offset, found: "\(rest) bytes of values",
        expected: size.map { "\($0) for shape \(shape) of \(type)" } ?? "a plain type, not \(type)")
    }
    self.init(type: type, shape: shape, content: Array(try reader.take(rest, "the values")))
  }

  /// The text between a key of the header's literal and the next comma.
  private static func value(of key: String, in header: String) -> String? {
    guard let rest = text(after: "'\(key)':", in: header) else { return nil }
    return String(rest.prefix { $0 != "," && $0 != "}" }.filter { $0 != " " })
  }

  private static func shape(in header: String) -> [Int]? {
    guard let rest = text(after: "'shape':", in: header), let open = rest.firstIndex(of: "("),
      let close = rest.firstIndex(of: ")"), open < close
    else { return nil }
    let axes = rest[rest.index(after: open)..<close].split(separator: ",")
      .map { $0.filter { $0 != " " } }.filter { !$0.isEmpty }
    let lengths = axes.compactMap { Int($0) }.filter { $0 >= 0 }
    return lengths.count == axes.count ? lengths : nil
  }

  private static func text(after key: String, in header: String) -> Substring? {
    header.firstRange(of: key).map { header[$0.upperBound...] }
  }

  /// Bytes of a value; nil for types that are not plain little-endian integers or strings.
  private static func width(of type: String) -> Int? {
    switch type {
    case "|u1", "|i1", "|b1": return 1
    case "<u2", "<i2": return 2
    case "<u4", "<i4": return 4
    case "<u8", "<i8": return 8
    default:
      guard type.hasPrefix("<U"), let count = Int(type.dropFirst(2)), (1...65_536).contains(count) else {
        return nil
      }
      return 4 * count
    }
  }
}

extension NumPyArray {
  /// The values as 64-bit integers, or nil if they are strings.
  var integers: [Int]? {
    switch type {
    case "|u1", "|b1": content.map(Int.init)
    case "|i1": content.map { Int(Int8(bitPattern: $0)) }
    case "<u2": words(UInt16.self)
    case "<i2": words(Int16.self)
    case "<u4": words(UInt32.self)
    case "<i4": words(Int32.self)
    // A seed uses all 64 bits: kept bit by bit.
    case "<u8", "<i8": words(Int64.self)
    default: nil
    }
  }

  /// The value as a string, trailing nulls removed, or nil if it is none.
  var string: String? {
    guard type.hasPrefix("<U"), shape.isEmpty else { return nil }
    var text = String.UnicodeScalarView()
    for scalar in words(UInt32.self) where scalar != 0 {
      guard let scalar = Unicode.Scalar(UInt32(scalar)) else { return nil }
      text.append(scalar)
    }
    return String(text)
  }

  private func words<Word: FixedWidthInteger>(_: Word.Type) -> [Int] {
    content.withUnsafeBytes { buffer in
      stride(from: 0, to: buffer.count, by: MemoryLayout<Word>.size).map {
        Int(Word(littleEndian: buffer.loadUnaligned(fromByteOffset: $0, as: Word.self)))
      }
    }
  }
}
