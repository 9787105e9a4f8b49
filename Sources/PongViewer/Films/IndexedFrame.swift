#if Viewer
  import CGIF

  /// Part of a canvas as colour numbers and a table of colours.
  struct IndexedFrame {
    /// The colours, a power of two of them, at least two, as giflib wants them.
    private(set) var colors: [GifColorType] = []
    /// The number of "as before"; -1 if there is none.
    private(set) var transparent = -1
    /// The numbers, row by row.
    private(set) var indices: [UInt8] = []
    // Open addressing; 0 is no colour, because canvases are opaque.
    private var keys = [UInt32](repeating: 0, count: 1024)
    private var values = [UInt8](repeating: 0, count: 1024)

    /// Takes the pixels of a box. Where the canvas equals `before` they are transparent.
    mutating func encode(_ canvas: borrowing Canvas, over before: Canvas?, _ box: PixelRect) {
      indices = [UInt8](repeating: 0, count: box.width * box.height)
      if encodeExactly(canvas, over: before, box) { return }
      encodeByQuantizer(canvas, over: before, box)
    }

    /// False if there are too many colours.
    private mutating func encodeExactly(
      _ canvas: borrowing Canvas, over before: Canvas?, _ box: PixelRect
    ) -> Bool {
      for index in keys.indices { keys[index] = 0 }
      transparent = before == nil ? -1 : 0
      colors = before == nil ? [] : [GifColorType(Red: 0, Green: 0, Blue: 0)]
      var position = 0
      for y in box.top..<box.bottom {
        for x in box.left..<box.right {
          let pixel = canvas.pixel(x, y)
          if before?.pixel(x, y) == pixel {
            indices[position] = 0
          } else {
            guard let number = number(of: pixel) else { return false }
            indices[position] = number
          }
          position += 1
        }
      }
      pad()
      return true
    }

    /// The number of a colour, a new one if need be; nil if there are 256 already.
    private mutating func number(of pixel: UInt32) -> UInt8? {
      var slot = Int((pixel &* 0x9e37_79b1) >> 22)
      while keys[slot] != 0 {
        if keys[slot] == pixel { return values[slot] }
        slot = (slot + 1) & 1023
      }
      guard colors.count < 256 else { return nil }
      keys[slot] = pixel
      values[slot] = UInt8(colors.count)
      colors.append(IndexedFrame.color(pixel))
      return values[slot]
    }

    private mutating func encodeByQuantizer(
      _ canvas: borrowing Canvas, over before: Canvas?, _ box: PixelRect
    ) {
      var (red, green, blue) = (indices, indices, indices)
      var position = 0
      for y in box.top..<box.bottom {
        for x in box.left..<box.right {
          let color = IndexedFrame.color(canvas.pixel(x, y))
          (red[position], green[position], blue[position]) = (color.Red, color.Green, color.Blue)
          position += 1
        }
      }
      var count: Int32 = 255
      colors = [GifColorType](repeating: GifColorType(Red: 0, Green: 0, Blue: 0), count: 256)
      let status = GifQuantizeBuffer(
        UInt32(box.width), UInt32(box.height), &count, &red, &green, &blue, &indices, &colors)
      precondition(status == GIF_OK, "giflib cannot choose colours for \(box.width) x \(box.height) pixels")
      transparent = 255
      guard before != nil else { return }
      position = 0
      for y in box.top..<box.bottom {
        for x in box.left..<box.right {
          if before?.pixel(x, y) == canvas.pixel(x, y) { indices[position] = 255 }
          position += 1
        }
      }
    }

    private mutating func pad() {
      var size = 2
      while size < colors.count { size *= 2 }
      while colors.count < size { colors.append(GifColorType(Red: 0, Green: 0, Blue: 0)) }
    }

    private static func color(_ pixel: UInt32) -> GifColorType {
      GifColorType(
        Red: UInt8(truncatingIfNeeded: pixel >> 16), Green: UInt8(truncatingIfNeeded: pixel >> 8),
        Blue: UInt8(truncatingIfNeeded: pixel))
    }
  }

  extension Canvas {
    /// The box around the pixels that differ from a canvas of the same size; one pixel if none does.
    func difference(from other: borrowing Canvas) -> PixelRect {
      var box = PixelRect(left: width, top: height, right: 0, bottom: 0)
      for y in 0..<height {
        let row = y * width..<(y + 1) * width
        guard let first = row.first(where: { pixels[$0] != other.pixels[$0] }) else { continue }
        let last = row.last { pixels[$0] != other.pixels[$0] } ?? first
        box.left = min(box.left, first - row.lowerBound)
        box.right = max(box.right, last - row.lowerBound + 1)
        box.top = min(box.top, y)
        box.bottom = y + 1
      }
      return box.isEmpty ? PixelRect(left: 0, top: 0, right: 1, bottom: 1) : box
    }
  }
#endif
