import Sweeps

/// A network's hidden vector over one session, in the plane of its first two principal components.
struct TrajectoryPanel: Sendable, Equatable {
  /// Whose it is.
  var name: String
  /// The colour.
  var style: SeriesStyle
  /// The path, its explained variance and its smoothness.
  var trajectory: Trajectory

  /// A panel.
  init(_ name: String, _ style: SeriesStyle, _ trajectory: Trajectory) {
    self.name = name
    self.style = style
    self.trajectory = trajectory
  }

  private static let side = 220.0
  private static let margin = 8.0

  /// The fraction of the variance in the plane, in words.
  var explained: String {
    let total = trajectory.explained.reduce(0, +)
    return "\(Format.fixed(100 * total, 0)) % of the variance"
  }

  /// A square with the path, both components on one scale; the begin is a ring.
  func markup(id: String) -> Markup {
    let size = SVG.Size(name: "panel", width: TrajectoryPanel.side, height: TrajectoryPanel.side)
    let frame = SVG.element(
      "rect",
      [
        "x": "0.5", "y": "0.5", "width": SVG.number(size.width - 1), "height": SVG.number(size.height - 1),
        "class": "frame",
      ])
    var drawing = [frame]
    let points = screenPoints
    if let first = points.first {
      let text = points.map { SVG.number($0.0) + " " + SVG.number($0.1) }
      drawing.append(
        SVG.element(
          "path", ["class": "path c\(style.color)", "d": "M" + text.joined(separator: "L")]))
      drawing.append(
        SVG.element(
          "circle", ["class": "start", "cx": SVG.number(first.0), "cy": SVG.number(first.1), "r": "4"]))
    }
    return SVG.root(
      size, id: id, title: "Hidden states of \(name)",
      summary:
        "The path of \(points.count) steps in the plane of the first two principal components, "
        + "\(explained), smoothness \(Format.fixed(trajectory.smoothness, 3)).",
      drawing)
  }

  private var screenPoints: [(Double, Double)] {
    let xs = trajectory.points.map { Double($0.x) }
    let ys = trajectory.points.map { Double($0.y) }
    guard let left = xs.min(), let right = xs.max(), let low = ys.min(), let high = ys.max() else {
      return []
    }
    let span = max(right - left, high - low, 1e-12)
    let scale = (TrajectoryPanel.side - 2 * TrajectoryPanel.margin) / span
    let middle = TrajectoryPanel.side / 2
    return zip(xs, ys).map { x, y in
      (middle + (x - (left + right) / 2) * scale, middle - (y - (low + high) / 2) * scale)
    }
  }
}
