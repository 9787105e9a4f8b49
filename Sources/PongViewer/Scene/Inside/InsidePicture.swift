/// Draws a player's inside on its panel: what stands still once, onto the backdrop; what moves, with every change.
struct InsidePicture {
  let court: Int
  let name: String
  let portrait: NetworkPortrait?
  let layout: InsideLayout
  private let typeface: Typeface
  private let colors = ActivityColors()
  private let graph: GraphDrawing?
  private let heat: HeatDrawing?
  private let strip: StripDrawing?

  init(_ view: InsideView, panel: PixelRect, typeface: Typeface) {
    court = view.court
    name = view.name
    portrait = view.portrait
    layout = InsideLayout(panel: panel)
    self.typeface = typeface
    guard let portrait = view.portrait else {
      (graph, heat, strip) = (nil, nil, nil)
      return
    }
    if portrait.isGraph {
      let geometry = GraphGeometry(portrait, in: layout.network)
      let glow = GlowMask(radius: Double(geometry.thickness) * 5)
      graph = GraphDrawing(portrait: portrait, geometry: geometry, colors: colors, glow: glow)
      heat = nil
    } else {
      graph = nil
      heat = HeatDrawing(units: portrait.nodes.count, rect: layout.network, colors: colors)
    }
    let (size, color) = (layout.size, Palette.player(view.court))
    strip = layout.strip.map {
      StripDrawing(strip: $0, size: size, plane: portrait.plane, color: color, typeface: typeface)
    }
  }

  /// Whether it is still the picture of this view.
  func shows(_ view: InsideView) -> Bool {
    court == view.court && name == view.name && portrait == view.portrait
  }

  /// The neuron at a place of the canvas.
  func node(atX x: Double, y: Double) -> Int? {
    graph?.geometry.node(atX: x, y: y) ?? heat?.unit(atX: x, y: y)
  }

  // MARK: What stands still

  func drawResting(on canvas: inout Canvas) {
    let panel = layout.panel
    let size = layout.size
    canvas.fill(
      Rect(
        x: Double(panel.left), y: Double(panel.top), width: Double(panel.width), height: Double(panel.height)),
      radius: size * 0.5, Palette.inside)
    drawTitle(on: &canvas)
    guard portrait != nil else { return drawNothing(on: &canvas) }
    graph?.drawResting(on: &canvas)
    strip?.drawResting(on: &canvas)
    if layout.hasLabels, let graph { drawLabels(graph.geometry, on: &canvas) }
  }

  private func drawTitle(on canvas: inout Canvas) {
    let (title, size) = (layout.title, layout.size)
    let baseline = title.y + size * 1.2
    let mark = Rect(x: title.x, y: title.y + size * 0.15, width: size * 0.28, height: size * 1.15)
    canvas.fill(mark, radius: size * 0.14, Palette.player(court))
    var x = title.x + size * 0.75
    x += canvas.draw(
      name, x: x, baseline: baseline, TextStyle(.bold, size * 1.3, Palette.text), typeface: typeface)
    guard let portrait, layout.hasLabels else { return }
    x += size * 0.9
    let width = typeface.width(of: portrait.summary, .medium, size: size)
    if x + width < title.maxX {
      canvas.draw(
        portrait.summary, x: x, baseline: baseline, TextStyle(.medium, size, Palette.label),
        typeface: typeface)
    }
    guard x + width + size * 11 < title.maxX else { return }
    // A bar of all activities, for the key.
    let bar = Rect(x: title.maxX - size * 6.6, y: title.y + size * 0.45, width: size * 5, height: size * 0.6)
    for column in 0..<Int(bar.width) {
      canvas.fill(
        Rect(x: bar.x.rounded() + Double(column), y: bar.y, width: 1, height: bar.height),
        colors[Float(column) / Float(bar.width) * 2 - 1])
    }
    let style = TextStyle(.medium, size * 0.85, Palette.label)
    canvas.draw("−1", x: bar.x - size * 0.4, middle: bar.midY, style, .right, typeface: typeface)
    canvas.draw("1", x: bar.maxX + size * 0.4, middle: bar.midY, style, typeface: typeface)
  }

