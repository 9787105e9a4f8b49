/// The pixels of a PNG file with 8 bits a channel, not interlaced, by the specification and without the library
/// that writes ours; builds without it compare pictures too.
public struct PNGPicture {
  public let width: Int
  public let height: Int
  /// 0xRRGGBB, row by row.
  public let pixels: [UInt32]

  /// Why bytes are no such file.
  public struct Fault: Error, CustomStringConvertible {
    public let description: String
  }

  public init(_ bytes: [UInt8]) throws {
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
    let rows = try inflate(stream)
    let stride = width * channels
    guard rows.count == (stride + 1) * height else { throw Fault(description: "\(rows.count) bytes") }
    var above = [UInt8](repeating: 0, count: stride)
    var pixels: [UInt32] = []
    pixels.reserveCapacity(width * height)
    for y in 0..<height {
      let start = y * (stride + 1)
      let row = rows[(start + 1)..<(start + 1 + stride)]
      above = try PNGPicture.unfilter(row, rows[start], above: above, channels: channels)
      for at in Swift.stride(from: 0, to: stride, by: channels) {
        pixels.append(UInt32(above[at]) << 16 | UInt32(above[at + 1]) << 8 | UInt32(above[at + 2]))
      }
    }
    self.pixels = pixels
  }

  /// A row as it was before its filter (section 9.2 of the specification).
  private static func unfilter(
    _ bytes: ArraySlice<UInt8>, _ filter: UInt8, above: [UInt8], channels: Int
  ) throws -> [UInt8] {
    var row = Array(bytes)
    for i in row.indices {
      let left = i >= channels ? Int(row[i - channels]) : 0
      let up = Int(above[i])
      let corner = i >= channels ? Int(above[i - channels]) : 0
      let guess: Int
      switch filter {
      case 0: guess = 0
      case 1: guess = left
      case 2: guess = up
      case 3: guess = (left + up) / 2
      case 4:
        let (a, b, c) = (abs(up - corner), abs(left - corner), abs(left + up - 2 * corner))
        guess = a <= b && a <= c ? left : b <= c ? up : corner
      default: throw Fault(description: "filter \(filter)")
      }
      row[i] = row[i] &+ UInt8(guess)
    }
    return row
  }
}
