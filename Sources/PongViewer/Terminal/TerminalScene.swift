import PongEngine

/// Draws `SceneContent` for a terminal: courts in half-block pixels, everything to read in letters. The picture
/// is small, so all of it is drawn every time; what goes over the line is what differs from the last.
struct TerminalScene {
  /// Two pixels a cell, one above the other.
  private var canvas: Canvas
  private(set) var grid: CellGrid
  private var layout: TerminalLayout?
  private var courts = 0

  init(columns: Int, rows: Int) {
    grid = CellGrid(columns: columns, rows: rows)
    canvas = Canvas(width: columns, height: 2 * rows)
  }

  /// Brings the grid to what `content` says.
  mutating func draw(_ content: SceneContent) {
    if courts != content.courts.count {
      courts = content.courts.count
      layout = TerminalLayout(columns: grid.columns, rows: grid.rows, courts: courts)
    }
    canvas.fill(canvas.bounds, Palette.backdrop)
    guard let layout else {
      grid.show(canvas)
      let text = "The terminal is too small."
      grid.write(text, column: max(0, (grid.columns - text.count) / 2), row: grid.rows / 2, Palette.text)
      return
    }
    for (index, card) in layout.cards.enumerated() {
      let unit = Double(card.court.width) / 2
      CourtDrawing.drawEmpty(card.court, unit: unit, on: &canvas)
      if content.selected == index {
        CourtDrawing.drawWalls(card.court, unit: unit, Palette.label, on: &canvas)
      }
      CourtDrawing(court: card.court, scale: layout.scale, unit: unit, color: color(index, content))
        .draw(content.courts[index], content, on: &canvas)
      if content.countdown > 0 { drawCountdown(content.countdown, card) }
      if layout.isBeside { drawNumber(content.courts[index], card) }
    }
    // A replay has its time bar's marks instead, and keeps no timeline.
    let showsTimeline = !layout.timelineRows.isEmpty && content.purpose != .replay
    if showsTimeline { drawTimeline(content.timeline, layout.timelineRows) }
    grid.show(canvas)
    if showsTimeline { TerminalTexts.writeScale(of: content.timeline, layout.timelineRows, on: &grid) }
    for (index, card) in layout.cards.enumerated() {
      let texts = TerminalTexts(view: content.courts[index], color: color(index, content))
      if layout.isBeside {
        texts.writeBeside(card, digitRows: TerminalScene.digitRows(content.courts[index], card), on: &grid)
      } else {
        texts.writeAround(card, on: &grid)
      }
    }
    TerminalTexts.writeFooter(content, on: &grid)
    if content.showsHelp { TerminalTexts.writeKeys(for: content.purpose, on: &grid) }
  }

  private func color(_ court: Int, _ content: SceneContent) -> Color {
    content.courts[court].hand == .person ? Palette.person : Palette.player(court)
  }

  /// What is left to count down, in the middle of the court.
  private mutating func drawCountdown(_ count: Int, _ card: TerminalLayout.Card) {
    let scale = max(1, card.court.width / 16)
    PixelDigits.draw(
      count, x: (card.court.left + card.court.right - PixelDigits.width(of: count) * scale) / 2,
      y: (card.court.top + card.court.bottom - PixelDigits.height * scale) / 2, scale: scale, Palette.faint,
      on: &canvas)
  }

  private mutating func drawTimeline(_ timeline: StreakTimeline, _ rows: Range<Int>) {
    let left = TerminalTexts.scaleWidth + 2
    let chart = Rect(
      x: Double(left), y: Double(2 * rows.lowerBound), width: Double(canvas.width - left - 1),
      height: Double(2 * rows.count - 1))
    TimelineDrawing.drawLines(timeline, chart, 1, on: &canvas)
  }

  /// The streak in large digits below the name.
  private mutating func drawNumber(_ view: CourtView, _ card: TerminalLayout.Card) {
    let scale = TerminalScene.digitScale(view, card)
    guard scale > 0 else { return }
    PixelDigits.draw(
      view.streak, x: card.textColumn, y: 2 * (card.textRow + 2), scale: scale,
      TerminalTexts.streakColor(view), on: &canvas)
  }

  /// How large the digits can be; 0 if they do not fit and letters have to do.
  private static func digitScale(_ view: CourtView, _ card: TerminalLayout.Card) -> Int {
    // Below them: what they count, a gap, three counts.
    let rows = card.endRow - card.textRow - 2 - 6
    for scale in [3, 2, 1]
    where PixelDigits.width(of: view.streak) * scale <= card.textWidth
      && PixelDigits.height * scale <= 2 * rows
    {
      return scale
    }
    return 0
  }

  /// The rows that the digits take, 0 without them.
  private static func digitRows(_ view: CourtView, _ card: TerminalLayout.Card) -> Int {
    (PixelDigits.height * digitScale(view, card) + 1) / 2
  }
}
