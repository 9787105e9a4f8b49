/// Draws a chart at one size: legend above, then the plot with its axes.
struct ChartDrawing {
  private let chart: Chart
  /// The size asked for, higher by the legend, so that a long one takes nothing from the plot.
  private let size: SVG.Size
  private let legend: ChartLegend
  private let xTicks: [Scale.Tick]
  private let yTicks: [Scale.Tick]
  // The plot's edges.
  private let left: Double
  private let right: Double
  private let top: Double
  private let bottom: Double

  init(_ chart: Chart, _ size: SVG.Size) {
    self.chart = chart
    legend = ChartLegend(chart.series, width: size.width)
    let size = SVG.Size(name: size.name, width: size.width, height: size.height + legend.height)
    self.size = size
    xTicks = chart.x.scale.ticks(size.width < 500 ? 5 : 9)
    yTicks = chart.y.scale.ticks(size.width < 500 ? 5 : 6)
    left = (yTicks.map { SVG.width($0.label) }.max() ?? 0) + 14
    right = size.width - 16
    top = legend.height + 36
    bottom = size.height - 46
  }

  /// The drawing.
  /// - Parameter id: what the ids within it begin with; unlike any other of the page.
  func markup(id: String) -> Markup {
    SVG.root(
      size, id: id, title: chart.title, summary: chart.summary,
      legend.markup + horizontalAxis + verticalAxis + chart.series.flatMap(bands)
        + chart.series.flatMap(strokes))
  }

  private func x(_ value: Double) -> Double { left + (right - left) * chart.x.scale.position(value) }
  private func y(_ value: Double) -> Double { bottom - (bottom - top) * chart.y.scale.position(value) }

  // MARK: Axes

  private var horizontalAxis: [Markup] {
    var result: [Markup] = []
    // A label that would touch the one before it is left out.
    var free = -Double.infinity
    for tick in xTicks {
      let place = x(tick.value)
      result.append(
        SVG.line(place, bottom, place, bottom + (tick.label.isEmpty ? 4 : 6), class: "axis"))
      let half = SVG.width(tick.label) / 2
      guard !tick.label.isEmpty, place - half > free else { continue }
      free = place + half + 6
      let inside = min(max(place, half), size.width - half)
      result.append(SVG.text(tick.label, inside, bottom + 20, anchor: "middle", class: "tick"))
    }
    result.append(SVG.line(left, bottom, right, bottom, class: "axis"))
    result.append(SVG.text(chart.x.label, (left + right) / 2, bottom + 40, anchor: "middle"))
    return result
  }

  private var verticalAxis: [Markup] {
    var result: [Markup] = []
    for tick in yTicks where !tick.label.isEmpty {
      let place = y(tick.value)
      result.append(SVG.line(left, place, right, place, class: "grid"))
      result.append(SVG.text(tick.label, left - 8, place + 4.5, anchor: "end", class: "tick"))
    }
    result.append(SVG.text(chart.y.label, 2, top - 13))
    return result
  }

  // MARK: Series

  private func bands(_ series: Chart.Series) -> [Markup] {
    guard series.form == .line else { return [] }
    let edges = series.points.compactMap { point in
      point.interval.map { (x: point.x, low: $0.lowerBound, high: $0.upperBound) }
    }
    guard edges.count > 1, edges.contains(where: { $0.high > $0.low }) else { return [] }
    let upper = path(edges.map { ($0.x, $0.high) })
    let lower = path(edges.reversed().map { ($0.x, $0.low) })
    return [SVG.element("path", ["class": "band c\(series.style.color)", "d": "M\(upper)L\(lower)Z"])]
  }

  private func strokes(_ series: Chart.Series) -> [Markup] {
    var result: [Markup] = []
    let color = "c\(series.style.color)"
    if series.form != .points, series.points.count > 1 {
      let outline = "M" + path(series.points.map { ($0.x, $0.y) })
      result.append(
        SVG.element(
          "path", ["class": "line \(color)", "stroke-dasharray": series.style.dash, "d": outline]))
    }
    guard series.form == .points || series.form == .joined || series.points.count == 1 else { return result }
    for point in series.points {
      if let interval = point.interval { result += errorBar(point.x, interval, color) }
      result.append(ChartLegend.marker(series.style, x(point.x), y(point.y)))
    }
    return result
  }

  private func errorBar(_ value: Double, _ interval: ClosedRange<Double>, _ color: String) -> [Markup] {
    let (place, low, high) = (x(value), y(interval.lowerBound), y(interval.upperBound))
    return [
      SVG.line(place, low, place, high, class: "bar \(color)"),
      SVG.line(place - 4, low, place + 4, low, class: "bar \(color)"),
      SVG.line(place - 4, high, place + 4, high, class: "bar \(color)"),
    ]
  }

  /// A line through points, without the letter that begins a path.
  private func path(_ points: [(Double, Double)]) -> String {
    points.map { SVG.number(x($0.0)) + " " + SVG.number(y($0.1)) }.joined(separator: "L")
  }
}

/// The names of the series, in rows that fit the width; of series with one name the first.
struct ChartLegend {
  /// The height of all rows.
  let height: Double
  /// The drawing.
  let markup: [Markup]

  private static let rowHeight = 21.0
  private static let swatch = 30.0

  init(_ series: [Chart.Series], width: Double) {
    var result: [Markup] = []
    var (x, row) = (0.0, 0)
    var names: Set<String> = []
    for series in series where names.insert(series.name).inserted {
      let needed = ChartLegend.swatch + 8 + SVG.width(series.name) + 16
      if x > 0, x + needed > width { (x, row) = (0, row + 1) }
      let middle = Double(row) * ChartLegend.rowHeight + 11
      if series.form != .points {
        result.append(
          SVG.element(
            "path",
            [
              "class": "line c\(series.style.color)", "stroke-dasharray": series.style.dash,
              "d": "M\(SVG.number(x)) \(SVG.number(middle))h\(SVG.number(ChartLegend.swatch))",
            ]))
      }
      if series.form == .points || series.form == .joined {
        result.append(ChartLegend.marker(series.style, x + ChartLegend.swatch / 2, middle))
      }
      result.append(SVG.text(series.name, x + ChartLegend.swatch + 8, middle + 4.5))
      x += needed
    }
    height = series.isEmpty ? 0 : Double(row + 1) * ChartLegend.rowHeight
    markup = result
  }

  static func marker(_ style: SeriesStyle, _ x: Double, _ y: Double) -> Markup {
    SVG.element(
      "path",
      [
        "class": "marker c\(style.color)\(style.isHollow ? " hollow" : "")", "d": style.marker,
        "transform": "translate(\(SVG.number(x)) \(SVG.number(y)))",
      ])
  }
}
