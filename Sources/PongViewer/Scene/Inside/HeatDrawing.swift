/// The units of a network without a graph: a cell each, in the colour of its activity, row by row.
struct HeatDrawing {
  let units: Int
  let rect: Rect
  let colors: ActivityColors
  private let columns: Int
  private let cell: Double

  init(units: Int, rect: Rect, colors: ActivityColors) {
    self.units = units
    self.rect = rect
    self.colors = colors
    // As many columns as make the largest square cells that fit.
    var best = (columns: 1, cell: 0.0)
    for columns in 1...max(units, 1) {
      let rows = (units + columns - 1) / columns
      let cell = min(rect.width / Double(columns), rect.height / Double(max(rows, 1)))
      if cell > best.cell { best = (columns, cell) }
    }
    columns = best.columns
    cell = best.cell >= 2 ? best.cell.rounded(.down) : best.cell
  }

  /// The cell of a unit.
  func place(_ unit: Int) -> Rect {
    let rows = (units + columns - 1) / columns
    let left = rect.midX - cell * Double(columns) / 2
    let top = rect.midY - cell * Double(rows) / 2
    return Rect(
      x: left + cell * Double(unit % columns), y: top + cell * Double(unit / columns), width: cell,
      height: cell)
  }

  func draw(_ view: InsideView, on canvas: inout Canvas) {
    for unit in 0..<units {
      let square = place(unit).inset(by: cell * 0.08)
      guard view.isSilenced(unit) else {
        canvas.fill(square, radius: cell * 0.18, colors[view.activity[unit]])
        continue
      }
      // Nobody hears it.
      canvas.fill(square, radius: cell * 0.18, Palette.backdrop)
      canvas.cross(square)
    }
    if let focus = view.focus {
      canvas.stroke(
        place(focus.node).inset(by: -2), radius: cell * 0.2, width: focus.isPinned ? 2.5 : 1.5, Palette.text)
    }
  }

  /// The unit at a place.
  func unit(atX x: Double, y: Double) -> Int? {
    let first = place(0)
    guard x >= first.x, y >= first.y, cell > 0 else { return nil }
    let (column, row) = (Int((x - first.x) / cell), Int((y - first.y) / cell))
    let unit = row * columns + column
    return column < columns && unit < units ? unit : nil
  }
}
