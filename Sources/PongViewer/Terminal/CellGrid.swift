/// One character of a terminal with its two colours, 0xRRGGBB.
struct TerminalCell: Equatable {
  /// A character one column wide.
  var character: Unicode.Scalar = " "
  var foreground: UInt32 = 0
  var background: UInt32 = 0
  var isBold = false
}

/// A terminal's screen in memory.
struct CellGrid: Equatable {
  private(set) var columns: Int
  private(set) var rows: Int
  private(set) var cells: [TerminalCell]

  init(columns: Int, rows: Int) {
    precondition(columns > 0 && rows > 0, "a terminal of \(columns) x \(rows) has no cells")
    self.columns = columns
    self.rows = rows
    cells = [TerminalCell](repeating: TerminalCell(), count: columns * rows)
  }

  subscript(column: Int, row: Int) -> TerminalCell {
    get { cells[row * columns + column] }
    set { cells[row * columns + column] = newValue }
  }

  /// Shows a canvas of the same width and twice the height: a cell is two pixels, one above the other.
  mutating func show(_ canvas: borrowing Canvas) {
    precondition(
      canvas.width == columns && canvas.height == 2 * rows,
      "\(canvas.width) x \(canvas.height) pixels in \(columns) x \(rows) cells")
    for row in 0..<rows {
      for column in 0..<columns {
        let upper = canvas.pixel(column, 2 * row) & 0xff_ffff
        let lower = canvas.pixel(column, 2 * row + 1) & 0xff_ffff
        self[column, row] =
          upper == lower
          ? TerminalCell(foreground: upper, background: upper)
          : TerminalCell(character: "▀", foreground: upper, background: lower)
      }
    }
  }

  /// Writes a line of text, on the background that is there; what is outside is cut off. Every scalar
  /// of its `ColumnText` is a cell.
  mutating func write(
    _ text: String, column: Int, row: Int, _ color: Color, isBold: Bool = false, on background: Color? = nil
  ) {
    guard (0..<rows).contains(row) else { return }
    var column = column
    for scalar in ColumnText.scalars(text) {
      if (0..<columns).contains(column) {
        self[column, row] = TerminalCell(
          character: scalar, foreground: color.packed & 0xff_ffff,
          background: background.map { $0.packed & 0xff_ffff } ?? self[column, row].background, isBold: isBold
        )
      }
      column += 1
    }
  }
}
