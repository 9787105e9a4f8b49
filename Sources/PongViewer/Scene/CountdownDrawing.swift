/// The seconds until a person's game goes on, large in the court, behind ball and paddle.
struct CountdownDrawing {
  let court: PixelRect
  let unit: Double
  let typeface: Typeface

  func draw(_ count: Int, on canvas: inout Canvas) {
    canvas.draw(
      "\(count)", x: Double(court.left + court.right) / 2,
      middle: Double(court.top) + Double(court.height) * 0.42,
      TextStyle(.bold, unit * 1.1, Palette.text.opacity(0.35)), .center, typeface: typeface)
  }
}
