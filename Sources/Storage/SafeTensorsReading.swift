/// Reading by the letter of the format: a header of at most 100 MB that begins with `{` and may end in spaces, no
/// key twice, metadata of text alone, and tensors that cover the data from its first byte to its last without a
/// hole or an overlap.
///
/// Stricter than the reference reader (Python's safetensors 0.8) in what a writer has no reason for: a key twice,
/// two names that differ in their Unicode normal form alone, white space before `{`, `"__metadata__": null`, a
/// tensor described by a list or with fields beyond its three, a dimension of 2^63 or more, elements of less than
/// a byte. `Tests/Goldens/compare_safetensors.py` compares the two.
extension SafeTensors {
  /// The specification's limit on the header, bytes.
  static let maximumHeader = 100_000_000

  /// Reads a file.
  public init(contentsOf path: String) throws(FileError) {
    try self.init(bytes: try AtomicFile.read(path), path: path)
  }

  /// Parses a file's bytes; `path` is what errors name. Every size is checked before it is used.
  public init(bytes: [UInt8], path: String) throws(FileError) {
    let start = try SafeTensors.headerEnd(bytes, path)
    let header = try SafeTensorsHeader(bytes, in: 8..<start, path: path)
    self.init()
    metadata = header.metadata
    var position = 0
    for tensor in header.tensors.sorted(by: { ($0.begin, $0.end, $0.name) < ($1.begin, $1.end, $1.name) }) {
      guard tensor.begin == position, tensor.end <= bytes.count - start, tensor.size == tensor.end - position
      else {
        throw .malformed(
          path: path, offset: start + position,
          found: "tensor \(tensor.name) at data bytes \(tensor.begin) to \(tensor.end)",
          expected: "\(tensor.type.rawValue) \(tensor.shape) from \(position), within \(bytes.count - start)")
      }
      position = tensor.end
      add(
        tensor.name, tensor.type, tensor.shape, bytes[start + tensor.begin..<start + tensor.end])
    }
    guard position == bytes.count - start else {
      throw .malformed(
        path: path, offset: start + position, found: "\(bytes.count - start - position) bytes behind",
        expected: "the file's end")
    }
  }

  /// Where the header ends, its length checked.
  private static func headerEnd(_ bytes: [UInt8], _ path: String) throws(FileError) -> Int {
    func malformed(_ offset: Int, _ found: String, _ expected: String) -> FileError {
      .malformed(path: path, offset: offset, found: found, expected: expected)
    }
    guard bytes.count >= 10 else {
      throw malformed(0, "\(bytes.count) bytes", "a safetensors file of at least 10")
    }
    let length = UInt64(littleEndianBytes: bytes[0..<8])
    guard bytes[8] == UInt8(ascii: "{") else {
      throw malformed(0, "no safetensors header", "a safetensors file: 8 bytes of its length, then {")
    }
    guard length <= UInt64(maximumHeader) else {
      throw malformed(0, "a header of \(length) bytes", "at most \(maximumHeader)")
    }
    guard Int(length) <= bytes.count - 8 else {
      throw malformed(0, "a header of \(length) bytes", "at most \(bytes.count - 8), the rest of the file")
    }
    return 8 + Int(length)
  }
}

/// What a header says, each part for itself.
struct SafeTensorsHeader {
  /// A tensor as it is described.
  struct Tensor {
    var name: String
    var type: SafeTensors.ElementType
    var shape: [Int]
    var begin: Int
    var end: Int

    /// Bytes that type and shape make; nil for more than an `Int` counts.
    var size: Int? { SafeTensors.byteCount(type, shape) }
  }

  /// In the order of the header.
  private(set) var tensors: [Tensor] = []
  /// Text by key.
  private(set) var metadata: [String: String] = [:]

  /// Reads the header that lies in a range of a file's bytes.
  init(_ bytes: [UInt8], in range: Range<Int>, path: String) throws(FileError) {
    var scanner = JSONScanner(bytes, in: range, path: path, text: "header")
    var (tensors, metadata): ([Tensor], [String: String]) = ([], [:])
    try scanner.object { scanner, name throws(FileError) in
      if name == "__metadata__" {
        try scanner.object { scanner, key throws(FileError) in
          metadata[key] = try scanner.string("text as the value of \(key)")
        }
      } else {
        tensors.append(try SafeTensorsHeader.tensor(name, &scanner))
      }
    }
    try scanner.finish()
    (self.tensors, self.metadata) = (tensors, metadata)
  }

  private static func tensor(_ name: String, _ scanner: inout JSONScanner) throws(FileError) -> Tensor {
    var (type, shape, offsets): (SafeTensors.ElementType?, [Int]?, [Int]?)
    scanner.skipSpace()
    let start = scanner.offset
    try scanner.object { scanner, key throws(FileError) in
      switch key {
      case "dtype": type = try elementType(name, &scanner)
      case "shape": shape = try scanner.wholeNumbers("shape")
      case "data_offsets": offsets = try scanner.wholeNumbers("data_offsets", count: 2)
      default: throw scanner.malformed(at: start, "\(key) in tensor \(name)", "dtype, shape, data_offsets")
      }
    }
    guard let type, let shape, let offsets else {
      throw scanner.malformed(
        at: start, "tensor \(name) without dtype, shape and data_offsets", "all three")
    }
    return Tensor(name: name, type: type, shape: shape, begin: offsets[0], end: offsets[1])
  }

  private static func elementType(
    _ name: String, _ scanner: inout JSONScanner
  ) throws(FileError) -> SafeTensors.ElementType {
    scanner.skipSpace()
    let start = scanner.offset
    let word = try scanner.string("the name of a type")
    guard let type = SafeTensors.ElementType(rawValue: word) else {
      let known = SafeTensors.ElementType.allCases.map(\.rawValue).joined(separator: ", ")
      throw scanner.malformed(at: start, "tensor \(name) of type \(word)", "one of \(known)")
    }
    return type
  }
}
