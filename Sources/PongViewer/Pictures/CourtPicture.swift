import PongEngine

/// A court alone, as the viewer draws it: for programs that show a game in a window of their own.
public struct CourtPicture {
  /// Columns.
  public var width: Int { canvas.width }
  /// Rows.
  public var height: Int { canvas.height }

  /// Picture pixels to a pixel of the game.
  public let scale: Int

  private let rules: Rules
  private let drawing: CourtDrawing
  private let empty: Canvas
  private var canvas: Canvas

  /// An empty court.
  /// - Parameter scale: picture pixels to a pixel of the game, at least 1.
  public init(rules: Rules, scale: Int) {
    precondition(scale >= 1, "a court at scale \(scale)")
    let pixels = Int(rules.unitsPerPixel)
    let size = (
      width: scale * Int(rules.fieldWidth) / pixels, height: scale * Int(rules.fieldHeight) / pixels
    )
    let unit = Double(size.width) / 2
    let wall = Int(CourtDrawing.wallWidth(unit: unit))
    let court = PixelRect(left: wall, top: wall, right: wall + size.width, bottom: wall + size.height)
    var canvas = Canvas(width: size.width + 2 * wall, height: size.height + wall)
    CourtDrawing.drawEmpty(court, unit: unit, on: &canvas)
    self.rules = rules
    self.scale = scale
    drawing = CourtDrawing(court: court, scale: Double(scale), unit: unit, color: Palette.player(0))
    empty = canvas
    self.canvas = canvas
  }

  /// Draws a game.
  public mutating func draw(_ state: GameState, trail: Trail = Trail()) {
    canvas.copy(canvas.bounds, from: empty)
    var view = CourtView(name: "", state: state)
    view.trail = trail
    let content = SceneContent(courts: [view], rules: rules)
    drawing.draw(view, content, on: &canvas)
  }

  /// Red, green and blue of every pixel, [height, width, 3].
  public func copy(to pixels: UnsafeMutablePointer<UInt8>) {
    for (index, pixel) in canvas.pixels.enumerated() {
      pixels[3 * index] = UInt8(truncatingIfNeeded: pixel >> 16)
      pixels[3 * index + 1] = UInt8(truncatingIfNeeded: pixel >> 8)
      pixels[3 * index + 2] = UInt8(truncatingIfNeeded: pixel)
    }
  }
}
