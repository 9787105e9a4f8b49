import Storage

/// A panel on which a training run's curves grow: the catch rate of the validations, and the loss.
struct TrainingDrawing {
  let panel: PixelRect
  let typeface: Typeface

  private var size: Double {
    min(max(min(Double(panel.width) / 34, Double(panel.height) / 30), 9), 36).rounded()
  }

  func draw(_ view: TrainingView, on canvas: inout Canvas) {
    let all = Rect(
      x: Double(panel.left), y: Double(panel.top), width: Double(panel.width), height: Double(panel.height))
    canvas.fill(all, radius: size * 0.5, Palette.inside)
    let inner = all.inset(by: size * 1.3)
    drawTitle(view, inner, on: &canvas)
    let top = inner.y + size * 3.4
    guard inner.maxY - top > size * 6 else { return }
    let gap = size * 3
    let height = (inner.maxY - top - gap) / 2
    func part(_ y: Double) -> Rect { Rect(x: inner.x, y: y, width: inner.width, height: height) }
    drawRates(view, part(top), on: &canvas)
    drawLosses(view, part(top + height + gap), on: &canvas)
  }

  /// Name, state and passes, and a bar that fills.
  private func drawTitle(_ view: TrainingView, _ inner: Rect, on canvas: inout Canvas) {
    let middle = inner.y + size * 0.7
    let passes = "pass \((view.passes.last?.number ?? 0).grouped) of \(view.total.grouped)"
    let right = canvas.draw(
      passes, x: inner.maxX, middle: middle, TextStyle(.medium, size, Palette.label), .right,
      typeface: typeface)
    let name = canvas.draw(
      view.name, x: inner.x, middle: middle, TextStyle(.bold, size * 1.15, Palette.text), typeface: typeface)
    let x = inner.x + name + size
    if x + typeface.width(of: view.state, .medium, size: size) < inner.maxX - right - size {
      canvas.draw(
        view.state, x: x, middle: middle, TextStyle(.medium, size, Palette.label), typeface: typeface)
    }
    let bar = Rect(x: inner.x, y: inner.y + size * 1.7, width: inner.width, height: max(3, size * 0.35))
    canvas.fill(bar, radius: bar.height / 2, Palette.rest)
    let done = min(max(view.fraction, 0), 1) * bar.width
    canvas.fill(
      Rect(x: bar.x, y: bar.y, width: max(done, bar.height), height: bar.height), radius: bar.height / 2,
      Palette.player(0))
  }

  private func drawRates(_ view: TrainingView, _ area: Rect, on canvas: inout Canvas) {
    let points = view.passes.compactMap { pass in
      pass.rate.map { SIMD2(Double(pass.number), $0) }
    }
    drawChart(
      Chart(
        title: "balls caught", newest: Numbers.percent(points.last?.y), points: points, total: view.total,
        top: 1, ticks: [(0, "0 %"), (0.5, "50 %"), (1, "100 %")], color: Palette.player(0), marks: true),
      area, on: &canvas)
  }

  private func drawLosses(_ view: TrainingView, _ area: Rect, on canvas: inout Canvas) {
    let points = view.passes.map { SIMD2(Double($0.number), $0.loss) }
    // The first passes start at about 0.2; what matters comes below.
    let top = max(points.map(\.y).max() ?? 0, 1e-6)
    let newest = points.last.map { Numbers.thousandths($0.y) } ?? "–"
    drawChart(
      Chart(
        title: "loss", newest: newest, points: points, total: view.total, top: top,
        ticks: [(0, "0"), (top, Numbers.thousandths(top))], color: Palette.player(1), marks: false),
      area, on: &canvas)
  }

  private struct Chart {
    var title: String
    var newest: String
    /// (pass, value).
    var points: [SIMD2<Double>]
    var total: Int
    /// The value at the upper edge; 0 is at the lower.
    var top: Double
    var ticks: [(value: Double, label: String)]
    var color: Color
    /// Whether every point is marked.
    var marks: Bool
  }

  private func drawChart(_ chart: Chart, _ area: Rect, on canvas: inout Canvas) {
    let heading = area.y + size * 0.5
    canvas.draw(
      chart.title, x: area.x, middle: heading, TextStyle(.bold, size, Palette.text), typeface: typeface)
    canvas.draw(
      chart.newest, x: area.maxX, middle: heading, TextStyle(.bold, size, chart.color), .right,
      typeface: typeface)
    let small = (size * 0.85).rounded()
    let labels = chart.ticks.map { typeface.width(of: $0.label, .medium, size: small) }.max() ?? 0
    let plot = Rect(
      x: area.x + labels + size * 0.7, y: area.y + size * 1.9,
      width: max(8, area.width - labels - size * 1.1), height: max(8, area.height - size * 2.2))
    for tick in chart.ticks {
      let y = plot.maxY - tick.value / chart.top * plot.height
      canvas.fill(Rect(x: plot.x, y: y.rounded(), width: plot.width, height: 1), Palette.rest)
      canvas.draw(
        tick.label, x: plot.x - size * 0.6, middle: y, TextStyle(.medium, small, Palette.label), .right,
        typeface: typeface)
    }
    func place(_ point: SIMD2<Double>) -> SIMD2<Float> {
      SIMD2(
        Float(plot.x + point.x / Double(max(chart.total, 1)) * plot.width),
        Float(plot.maxY - min(max(point.y / chart.top, 0), 1) * plot.height))
    }
    let width = Float(max(1.5, size * 0.14))
    for (a, b) in zip(chart.points, chart.points.dropFirst()) {
      canvas.thinLine(from: place(a), to: place(b), width: width, chart.color)
    }
    guard let last = chart.points.last.map(place) else { return }
    if chart.marks {
      for point in chart.points.map(place) {
        canvas.fillCircle(x: Double(point.x), y: Double(point.y), radius: size * 0.17, chart.color)
      }
    }
    canvas.fillCircle(x: Double(last.x), y: Double(last.y), radius: size * 0.32, chart.color)
  }
}
