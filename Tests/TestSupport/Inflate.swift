/// The content of a zlib stream (RFC 1950, 1951), its checksum compared.
func inflate(_ bytes: [UInt8]) throws -> [UInt8] {
  var inflater = Inflater(bytes: bytes)
  return try inflater.run()
}

private struct Inflater {
  let bytes: [UInt8]
  var bit = 16  // after the two bytes of the zlib header
  var output: [UInt8] = []

  init(bytes: [UInt8]) { self.bytes = bytes }

  mutating func run() throws -> [UInt8] {
    var isLast = false
    while !isLast {
      isLast = try take(1) == 1
      switch try take(2) {
      case 0: try stored()
      case 1:
        let lengths = (0..<288).map { $0 < 144 ? 8 : $0 < 256 ? 9 : $0 < 280 ? 7 : 8 }
        try block(Code(lengths), Code([Int](repeating: 5, count: 30)))
      case 2:
        let (literals, distances) = try codes()
        try block(literals, distances)
      default: throw PNGPicture.Fault(description: "block type 3")
      }
    }
    let adler = bytes.suffix(4).reduce(0) { $0 << 8 | Int($1) }
    var (a, b) = (1, 0)
    for byte in output {
      a = (a + Int(byte)) % 65521
      b = (b + a) % 65521
    }
    guard b << 16 | a == adler else { throw PNGPicture.Fault(description: "Adler-32") }
    return output
  }

  private mutating func stored() throws {
    bit = (bit + 7) / 8 * 8
    let count = try take(16)
    _ = try take(16)
    for _ in 0..<count { output.append(UInt8(try take(8))) }
  }

  /// The codes that a block brings with it (RFC 1951, section 3.2.7).
  private mutating func codes() throws -> (Code, Code) {
    let (literals, distances, lengths) = (try take(5) + 257, try take(5) + 1, try take(4) + 4)
    let order = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]
    var codeLengths = [Int](repeating: 0, count: 19)
    for index in 0..<lengths { codeLengths[order[index]] = try take(3) }
    let code = Code(codeLengths)
    var all: [Int] = []
    while all.count < literals + distances {
      let symbol = try symbol(code)
      switch symbol {
      case 16: all += [Int](repeating: all.last ?? 0, count: 3 + (try take(2)))
      case 17: all += [Int](repeating: 0, count: 3 + (try take(3)))
      case 18: all += [Int](repeating: 0, count: 11 + (try take(7)))
      default: all.append(symbol)
      }
    }
    return (Code(Array(all[..<literals])), Code(Array(all[literals..<(literals + distances)])))
  }

  private mutating func block(_ literals: Code, _ distances: Code) throws {
    let bases = [
      3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195,
      227, 258,
    ]
    while true {
      let symbol = try symbol(literals)
      if symbol == 256 { return }
      if symbol < 256 {
        output.append(UInt8(symbol))
        continue
      }
      let index = symbol - 257
      let length = bases[index] + (try take(index < 8 || index == 28 ? 0 : index / 4 - 1))
      let code = try self.symbol(distances)
      let extra = max(0, code / 2 - 1)
      let distance = code < 4 ? code + 1 : ((2 + code % 2) << extra) + 1 + (try take(extra))
      guard distance <= output.count else { throw PNGPicture.Fault(description: "distance \(distance)") }
      for _ in 0..<length { output.append(output[output.count - distance]) }
    }
  }

  private mutating func take(_ count: Int) throws -> Int {
    guard bit + count <= 8 * bytes.count else { throw PNGPicture.Fault(description: "cut") }
    var value = 0
    for i in 0..<count {
      value |= Int(bytes[bit / 8] >> UInt8(bit % 8) & 1) << i
      bit += 1
    }
    return value
  }

  private mutating func symbol(_ code: Code) throws -> Int {
    var word = 0
    for length in 1...15 {
      word = try word << 1 | take(1)
      let index = word - code.first[length]
      if index >= 0, index < code.counts[length] { return code.symbols[code.starts[length] + index] }
    }
    throw PNGPicture.Fault(description: "no code")
  }

  /// A canonical Huffman code by the lengths of its words (section 3.2.2).
  struct Code {
    var counts = [Int](repeating: 0, count: 16)
    var first = [Int](repeating: 0, count: 16)
    var starts = [Int](repeating: 0, count: 16)
    var symbols: [Int] = []

    init(_ lengths: [Int]) {
      for length in lengths where length > 0 { counts[length] += 1 }
      for length in 1...15 {
        first[length] = (first[length - 1] + counts[length - 1]) << 1
        starts[length] = symbols.count
        symbols += lengths.indices.filter { lengths[$0] == length }
      }
    }
  }
}