  private func drawNothing(on canvas: inout Canvas) {
    let isPerson = name == WatchModel.personName
    let reason = isPerson ? "a person plays here" : "\(name) follows rules written by hand"
    let lines = ["no network inside:", reason]
    let middle = Double(layout.panel.top + layout.panel.bottom) / 2
    let space = Double(layout.panel.width) - layout.size * 2
    for (index, line) in lines.enumerated() {
      let natural = typeface.width(of: line, .medium, size: layout.size * 1.3)
      let size = (layout.size * 1.3 * min(1, space / max(natural, 1))).rounded(.down)
      canvas.draw(
        line, x: Double(layout.panel.left + layout.panel.right) / 2,
        middle: middle + (Double(index) - 0.5) * layout.size * 2.2,
        TextStyle(.medium, size, index == 0 ? Palette.text : Palette.label), .center, typeface: typeface)
    }
  }

  /// The names of inputs and outputs, beside them.
  private func drawLabels(_ geometry: GraphGeometry, on canvas: inout Canvas) {
    let size = layout.size
    for (index, name) in ["ball x", "ball y", "paddle x"].enumerated() {
      let y = (geometry.places[8 * index].y + geometry.places[8 * index + 7].y) / 2
      canvas.draw(
        name, x: Double(geometry.places[0].x) - size * 0.9, middle: Double(y),
        TextStyle(.medium, size * 0.9, Palette.label), .right, typeface: typeface)
    }
  }

  // MARK: What moves

  func draw(_ view: InsideView, on canvas: inout Canvas) {
    guard let portrait, view.activity.count == portrait.nodes.count else { return }
    graph?.draw(view, on: &canvas)
    heat?.draw(view, on: &canvas)
    if layout.hasLabels, let graph { drawOutputNames(view, graph.geometry, on: &canvas) }
    if layout.hasLabels, view.focus == nil, view.novelty > 0 { drawChangeNames(view.novelty, on: &canvas) }
    strip?.draw(view, on: &canvas)
    if let focus = view.focus, layout.hasLabels { drawCard(focus, portrait, on: &canvas) }
  }

  private func drawOutputNames(_ view: InsideView, _ geometry: GraphGeometry, on canvas: inout Canvas) {
    for (index, name) in ["right", "left", "stay"].enumerated() {
      let isChosen = view.action.map { Int($0.rawValue) } == index
      let place = geometry.places[24 + index]
      canvas.draw(
        name, x: Double(place.x) + layout.size * 0.9, middle: Double(place.y),
        TextStyle(
          isChosen ? .bold : .medium, layout.size, isChosen ? Palette.text : Palette.label),
        typeface: typeface)
    }
  }

  /// What the colours of connections that have come and gone mean, in a corner that the neurons leave free; to be read until
  /// hardly any of these is to be seen.
  private func drawChangeNames(_ novelty: Double, on canvas: inout Canvas) {
    let (size, network) = (layout.size, layout.network)
    for (row, (name, color)) in [("new", Palette.arrived), ("gone", Palette.departed)].enumerated() {
      canvas.draw(
        name, x: network.maxX, middle: network.y + size * (0.6 + 1.4 * Double(row)),
        TextStyle(.medium, size * 0.9, color.opacity(min(1, 4 * novelty))), .right, typeface: typeface)
    }
  }

  /// On the side of the network where the neuron is not.
  private func drawCard(
    _ focus: InsideView.Focus, _ portrait: NetworkPortrait, on canvas: inout Canvas
  ) {
    let size = layout.size
    let (width, height) = (min(size * 15, layout.network.width * 0.6), size * 7)
    let middle =
      graph.map { Double($0.geometry.places[focus.node].x) } ?? heat?.place(focus.node).midX ?? 0
    let isLeft = middle > layout.network.midX
    let away = layout.network.width * 0.1
    let x = isLeft ? layout.network.x + away : layout.network.maxX - width - away
    let card = Rect(x: x.rounded(), y: layout.network.y.rounded(), width: width, height: height)
    NeuronCard(card: card, size: size, color: Palette.player(court), typeface: typeface)
      .draw(portrait, focus, on: &canvas)
  }
}
