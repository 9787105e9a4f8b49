/// The streaks of all players since the start, a line each in the player's colour, or the person's while a person
/// holds the paddle: it climbs with every catch and drops with a miss; a dot marks where a record was passed. Heights go with the square root of the
/// streak, so that a beginner's is seen beside a master's.
struct TimelineDrawing {
  let strip: PixelRect
  /// Size of the text, pixels.
  let size: Double
  let typeface: Typeface

  /// The height of the strip on a canvas; nil where there is no room for one.
  static func height(canvasWidth: Int, canvasHeight: Int) -> Int? {
    guard canvasHeight >= 500, canvasWidth >= 400 else { return nil }
    return min(max(canvasHeight / 11, 48), 140)
  }

  /// The highest streak on the scale: a round number, at least `top` and ten.
  static func scaleEnd(_ top: Int) -> Int {
    var power = 10
    while power * 10 <= top { power *= 10 }
    for factor in [1, 2, 3, 5] where power * factor >= top { return power * factor }
    return power * 10
  }

  func draw(_ timeline: StreakTimeline, on canvas: inout Canvas) {
    let margin = size
    let end = TimelineDrawing.scaleEnd(timeline.top)
    let label = TextStyle(.medium, size, Palette.label)
    let line = max(1, Int((size / 8).rounded()))
    let top = Double(strip.top) + size * 0.8
    let bottom = Double(strip.bottom) - size * 0.4
    // Digits are of one width, so the room for labels stays the same while their number does.
    let labelWidth = typeface.width(of: "0,000", .medium, size: size)
    let chart = Rect(
      x: margin + labelWidth + size * 0.6, y: top,
      width: Double(strip.right) - 2 * margin - labelWidth - size * 0.6, height: bottom - top)
    for (value, y) in [(end, top), (0, bottom)] {
      canvas.draw(
        Numbers.compact(value), x: margin + labelWidth, middle: y, label, .right, typeface: typeface)
      canvas.fill(
        Rect(x: chart.x, y: y.rounded(), width: chart.width, height: 1), Palette.wall.opacity(0.6))
    }
    // The line starts at zero, so this corner is free.
    canvas.draw(
      "catches in a row", x: chart.x + size * 0.5, middle: top + size,
      TextStyle(.medium, size, Palette.faint),
      typeface: typeface)
    TimelineDrawing.drawLines(timeline, chart, line, on: &canvas)
  }

  /// The lines of all players, so many pixels thick, the first in front.
  static func drawLines(_ timeline: StreakTimeline, _ chart: Rect, _ line: Int, on canvas: inout Canvas) {
    let end = Double(scaleEnd(timeline.top))
    for player in (0..<timeline.players).reversed() {
      draw(timeline, player, chart, end: end, line, on: &canvas)
    }
  }

  /// One player's line. The time from the start to now fills the width once half of the places for samples
  /// are taken: the line grows, then shrinks evenly, and nothing jumps when the resolution halves.
  private static func draw(
    _ timeline: StreakTimeline, _ player: Int, _ chart: Rect, end: Double, _ line: Int,
    on canvas: inout Canvas
  ) {
    let step = chart.width / Double(max(timeline.count, StreakTimeline.capacity / 2))
    // Whole pixels: pieces of a line that meet inside a pixel would look dotted.
    func row(_ streak: Int32) -> Int {
      Int((chart.maxY - chart.height * (Double(streak) / end).squareRoot()).rounded()) - line / 2
    }
    func fill(_ left: Int, _ right: Int, _ from: Int, _ to: Int, _ color: Color) {
      canvas.fill(
        PixelRect(left: left, top: min(from, to), right: right, bottom: max(from, to) + line), color)
    }
    var (before, wasPersons) = (row(0), false)
    for index in 0..<timeline.count {
      let sample = timeline[player, index]
      let left = Int(chart.x + Double(index) * step)
      let right = max(Int(chart.x + Double(index + 1) * step), left + 1)
      let (peak, last) = (row(sample.peak), row(sample.last))
      let color = sample.isPersons ? Palette.person : Palette.player(player)
      // Up to the peak at the start of the sample, down to what is left of it at the end. Another hand's streak
      // neither goes on from the last one nor ends it.
      if sample.isPersons == wasPersons { fill(left, left + line, before, peak, color) }
      fill(left, right, peak, peak, color)
      fill(right - 1, right - 1 + line, peak, last, color)
      (before, wasPersons) = (last, sample.isPersons)
    }
    for index in 0..<timeline.count where timeline[player, index].isRecord {
      canvas.fillCircle(
        x: chart.x + (Double(index) + 0.5) * step,
        y: Double(row(timeline[player, index].peak)) + Double(line) / 2, radius: Double(line) * 1.7,
        Palette.record)
    }
  }
}
