/// The time bar of a replay: how far it has come, where balls were missed (ticks below), records set (ticks
/// above) and parts begun (gaps), and where a person played (a line along it).
struct TimeBarDrawing {
  let area: PixelRect
  /// Size of the text.
  let size: Double
  let typeface: Typeface

  /// The bar itself, between the times.
  var track: Rect {
    let margin = size * 5
    let height = (size * 0.6).rounded()
    return Rect(
      x: Double(area.left) + margin, y: (Double(area.top + area.bottom) / 2 - height / 2).rounded(),
      width: max(1, Double(area.width) - 2 * margin), height: height)
  }

  func draw(_ bar: TimeBar, on canvas: inout Canvas) {
    let track = track
    let share = Double(bar.position) / Double(max(bar.total, 1))
    canvas.fill(track, radius: track.height / 2, Palette.key)
    let played = Rect(x: track.x, y: track.y, width: track.width * share, height: track.height)
    if played.width >= 1 { canvas.fill(played, radius: track.height / 2, Palette.faint) }
    drawMarks(bar.marks, track, on: &canvas)
    let knob = track.height * 0.85
    canvas.fillCircle(x: played.maxX, y: track.midY, radius: knob, Palette.text)
    let style = TextStyle(.medium, size * 0.9, Palette.label)
    canvas.draw(
      Numbers.time(steps: bar.position), x: track.x - size, middle: track.midY, style, .right,
      typeface: typeface)
    canvas.draw(
      Numbers.time(steps: bar.total), x: track.maxX + size, middle: track.midY, style, typeface: typeface)
  }

  private func drawMarks(_ marks: ReplayMarks, _ track: Rect, on canvas: inout Canvas) {
    let count = marks.kinds.count
    let tick = max(1, (size / 9).rounded())
    let reach = (size * 0.45).rounded()
    for (index, kinds) in marks.kinds.enumerated() where !kinds.isEmpty {
      let x = (track.x + track.width * Double(index) / Double(count)).rounded(.down)
      if kinds.contains(.person) {
        let next = (track.x + track.width * Double(index + 1) / Double(count)).rounded(.up)
        canvas.fill(
          Rect(x: x, y: track.midY - tick / 2, width: next - x, height: tick), Palette.person)
      }
      if kinds.contains(.part) {
        canvas.fill(Rect(x: x, y: track.y, width: tick * 2, height: track.height), Palette.backdrop)
      }
      if kinds.contains(.miss) {
        canvas.fill(
          Rect(x: x, y: track.maxY + tick, width: tick, height: reach), Palette.miss)
      }
      if kinds.contains(.record) {
        canvas.fill(
          Rect(x: x, y: track.y - tick - reach, width: tick, height: reach), Palette.record)
      }
    }
  }
}
