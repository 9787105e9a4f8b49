import Storage

/// What is to be read of a player in a terminal, in real letters.
struct TerminalTexts {
  let view: CourtView
  let color: Color

  /// The player, or the person and whom they play for.
  private var name: String { view.owner == view.name ? view.name : "\(view.owner), for \(view.name)" }

  static func streakColor(_ view: CourtView) -> Color {
    (view.isRecord ? Palette.record : Palette.text).mixed(with: Palette.miss, view.missGlow)
  }

  /// To the right of a court: name, streak, counts.
  func writeBeside(_ card: TerminalLayout.Card, digitRows: Int, on grid: inout CellGrid) {
    let (left, width) = (card.textColumn, card.textWidth)
    grid.write(ColumnText.cut(name, width), column: left, row: card.textRow, color, isBold: true)
    var row = card.textRow + 2 + digitRows
    if digitRows == 0 {
      grid.write(
        view.streak.grouped, column: left, row: row, TerminalTexts.streakColor(view), isBold: true)
      row += 1
    } else if card.endRow - row > 5 {
      row += 1
    }
    let label = view.isRecord ? "in a row: a record" : "catches in a row"
    grid.write(
      ColumnText.cut(label, width), column: left, row: row, view.isRecord ? Palette.record : Palette.label)
    let counts = [
      ("best", view.best.grouped), ("misses", view.misses.grouped),
      ("catch rate", Numbers.percent(view.catchRate)),
    ]
    row = max(row + 1, min(card.endRow - counts.count, row + 2))
    for (label, value) in counts {
      guard row < card.endRow else { return }
      grid.write(label, column: left, row: row, Palette.label)
      let right = left + min(width, TerminalLayout.besideWidth)
      grid.write(value, column: right - value.count, row: row, Palette.text)
      row += 1
    }
  }

  /// Above and below a court: name and streak, counts as far as they fit.
  func writeAround(_ card: TerminalLayout.Card, on grid: inout CellGrid) {
    let (left, width) = (card.textColumn, card.textWidth)
    let streak = Numbers.compact(view.streak)
    grid.write(
      ColumnText.cut(name, width - streak.count - 1), column: left, row: card.textRow, color,
      isBold: true)
    grid.write(
      streak, column: left + width - streak.count, row: card.textRow, TerminalTexts.streakColor(view),
      isBold: true)
    let best = "best \(Numbers.compact(view.best))"
    let misses = "\(Numbers.compact(view.misses)) missed"
    let rate = Numbers.percent(view.catchRate)
    let choices = [[best, misses, rate], [best, rate], [best], [rate]].map { $0.joined(separator: "  ") }
    guard let text = choices.first(where: { $0.count <= width }) else { return }
    grid.write(text, column: left, row: card.endRow - 1, Palette.label)
  }

  /// Columns of the numbers beside the timeline.
  static let scaleWidth = 5

  /// The streaks that the timeline's top and bottom stand for.
  static func writeScale(of timeline: StreakTimeline, _ rows: Range<Int>, on grid: inout CellGrid) {
    let end = Numbers.compact(TimelineDrawing.scaleEnd(timeline.top))
    for (text, row) in [(end, rows.lowerBound), ("0", rows.upperBound - 1)] {
      grid.write(text, column: 1 + scaleWidth - text.count, row: row, Palette.label)
    }
  }

  /// The last row: speed, steps, rules, seed; the last message and the way to the keys.
  static func writeFooter(_ content: SceneContent, on grid: inout CellGrid) {
    let row = grid.rows - 1
    let state = content.isPaused ? "‖ paused" : "▶ \(content.speed.label)"
    grid.write(
      state, column: 1, row: row, content.isPaused ? Palette.record : Palette.text, isBold: true)
    var column = 1 + state.count + 3
    let hint = "H keys  Q quit"
    let end = grid.columns - 1 - hint.count
    if end > column { grid.write(hint, column: end, row: row, Palette.label) }
    if let message = content.message.map({ ColumnText.cut($0, end - column - 2) }), end - column > 2 {
      grid.write(message, column: end - message.count - 3, row: row, Palette.record, isBold: true)
      column += message.count + 3
    }
    let training = content.training.map { "\($0.state), pass \($0.passes.last?.number ?? 0) of \($0.total)" }
    let time = content.timeBar.map {
      "\(Numbers.time(steps: $0.position)) of \(Numbers.time(steps: $0.total))"
    }
    let details =
      [training, time].compactMap(\.self) + content.disturbances + [
        "step \(content.steps.grouped)", "\(content.rules.name) rules",
        "seed \(content.seed)",
      ]
    // The least wanted go first where the row is short.
    let start = 1 + state.count + 3
    for count in stride(from: details.count, to: 0, by: -1) {
      let text = details[..<count].joined(separator: " · ")
      guard column + text.count + 2 <= end else { continue }
      grid.write(text, column: start, row: row, Palette.label)
      return
    }
  }

  /// The keys on a panel in the middle. Full screen is the terminal's own business; there is no
  /// sound, no mouse, no gamepad, and no room for the inside of a network, where neurons are chosen to be silenced.
  static func writeKeys(for purpose: Purpose, on grid: inout CellGrid) {
    let rows = HelpOverlay.rows(for: purpose, inTerminal: true)
    let lines = rows.map { row in
      " " + row.keys.joined(separator: " ").padded(to: 8) + " " + row.meaning + " "
    }
    let width = (lines.map(\.count).max() ?? 0) + 2
    let (left, top) = ((grid.columns - width) / 2, max(0, (grid.rows - lines.count - 2) / 2))
    let blank = String(repeating: " ", count: width)
    for row in 0..<(lines.count + 2) {
      grid.write(blank, column: left, row: top + row, Palette.text, on: Palette.panel)
    }
    for (index, line) in lines.enumerated() {
      grid.write(line, column: left + 1, row: top + 1 + index, Palette.text, on: Palette.panel)
    }
  }
}
