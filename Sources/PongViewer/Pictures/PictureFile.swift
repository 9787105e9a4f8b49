import Storage

/// The formats a canvas can be saved in.
public enum PictureFormat: String, Sendable, CaseIterable {
  /// Compressed, for people.
  case png
  /// Uncompressed, for everything that reads Windows bitmaps.
  case bmp
  /// Uncompressed, for scripts: "P6", the size, then three bytes a pixel.
  case ppm

  /// The format that a file name's ending asks for, or nil.
  public init?(path: String) { self.init(rawValue: fileEnding(path)) }
}

extension Canvas {
  /// The canvas as the content of a picture file; throws `PictureError` where this build does not write the
  /// format.
  public func encoded(as format: PictureFormat) throws(PictureError) -> [UInt8] {
    switch format {
    case .png: try PNG.encode(self)
    case .bmp: bitmap()
    case .ppm: Array("P6\n\(width) \(height)\n255\n".utf8) + channels([16, 8, 0], rows: 0..<height)
    }
  }

  /// One byte for every shift, pixel by pixel.
  func channels(_ shifts: [UInt32], rows: some Sequence<Int>) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(width * height * shifts.count)
    for y in rows {
      for x in 0..<width {
        let pixel = self.pixel(x, y)
        for shift in shifts { bytes.append(UInt8(truncatingIfNeeded: pixel >> shift)) }
      }
    }
    return bytes
  }

  /// A 32-bit bitmap: rows from the bottom up, blue first; four bytes a pixel need no padding.
  private func bitmap() -> [UInt8] {
    func little(_ value: Int) -> [UInt8] { [UInt8](littleEndian: UInt32(truncatingIfNeeded: value)) }
    let size = width * height * 4
    let file = Array("BM".utf8) + little(54 + size) + little(0) + little(54)
    let picture =
      little(40) + little(width) + little(height) + [1, 0, 32, 0] + little(0) + little(size)
      + [UInt8](repeating: 0, count: 16)
    return file + picture + channels([0, 8, 16, 24], rows: (0..<height).reversed())
  }
}
