/// Where things stand on a canvas: courts in a grid, a footer below. Chooses the grid, and whether the counts
/// stand beside a court or above and below it, that make the courts largest.
struct Layout: Equatable {
  /// One court with its counts.
  struct Card: Equatable {
    /// Everything of this player.
    var bounds: PixelRect
    /// The field of play, the size of the rules' field at `scale`.
    var court: PixelRect
  }

  /// Whether the counts stand to the right of the court.
  var isBeside: Bool
  var cards: [Card]
  /// Canvas pixels to a pixel of the game.
  var scale: Double
  /// The court's width over two: the measure for all sizes in a card.
  var unit: Double
  var footer: PixelRect
  /// Where the time bar of a replay goes, above the footer.
  var timeBar: PixelRect?
  /// Where the streaks since the start stand, above the footer; nil where there is no room.
  var timeline: PixelRect?
  /// Size of the footer's text.
  var footerSize: Double
  /// Where a player's inside is shown, if it is.
  var panel: PixelRect?

  // A card in units: the court is 2 wide and 3 high.
  static let besideWidth = 1.75
  static let besideGap = 0.28
  static let header = 0.62
  static let strip = 0.5

  init(width: Int, height: Int, courts: Int, hasPanel: Bool = false, hasTimeBar: Bool = false) {
    var (w, h) = (Double(width), Double(height))
    let shorter = min(w, h)
    let margin = min(max(shorter * 0.035, 4), 48)
    footerSize = min(max(shorter * 0.029, 11), 44).rounded()
    let ownHeight = (footerSize * 2.2).rounded()
    footer = PixelRect(left: 0, top: height - Int(ownHeight), right: width, bottom: height)
    // A replay has its time bar in the place of the streaks.
    let lowerHeight =
      hasTimeBar
      ? Int((footerSize * 1.8).rounded()) : TimelineDrawing.height(canvasWidth: width, canvasHeight: height)
    let strip = lowerHeight.map { [footer] in
      PixelRect(left: 0, top: footer.top - $0, right: width, bottom: footer.top)
    }
    (timeBar, timeline) = hasTimeBar ? (strip, nil) : (nil, strip)
    // What lies below the courts, and below the panel.
    let below = ownHeight + Double(lowerHeight ?? 0)
    if hasPanel {
      let panel = InsideLayout.panel(width: w, height: h - below, margin: margin, courts: courts)
      // The courts share what is left of it, or above it.
      if panel.left > Int(margin) { w = Double(panel.left) } else { h = Double(panel.top) + below }
      self.panel = panel
    }
    let space = (width: w - margin, height: h - below - margin)

    var best = (unit: 0.0, columns: 1, beside: false)
    for columns in 1...max(courts, 1) {
      let rows = (courts + columns - 1) / columns
      let cellWidth = space.width / Double(columns) - margin
      let cellHeight = space.height / Double(rows) - margin / 2
      let beside = min(cellWidth / (2 + Layout.besideGap + Layout.besideWidth), cellHeight / 3)
      let stacked = min(cellWidth / 2, cellHeight / (3 + Layout.header + Layout.strip))
      if stacked > best.unit { best = (stacked, columns, false) }
      if beside > best.unit { best = (beside, columns, true) }
    }
    // Even pixels, so that the court's edges and its middle are sharp.
    let courtWidth = max(2 * Int(best.unit), 2)
    let courtHeight = courtWidth * 3 / 2
    unit = Double(courtWidth) / 2
    scale = Double(courtWidth) / 200
    isBeside = best.beside
    cards = []
    let rows = (courts + best.columns - 1) / best.columns
    let above = isBeside ? 0 : Int(unit * Layout.header)
    let stripHeight = isBeside ? 0 : Int(unit * Layout.strip)
    let beside = isBeside ? Int(unit * (Layout.besideGap + Layout.besideWidth)) : 0
    let (cardWidth, cardHeight) = (courtWidth + beside, courtHeight + above + stripHeight)
    let gapX = (w - Double(best.columns * cardWidth)) / Double(best.columns + 1)
    let gapY = (h - below - Double(rows * cardHeight)) / Double(rows + 1)
    // Courts stand together in the middle rather than far apart on a wide screen.
    let between = (x: min(gapX, max(margin, 0.45 * unit)), y: min(gapY, margin * 1.5))
    for index in 0..<courts {
      let (row, column) = (index / best.columns, index % best.columns)
      let inRow = min(best.columns, courts - row * best.columns)
      let rowWidth = Double(inRow * cardWidth) + Double(inRow - 1) * between.x
      let allHeight = Double(rows * cardHeight) + Double(rows - 1) * between.y
      let left = Int((w - rowWidth) / 2 + Double(column) * (Double(cardWidth) + between.x))
      let top = Int((h - below - allHeight) / 2 + Double(row) * (Double(cardHeight) + between.y))
      let court = PixelRect(
        left: left, top: top + above, right: left + courtWidth, bottom: top + above + courtHeight)
      cards.append(
        Card(
          bounds: PixelRect(left: left, top: top, right: left + cardWidth, bottom: top + cardHeight),
          court: court))
    }
  }
}
