/// The keys, on a panel over the darkened courts.
struct HelpOverlay {
  let typeface: Typeface
  let purpose: Purpose

  typealias Row = (keys: [String], meaning: String)

  static let rows: [Row] = [
    (["Space"], "pause or go on"),
    (["."], "one step"),
    (["+", "−"], "faster, slower"),
    (["R"], "restart, same serves"),
    (["N"], "next seed, other serves"),
    (["←", "→"], "play for the agent"),
    (["T"], "give back, or take"),
    (["Tab", "1"], "choose a court"),
    (["S"], "save the session"),
    (["G"], "look inside the network"),
    (["X"], "silence a neuron"),
    (["V", "B"], "disturb it; choose how"),
    (["M"], "sound off or on"),
    (["F"], "full screen"),
    (["H"], "these keys"),
    (["Esc", "Q"], "quit"),
  ]

  /// The keys that mean something for a purpose, in a window or in a terminal.
  static func rows(for purpose: Purpose, inTerminal: Bool = false) -> [Row] {
    let known = inTerminal ? rows.filter { !["F", "M", "G", "X"].contains($0.keys[0]) } : rows
    switch purpose {
    case .watch: return known
    case .play:
      return known.compactMap { row in
        if row.keys == ["T"] || row.keys.first == "Tab" { return nil }
        return row.keys.first == "←"
          ? (row.keys, inTerminal ? "move, as A, D" : "move, as A, D, mouse, pad") : row
      }
    case .replay:
      return known.flatMap { row -> [Row] in
        switch row.keys[0] {
        case ".": return [([",", "."], "one step back, on")]
        case "R": return [(row.keys, "from the start")]
        case "←": return [(row.keys, "one second back, on"), (["Home"], "the start; End, the end")]
        case "N", "T", "Tab", "S", "G", "X", "V": return []
        default: return [row]
        }
      }
    }
  }

  func draw(on canvas: inout Canvas) {
    let (width, height) = (Double(canvas.width), Double(canvas.height))
    canvas.fill(canvas.bounds, Palette.backdrop.opacity(0.72))
    let rows = HelpOverlay.rows(for: purpose)
    let lines = Double(rows.count)
    let size = min(height / (lines * 2 + 6), width / 21, 44).rounded(.down)
    let panel = Rect(
      x: ((width - size * 20) / 2).rounded(), y: ((height - size * (lines * 2 + 2.4)) / 2).rounded(),
      width: size * 20, height: size * (lines * 2 + 2.4))
    canvas.fill(panel, radius: size * 0.6, Palette.panel)
    canvas.stroke(panel, radius: size * 0.6, width: max(1, (size / 14).rounded()), Palette.wall)
    var y = panel.y + size * 2.2
    for row in rows {
      var x = panel.x + size * 1.4
      for key in row.keys { x += drawKey(key, x: x, middle: y, size: size, on: &canvas) + size * 0.35 }
      canvas.draw(
        row.meaning, x: panel.x + size * 6.6, middle: y, TextStyle(.medium, size, Palette.text),
        typeface: typeface)
      y += size * 2
    }
  }

  /// A key cap; returns its width.
  private func drawKey(
    _ label: String, x: Double, middle: Double, size: Double, on canvas: inout Canvas
  ) -> Double {
    let width = max(size * 1.6, typeface.width(of: label, .medium, size: size * 0.9) + size * 0.9).rounded()
    let cap = Rect(
      x: x.rounded(), y: (middle - size * 0.8).rounded(), width: width, height: (size * 1.6).rounded())
    canvas.fill(cap, radius: size * 0.3, Palette.key)
    canvas.stroke(cap, radius: size * 0.3, width: max(1, (size / 16).rounded()), Palette.faint)
    canvas.draw(
      label, x: cap.midX, middle: cap.midY, TextStyle(.medium, size * 0.9, Palette.text), .center,
      typeface: typeface)
    return width
  }
}
