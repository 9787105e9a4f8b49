/// Reads PNG files of 8-bit RGB that are not interlaced, by the specification and without the library that
/// writes them.
struct PNGPicture {
  var width = 0
  var height = 0
  var pixels: [UInt32] = []
}

struct PNGFault: Error, CustomStringConvertible {
  let description: String
}

func decodePNG(_ bytes: [UInt8]) throws -> PNGPicture {
  guard bytes.starts(with: [0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10]) else {
    throw PNGFault(description: "signature")
  }
  func big(_ at: Int) -> Int { bytes[at..<at + 4].reduce(0) { $0 << 8 | Int($1) } }
  var picture = PNGPicture()
  var stream: [UInt8] = []
  var position = 8
  while position < bytes.count {
    let length = big(position)
    let body = position + 8
    switch String(decoding: bytes[position + 4..<body], as: UTF8.self) {
    case "IHDR": (picture.width, picture.height) = (big(body), big(body + 4))
    case "IDAT": stream += bytes[body..<body + length]
    default: break
    }
    position = body + length + 4
  }
  let rows = try inflate(stream)
  let stride = picture.width * 3
  guard rows.count == (stride + 1) * picture.height else {
    throw PNGFault(description: "\(rows.count) bytes")
  }
  var above = [UInt8](repeating: 0, count: stride)
  for y in 0..<picture.height {
    let start = y * (stride + 1)
    above = try unfilter(rows[(start + 1)..<(start + 1 + stride)], rows[start], above)
    for x in 0..<picture.width {
      picture.pixels.append(
        0xff00_0000 | UInt32(above[3 * x]) << 16 | UInt32(above[3 * x + 1]) << 8 | UInt32(above[3 * x + 2]))
    }
  }
  return picture
}

/// A row as it was before its filter (section 9.2 of the specification).
private func unfilter(_ bytes: ArraySlice<UInt8>, _ filter: UInt8, _ above: [UInt8]) throws -> [UInt8] {
  var row = Array(bytes)
  for i in row.indices {
    let left = i >= 3 ? Int(row[i - 3]) : 0
    let up = Int(above[i])
    let corner = i >= 3 ? Int(above[i - 3]) : 0
    let guess: Int
    switch filter {
    case 0: guess = 0
    case 1: guess = left
    case 2: guess = up
    case 3: guess = (left + up) / 2
    case 4:
      let (a, b, c) = (abs(up - corner), abs(left - corner), abs(left + up - 2 * corner))
      guess = a <= b && a <= c ? left : b <= c ? up : corner
    default: throw PNGFault(description: "filter \(filter)")
    }
    row[i] = row[i] &+ UInt8(guess)
  }
  return row
}
