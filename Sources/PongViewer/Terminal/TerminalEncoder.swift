/// How many colours a terminal has.
enum ColorDepth: Equatable {
  /// Eight bits a channel.
  case trueColor
  /// The 256 of xterm: a cube of 6 x 6 x 6 and 24 greys.
  case indexed

  /// What the environment variable COLORTERM says; without it 256 is safe.
  init(colorTerm: String?) {
    self = ["truecolor", "24bit"].contains(colorTerm ?? "") ? .trueColor : .indexed
  }
}

/// Turns a screen into the bytes that bring a terminal there: only cells that differ from those it shows.
struct TerminalEncoder {
  let depth: ColorDepth
  private var shown: CellGrid?
  private var bytes: [UInt8] = []
  // What the terminal writes with now; nil if that is not known.
  private var foreground: UInt32?
  private var background: UInt32?
  private var isBold: Bool?

  init(depth: ColorDepth) { self.depth = depth }

  /// Forgets what the terminal shows: the next frame is sent whole.
  mutating func invalidate() { shown = nil }

  /// The bytes for a frame; empty if nothing has changed.
  mutating func encode(_ grid: CellGrid) -> [UInt8] {
    bytes.removeAll(keepingCapacity: true)
    if let shown, shown.columns == grid.columns, shown.rows == grid.rows {
      guard shown != grid else { return [] }
      begin()
    } else {
      shown = nil
      begin()
      put("\u{1b}[0m\u{1b}[2J")
      (foreground, background, isBold) = (nil, nil, false)
    }
    for row in 0..<grid.rows {
      var isThere = false
      for column in 0..<grid.columns {
        let cell = grid[column, row]
        if let shown, shown[column, row] == cell {
          isThere = false
          continue
        }
        if !isThere { put("\u{1b}[\(row + 1);\(column + 1)H") }
        isThere = true
        put(cell)
      }
    }
    put("\u{1b}[?2026l")
    shown = grid
    return bytes
  }

  /// Terminals that know this mode show the frame at once; others ignore it.
  private mutating func begin() { put("\u{1b}[?2026h") }

  private mutating func put(_ cell: TerminalCell) {
    if isBold != cell.isBold {
      put(cell.isBold ? "\u{1b}[1m" : "\u{1b}[22m")
      isBold = cell.isBold
    }
    // A blank has no foreground to see.
    if cell.character != " ", foreground != cell.foreground {
      putColor(38, cell.foreground)
      foreground = cell.foreground
    }
    if background != cell.background {
      putColor(48, cell.background)
      background = cell.background
    }
    bytes.append(contentsOf: UTF8.encode(cell.character)!)
  }

  private mutating func putColor(_ selector: Int, _ color: UInt32) {
    switch depth {
    case .trueColor:
      put("\u{1b}[\(selector);2;\(color >> 16 & 255);\(color >> 8 & 255);\(color & 255)m")
    case .indexed: put("\u{1b}[\(selector);5;\(TerminalEncoder.index(of: color))m")
    }
  }

  private mutating func put(_ text: String) { bytes.append(contentsOf: text.utf8) }

  /// The nearest of xterm's colours 16...255.
  static func index(of color: UInt32) -> Int {
    let levels = [0, 95, 135, 175, 215, 255]
    let channels = [16, 8, 0].map { Int(color >> $0 & 255) }
    func nearest(_ value: Int) -> Int {
      levels.indices.min { abs(levels[$0] - value) < abs(levels[$1] - value) } ?? 0
    }
    func distance(_ other: [Int]) -> Int {
      zip(channels, other).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    }
    let cube = channels.map(nearest)
    let grey = min(max((channels.reduce(0, +) / 3 - 3) / 10, 0), 23)
    let greyLevel = 8 + 10 * grey
    return distance([greyLevel, greyLevel, greyLevel]) < distance(cube.map { levels[$0] })
      ? 232 + grey : 16 + 36 * cube[0] + 6 * cube[1] + cube[2]
  }
}
