import Storage

/// A player's name and counts, beside the court or above and below it. Sizes are in units of half a court.
struct CountsDrawing {
  let card: Layout.Card
  let unit: Double
  let color: Color
  let typeface: Typeface

  func draw(_ view: CourtView, beside: Bool, on canvas: inout Canvas) {
    if beside {
      drawBeside(view, on: &canvas)
    } else {
      drawHeader(view, on: &canvas)
      drawStrip(view, on: &canvas)
    }
  }

  /// The three counts that stand together.
  private func counts(_ view: CourtView) -> [(label: String, value: String)] {
    [
      ("best", Numbers.compact(view.best)), ("misses", Numbers.compact(view.misses)),
      ("catch rate", Numbers.percent(view.catchRate)),
    ]
  }

  private func nameColor(_ view: CourtView) -> Color {
    view.hand == .person ? Palette.person : Palette.text
  }

  private func streakColor(_ view: CourtView) -> Color {
    let base = view.isRecord ? Palette.record : Palette.text
    return base.mixed(with: Palette.miss, view.missGlow)
  }

  private func drawBeside(_ view: CourtView, on canvas: inout Canvas) {
    let left = Double(card.court.right) + unit * Layout.besideGap
    let right = Double(card.bounds.right)
    let top = Double(card.court.top)
    let width = right - left
    let name = fitted(view.owner, .bold, size: unit * 0.3, width: width)
    let nameCap = typeface.capHeight(.bold, size: name.size)
    canvas.draw(
      name.text, x: left, baseline: top + nameCap, TextStyle(.bold, name.size, nameColor(view)),
      typeface: typeface)
    drawAgentWaiting(view, right: right, baseline: top + nameCap, width: width * 0.6, on: &canvas)
    canvas.fill(
      Rect(x: left, y: (top + nameCap + unit * 0.14).rounded(), width: unit * 0.5, height: unit * 0.06),
      radius: unit * 0.03, color)

    // A number is never cut: if its digits would get too small, the first ones and a unit are shown.
    var digits = view.streak.grouped
    var size = shrunk(digits, .bold, size: unit * 1.02, width: width)
    if size < unit * 0.6 {
      digits = Numbers.compact(view.streak)
      size = shrunk(digits, .bold, size: unit * 1.02, width: width)
    }
    let baseline = top + unit * 1.5
    canvas.draw(
      digits, x: left - size * 0.025, baseline: baseline,
      TextStyle(.bold, size, streakColor(view)), typeface: typeface)
    let label = view.isRecord ? "in a row: a record" : "catches in a row"
    canvas.draw(
      label, x: left, baseline: baseline + unit * 0.29,
      TextStyle(.medium, unit * 0.175, view.isRecord ? Palette.record : Palette.label), typeface: typeface)

    var y = Double(card.court.bottom) - unit * 0.04
    var counts = counts(view)
    if let best = view.otherBest {
      counts.append((view.hand == .person ? "best of \(view.name)" : "your best", Numbers.compact(best)))
    }
    let pitch = counts.count > 3 ? 0.29 : 0.33
    for count in counts.reversed() {
      canvas.draw(
        count.label, x: left, baseline: y, TextStyle(.medium, unit * 0.175, Palette.label), typeface: typeface
      )
      canvas.draw(
        count.value, x: right, baseline: y, TextStyle(.medium, unit * 0.23, Palette.text), .right,
        typeface: typeface)
      y -= unit * pitch
    }
  }

  /// Beside "you": the agent that waits to get the paddle back.
  private func drawAgentWaiting(
    _ view: CourtView, right: Double, baseline: Double, width: Double, on canvas: inout Canvas
  ) {
    guard view.owner != view.name else { return }
    let text = fitted("for \(view.name)", .medium, size: unit * 0.175, width: width)
    canvas.draw(
      text.text, x: right, baseline: baseline, TextStyle(.medium, text.size, Palette.label), .right,
      typeface: typeface)
  }

  private func drawHeader(_ view: CourtView, on canvas: inout Canvas) {
    let left = Double(card.court.left)
    let right = Double(card.court.right)
    let baseline = Double(card.court.top) - unit * 0.16
    let number = TextStyle(.bold, unit * 0.5, streakColor(view))
    let streak = Numbers.compact(view.streak)
    let width = canvas.draw(streak, x: right, baseline: baseline, number, .right, typeface: typeface)
    let space = right - left - width - unit * 0.24
    let name = fitted(view.owner, .bold, size: unit * 0.25, width: space)
    canvas.fill(
      Rect(
        x: left, y: baseline - typeface.capHeight(.bold, size: name.size), width: unit * 0.06,
        height: typeface.capHeight(.bold, size: name.size)),
      radius: unit * 0.03, color)
    canvas.draw(
      name.text, x: left + unit * 0.14, baseline: baseline, TextStyle(.bold, name.size, nameColor(view)),
      typeface: typeface)
  }

  private func drawStrip(_ view: CourtView, on canvas: inout Canvas) {
    let top = Double(card.court.bottom)
    let counts = counts(view)
    let labelSize = unit * 0.13
    for (index, count) in counts.enumerated() {
      let share = Double(index) / Double(counts.count - 1)
      let x = Double(card.court.left) + share * Double(card.court.width)
      let alignment: Alignment = index == 0 ? .left : index == counts.count - 1 ? .right : .center
      canvas.draw(
        count.value, x: x, baseline: top + unit * 0.28, TextStyle(.medium, unit * 0.2, Palette.text),
        alignment, typeface: typeface)
      canvas.draw(
        count.label, x: x, baseline: top + unit * 0.46, TextStyle(.medium, labelSize, Palette.label),
        alignment, typeface: typeface)
    }
  }

  /// The size at which a text fits a width, `size` at most.
  private func shrunk(_ text: String, _ weight: Weight, size: Double, width: Double) -> Double {
    let natural = typeface.width(of: text, weight, size: size)
    return natural <= width ? size : (size.rounded() * width / natural).rounded(.down)
  }

  /// A text that fits a width: smaller if need be, down to 75 %, then cut.
  private func fitted(
    _ text: String, _ weight: Weight, size: Double, width: Double
  ) -> (text: String, size: Double) {
    let smaller = max((size * 0.75).rounded(), shrunk(text, weight, size: size, width: width))
    return (typeface.cut(text, weight, size: smaller, width: width), smaller)
  }
}
