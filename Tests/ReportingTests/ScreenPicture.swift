/// The pixels of a PNG file with 8 bits a channel, by the PNG specification and RFC 1950 and 1951: what a browser
/// writes.
struct ScreenPicture {
  let width: Int
  let height: Int
  /// 0xRRGGBB, row by row.
  let pixels: [UInt32]

  /// Why bytes are no such file.
  struct Fault: Error, CustomStringConvertible {
    let description: String
  }

  init(png bytes: [UInt8]) throws {
    guard bytes.starts(with: [0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10]), bytes.count > 33 else {
      throw Fault(description: "no PNG signature")
    }
    func big(_ at: Int) -> Int { bytes[at..<at + 4].reduce(0) { $0 << 8 | Int($1) } }
    (width, height) = (big(16), big(20))
    let channels = bytes[25] == 6 ? 4 : 3
    guard bytes[24] == 8, bytes[25] == 2 || bytes[25] == 6, bytes[28] == 0 else {
      throw Fault(description: "depth \(bytes[24]), color type \(bytes[25]), interlace \(bytes[28])")
    }
    var stream: [UInt8] = []
    var position = 8
    while position + 12 <= bytes.count {
      let length = big(position)
      if bytes[position + 4..<position + 8].elementsEqual("IDAT".utf8) {
        stream += bytes[position + 8..<position + 8 + length]
      }
      position += length + 12
    }
    var inflate = Inflate(stream)
    let rows = try inflate.run()
    guard rows.count == height * (width * channels + 1) else {
      throw Fault(description: "\(rows.count) bytes")
    }
    pixels = ScreenPicture.unfilter(rows, width: width, height: height, channels: channels)
  }

  private static func unfilter(_ rows: [UInt8], width: Int, height: Int, channels: Int) -> [UInt32] {
    let stride = width * channels
    var above = [UInt8](repeating: 0, count: stride)
    var row = above
    var pixels: [UInt32] = []
    pixels.reserveCapacity(width * height)
    for y in 0..<height {
      let start = y * (stride + 1)
      for i in 0..<stride {
        let a = i < channels ? 0 : Int(row[i - channels])
        let (b, c) = (Int(above[i]), i < channels ? 0 : Int(above[i - channels]))
        let guess =
          switch rows[start] {
          case 1: a
          case 2: b
          case 3: (a + b) / 2
          case 4: paeth(a, b, c)
          default: 0
          }
        row[i] = rows[start + 1 + i] &+ UInt8(guess)
      }
      for x in 0..<width {
        let at = x * channels
        pixels.append(UInt32(row[at]) << 16 | UInt32(row[at + 1]) << 8 | UInt32(row[at + 2]))
      }
      swap(&above, &row)
    }
    return pixels
  }

  private static func paeth(_ a: Int, _ b: Int, _ c: Int) -> Int {
    let p = a + b - c
    let (x, y, z) = (abs(p - a), abs(p - b), abs(p - c))
    return x <= y && x <= z ? a : y <= z ? b : c
  }
}

/// Inflates a zlib stream.
private struct Inflate {
  let bytes: [UInt8]
  var bit = 16  // after the two bytes of the header

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// A prefix code: symbols by length and code.
  struct Code {
    /// How many codes there are of each length, and the symbols in the order of their codes.
    var counts = [Int](repeating: 0, count: 16)
    var symbols: [Int] = []

    init(_ lengths: [Int]) {
      for length in lengths where length > 0 { counts[length] += 1 }
      for length in 1..<16 { symbols += lengths.indices.filter { lengths[$0] == length } }
    }
  }

  mutating func run() throws -> [UInt8] {
    var output: [UInt8] = []
    var isLast = false
    while !isLast {
      isLast = try take(1) == 1
      switch try take(2) {
      case 0:
        let start = (bit + 7) / 8
        guard start + 4 <= bytes.count else { throw ScreenPicture.Fault(description: "cut") }
        let length = Int(bytes[start]) | Int(bytes[start + 1]) << 8
        output += bytes[start + 4..<start + 4 + length]
        bit = 8 * (start + 4 + length)
      case 1:
        let lengths = (0..<288).map { $0 < 144 ? 8 : $0 < 256 ? 9 : $0 < 280 ? 7 : 8 }
        try block(Code(lengths), Code([Int](repeating: 5, count: 30)), &output)
      case 2:
        let (literals, distances) = try dynamicCodes()
        try block(literals, distances, &output)
      default: throw ScreenPicture.Fault(description: "block type")
      }
    }
    return output
  }

  private mutating func dynamicCodes() throws -> (Code, Code) {
    let (literals, distances, count) = (try take(5) + 257, try take(5) + 1, try take(4) + 4)
    let order = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]
    var own = [Int](repeating: 0, count: 19)
    for index in 0..<count { own[order[index]] = try take(3) }
    let code = Code(own)
    var lengths: [Int] = []
    while lengths.count < literals + distances {
      let symbol = try symbol(code)
      switch symbol {
      case 16: lengths += [Int](repeating: lengths.last ?? 0, count: 3 + (try take(2)))
      case 17: lengths += [Int](repeating: 0, count: 3 + (try take(3)))
      case 18: lengths += [Int](repeating: 0, count: 11 + (try take(7)))
      default: lengths.append(symbol)
      }
    }
    return (Code(Array(lengths[..<literals])), Code(Array(lengths[literals...])))
  }

  private mutating func block(_ literals: Code, _ distances: Code, _ output: inout [UInt8]) throws {
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
      guard distance <= output.count else { throw ScreenPicture.Fault(description: "distance \(distance)") }
      for _ in 0..<length { output.append(output[output.count - distance]) }
    }
  }

  private mutating func symbol(_ code: Code) throws -> Int {
    var (value, first, index) = (0, 0, 0)
    for length in 1..<16 {
      value |= try take(1)
      let count = code.counts[length]
      if value - count < first { return code.symbols[index + value - first] }
      index += count
      first = (first + count) << 1
      value <<= 1
    }
    throw ScreenPicture.Fault(description: "a code of no symbol")
  }

  private mutating func take(_ count: Int) throws -> Int {
    guard bit + count <= 8 * bytes.count else { throw ScreenPicture.Fault(description: "cut") }
    var value = 0
    for i in 0..<count {
      value |= Int(bytes[bit / 8] >> UInt8(bit % 8) & 1) << i
      bit += 1
    }
    return value
  }
}
