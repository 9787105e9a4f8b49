import PongEngine
import Storage

/// The line below the courts: what the clock does on the left, the last message and the way to the
/// keys on the right.
struct FooterDrawing {
  let footer: PixelRect
  let size: Double
  let typeface: Typeface

  func draw(_ content: SceneContent, on canvas: inout Canvas) {
    let margin = size
    let middle = Double(footer.top + footer.bottom) / 2 - size * 0.2
    var x = margin
    drawSign(content.isPaused, x: x, middle: middle, on: &canvas)
    x += size * 1.1
    let state = content.isPaused ? "paused" : content.speed.label
    x += canvas.draw(
      state, x: x, middle: middle, TextStyle(.bold, size, content.isPaused ? Palette.record : Palette.text),
      typeface: typeface)
    let hint = "H  keys"
    let hintWidth = canvas.draw(
      hint, x: Double(footer.right) - margin, middle: middle, TextStyle(.medium, size, Palette.label), .right,
      typeface: typeface)
    let right = Double(footer.right) - margin - hintWidth - size * 2
    let messageWidth = drawMessage(content.message, right: right, width: right - x - size, on: &canvas)
    let space = right + size - x - messageWidth
    let details = details(content)
    // On a narrow canvas the details go one by one, the least wanted first.
    for count in stride(from: details.count, to: 0, by: -1) {
      let text = details[..<count].joined(separator: "   ·   ")
      guard typeface.width(of: text, .medium, size: size) + size * 1.4 <= space else { continue }
      canvas.draw(
        text, x: x + size * 1.4, middle: middle, TextStyle(.medium, size, Palette.label), typeface: typeface)
      break
    }
  }

  /// What has just been done, before all details; cut where even so there is no room. Returns the room taken.
  private func drawMessage(
    _ message: String?, right: Double, width: Double, on canvas: inout Canvas
  ) -> Double {
    guard let message, width > size * 2 else { return 0 }
    let text = typeface.cut(message, .bold, size: size, width: width)
    let middle = Double(footer.top + footer.bottom) / 2 - size * 0.2
    return size
      + canvas.draw(
        text, x: right, middle: middle, TextStyle(.bold, size, Palette.record), .right, typeface: typeface)
  }

  private func details(_ content: SceneContent) -> [String] {
    content.disturbances
      + ["step \(content.steps.grouped)", "\(content.rules.name) rules", "seed \(content.seed)"]
  }

  /// A triangle that points on, or two bars.
  private func drawSign(_ isPaused: Bool, x: Double, middle: Double, on canvas: inout Canvas) {
    let height = typeface.capHeight(.bold, size: size)
    if isPaused {
      let bar = (height * 0.3).rounded(.up)
      for offset in [0, bar * 1.8] {
        canvas.fill(
          Rect(x: x + offset, y: middle - height / 2, width: bar, height: height), Palette.record)
      }
      return
    }
    // A triangle as one column after another, each as high as the triangle there.
    let columns = Int((height * 0.86).rounded(.up))
    for column in 0..<columns {
      let share = 1 - (Double(column) + 0.5) / Double(columns)
      canvas.fill(
        Rect(
          x: (x + Double(column)).rounded(), y: middle - height / 2 * share, width: 1, height: height * share),
        Palette.text)
    }
  }
}
