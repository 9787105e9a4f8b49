/// Digits of three by five pixels, for large numbers where pixels are as big as half a letter.
enum PixelDigits {
  /// Five rows from the top, three bits each, the left pixel first.
  private static let shapes: [[UInt8]] = [
    [0b111, 0b101, 0b101, 0b101, 0b111], [0b010, 0b110, 0b010, 0b010, 0b111],
    [0b111, 0b001, 0b111, 0b100, 0b111], [0b111, 0b001, 0b111, 0b001, 0b111],
    [0b101, 0b101, 0b111, 0b001, 0b001], [0b111, 0b100, 0b111, 0b001, 0b111],
    [0b111, 0b100, 0b111, 0b101, 0b111], [0b111, 0b001, 0b010, 0b010, 0b010],
    [0b111, 0b101, 0b111, 0b101, 0b111], [0b111, 0b101, 0b111, 0b001, 0b111],
  ]

  static let height = 5

  /// The width of a number in pixels of scale 1.
  static func width(of number: Int) -> Int { 4 * "\(number)".count - 1 }

  /// Draws a number, not negative, with its top-left corner at a pixel.
  static func draw(_ number: Int, x: Int, y: Int, scale: Int, _ color: Color, on canvas: inout Canvas) {
    for (place, digit) in "\(number)".utf8.enumerated() {
      let shape = shapes[Int(digit) - 48]
      for row in 0..<height {
        for column in 0..<3 where shape[row] >> UInt8(2 - column) & 1 == 1 {
          let left = x + (4 * place + column) * scale
          canvas.fill(
            PixelRect(left: left, top: y + row * scale, right: left + scale, bottom: y + (row + 1) * scale),
            color)
        }
      }
    }
  }
}
