/// Where things stand on the panel that shows a player's inside: a title, the network, and below it what is seen,
/// what is remembered and what is done.
struct InsideLayout: Equatable {
  /// All of it.
  var panel: PixelRect
  /// Size of the text.
  var size: Double
  /// The line of the title.
  var title: Rect
  /// The graph from the inputs to the outputs, without their labels; or the hidden units.
  var network: Rect
  /// Whether there is space for labels around the network.
  var hasLabels: Bool
  /// What is below the network; nil where there is no space.
  var strip: Strip?

  /// The three parts below the network.
  struct Strip: Equatable {
    var bits: Rect
    var plane: Rect
    var outputs: Rect
  }

  init(panel: PixelRect) {
    self.panel = panel
    let all = Rect(
      x: Double(panel.left), y: Double(panel.top), width: Double(panel.width), height: Double(panel.height))
    size = min(max(min(all.width / 52, all.height / 40), 9), 34).rounded()
    let inner = all.inset(by: size * 1.3)
    title = Rect(x: inner.x, y: inner.y, width: inner.width, height: size * 1.6)
    hasLabels = all.width >= 330 && all.height >= 300
    let stripHeight = hasLabels ? (max(inner.height * 0.24, size * 9.5)).rounded() : 0
    let top = title.maxY + size
    let bottom = inner.maxY - stripHeight - (hasLabels ? size * 1.6 : 0)
    let (left, right) = hasLabels ? (size * 4.2, size * 4.6) : (size * 0.6, size * 0.6)
    network = Rect(
      x: inner.x + left, y: top, width: max(8, inner.width - left - right), height: max(8, bottom - top))
    guard hasLabels else { return }
    let y = inner.maxY - stripHeight
    let gap = size * 2.2
    let plane = min(stripHeight * 1.35, inner.width * 0.3)
    let side = (inner.width - plane - 2 * gap) / 2
    func part(_ x: Double, _ width: Double) -> Rect { Rect(x: x, y: y, width: width, height: stripHeight) }
    strip = Strip(
      bits: part(inner.x, side), plane: part(inner.x + side + gap, plane),
      outputs: part(inner.maxX - side, side))
  }

  /// The part of a canvas, above its footer, that the panel takes: beside the courts, or below them on a tall one.
  static func panel(width: Double, height: Double, margin: Double, courts: Int) -> PixelRect {
    var rect = Rect(x: margin, y: margin, width: width - 2 * margin, height: height - margin)
    if width >= height * 0.9 {
      // A single court has all the height it can use; several share what they get.
      let unit = (height - margin * 1.5) / (3 + Layout.header + Layout.strip)
      let most = width * (courts == 1 ? 0.4 : 0.45)
      let left = (courts == 1 ? min(most, 2 * unit + 2 * margin) : most).rounded()
      rect = Rect(x: left, y: margin, width: width - left - margin, height: height - margin)
    } else {
      let top = (height * 0.42).rounded()
      rect = Rect(x: margin, y: top, width: width - 2 * margin, height: height - top)
    }
    return PixelRect(
      left: Int(rect.x), top: Int(rect.y), right: max(Int(rect.x) + 1, Int(rect.maxX)),
      bottom: max(Int(rect.y) + 1, Int(rect.maxY)))
  }
}
