/// Where courts and texts stand in a terminal. Courts are in pixels, two to a cell; texts are in cells.
struct TerminalLayout: Equatable {
  struct Card: Equatable {
    /// The field of play, pixels.
    var court: PixelRect
    /// Where its texts start and how wide they may be: beside the court, or the row above it.
    var textColumn: Int
    var textRow: Int
    var textWidth: Int
    /// The row after the last that the card may use.
    var endRow: Int
  }

  /// Whether the texts stand to the right of the court.
  var isBeside: Bool
  var cards: [Card]
  /// Pixels to a pixel of the game.
  var scale: Double
  /// The rows of the timeline of streaks, above the footer; none where they would take from small courts.
  var timelineRows: Range<Int>

  /// Cells between a court and its texts, and between cards.
  static let gap = 2
  /// The least width of texts beside a court.
  static let besideWidth = 20
  /// The greatest: numbers that stand far from their labels are hard to read.
  static let widestBeside = 36
  /// A court narrower than this shows nothing that could be followed, pixels.
  static let narrowestCourt = 8
  /// Rows of the timeline, and of a terminal that has room for one.
  static let timelineHeight = 4
  static let leastRowsForTimeline = 36

  /// nil if the terminal is too small.
  init?(columns: Int, rows: Int, courts: Int) {
    // A line at the bottom is the footer's. Above the timeline a line stays empty.
    let timeline = rows >= TerminalLayout.leastRowsForTimeline ? TerminalLayout.timelineHeight : 0
    let usable = rows - 1 - timeline - min(timeline, 1)
    timelineRows = rows - 1 - timeline..<rows - 1
    var best = (width: 0, columns: 1, beside: false)
    for across in 1...max(courts, 1) {
      let down = (courts + across - 1) / across
      let cellWidth = columns / across - TerminalLayout.gap
      let cellHeight = usable / down
      // Two walls at the sides, one at the top.
      let beside = min(
        cellWidth - 2 - TerminalLayout.gap - TerminalLayout.besideWidth, (2 * cellHeight - 1) * 2 / 3)
      let stacked = min(cellWidth - 2, (2 * (cellHeight - 2) - 1) * 2 / 3)
      if beside > best.width { best = (beside, across, true) }
      if stacked > best.width { best = (stacked, across, false) }
    }
    // Even, so that the height, half as much again, is whole.
    let width = best.width / 2 * 2
    guard width >= TerminalLayout.narrowestCourt else { return nil }
    isBeside = best.beside
    scale = Double(width) / 200
    let height = width * 3 / 2
    let across = best.columns
    let down = (courts + across - 1) / across
    let space = columns / across - TerminalLayout.gap - 2 - width - TerminalLayout.gap
    let textWidth = isBeside ? min(space, TerminalLayout.widestBeside) : width
    let cardWidth = width + 2 + (isBeside ? TerminalLayout.gap + textWidth : 0)
    let courtRows = (height + 2) / 2
    let cardHeight = courtRows + (isBeside ? 0 : 2)
    let between = max(0, (usable - down * cardHeight) / (down + 1))
    cards = []
    for index in 0..<courts {
      let (row, column) = (index / across, index % across)
      let inRow = min(across, courts - row * across)
      let rowWidth = inRow * cardWidth + (inRow - 1) * TerminalLayout.gap
      let left = max(0, (columns - rowWidth) / 2) + column * (cardWidth + TerminalLayout.gap)
      let top = between + row * (cardHeight + between)
      let courtTop = 2 * (top + (isBeside ? 0 : 1)) + 1
      let court = PixelRect(
        left: left + 1, top: courtTop, right: left + 1 + width, bottom: courtTop + height)
      cards.append(
        Card(
          court: court, textColumn: isBeside ? court.right + 1 + TerminalLayout.gap : court.left,
          textRow: top, textWidth: textWidth, endRow: top + cardHeight))
    }
  }
}
