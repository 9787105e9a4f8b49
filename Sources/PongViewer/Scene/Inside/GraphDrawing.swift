/// The neurons of a graph at work: connections as bright as what they carry, neurons in the colour of their activity.
struct GraphDrawing {
  let portrait: NetworkPortrait
  let geometry: GraphGeometry
  let colors: ActivityColors
  let glow: GlowMask

  /// All connections, as faint as threads.
  func drawResting(on canvas: inout Canvas) {
    for index in 0..<geometry.edges {
      let edge = portrait.edges[index]
      drawCurve(
        index, width: geometry.thickness * 0.6, ActivityColors.ofSign(edge.weight).opacity(0.045), on: &canvas
      )
    }
  }

  func draw(_ view: InsideView, on canvas: inout Canvas) {
    if let focus = view.focus {
      drawInEdges(of: focus, view, on: &canvas)
    } else {
      drawEdges(view, on: &canvas)
      drawChanges(view.novelty, on: &canvas)
    }
    drawNodes(view, on: &canvas)
    if let focus = view.focus { drawRing(focus, on: &canvas) }
  }

  private func drawEdges(_ view: InsideView, on canvas: inout Canvas) {
    // The strongest last, so that they lie on top; those too faint to see not at all.
    for index in stride(from: geometry.edges - 1, through: 0, by: -1) {
      let edge = portrait.edges[index]
      let carried = min(abs(view.activity[edge.source]), 1) * edge.strength
      guard carried > 0.15 else { continue }
      let isToOutput = if case .output = portrait.nodes[edge.target].role { true } else { false }
      let most = isToOutput ? 0.5 : 0.95
      let color = ActivityColors.ofSign(edge.weight).opacity(Double(carried * carried) * most)
      drawCurve(index, width: geometry.thickness * (0.5 + 0.5 * edge.strength), color, on: &canvas)
    }
  }

  /// Connections that have come, in a colour of their own, and those that are gone, broken lines; they fade away.
  private func drawChanges(_ novelty: Double, on canvas: inout Canvas) {
    guard novelty > 0 else { return }
    let changes = portrait.changes
    for (edges, color, isBroken) in [
      (changes.departed, Palette.departed, true), (changes.arrived, Palette.arrived, false),
    ] {
      for edge in edges.reversed() {
        let (from, to) = (geometry.places[edge.source], geometry.places[edge.target])
        let shade = color.opacity(novelty * (0.25 + 0.5 * Double(edge.strength)))
        let points = (isBroken ? 2 : 1) * GraphGeometry.points
        for point in stride(from: 0, to: points, by: isBroken ? 2 : 1) {
          canvas.thinLine(
            from: GraphGeometry.curve(from, to, Float(point) / Float(points)),
            to: GraphGeometry.curve(from, to, Float(point + 1) / Float(points)),
            width: geometry.thickness * 0.7,
            shade)
        }
      }
    }
  }

  private func drawCurve(_ index: Int, width: Float, _ color: Color, on canvas: inout Canvas) {
    let first = index * GraphGeometry.points
    for point in first..<(first + GraphGeometry.points - 1) {
      canvas.thinLine(
        from: geometry.curves[point], to: geometry.curves[point + 1], width: width, color)
    }
  }

  /// What reaches one neuron: its strongest connections, however weak beside others, as they weigh now.
  private func drawInEdges(of focus: InsideView.Focus, _ view: InsideView, on canvas: inout Canvas) {
    let (node, edges) = (focus.node, portrait.inEdges[focus.node])
    func weight(_ index: Int) -> Float {
      edges[index].weight + (index < focus.plasticParts.count ? focus.plasticParts[index] : 0)
    }
    let strongest = max(edges.indices.reduce(0) { max($0, abs(weight($1))) }, 1e-30)
    for index in edges.indices.reversed() {
      let (edge, weight) = (edges[index], weight(index))
      let strength = abs(weight) / strongest
      let carried = min(abs(view.activity[edge.source]), 1)
      let color = ActivityColors.ofSign(weight).opacity(Double(strength * (0.2 + 0.8 * carried)))
      let (from, to) = (geometry.places[edge.source], geometry.places[node])
      var last = from
      // These lines are thick and few: with as many points as it takes to look round.
      let points = 3 * GraphGeometry.points
      for point in 1...points {
        let next = GraphGeometry.curve(from, to, Float(point) / Float(points))
        canvas.thinLine(from: last, to: next, width: geometry.thickness * (0.5 + strength), color)
        last = next
      }
    }
  }

  /// All light first, so that no neuron shines onto its neighbours.
  private func drawNodes(_ view: InsideView, on canvas: inout Canvas) {
    for (index, place) in geometry.places.enumerated()
    where !isDimmed(index, view) && !view.isSilenced(index) {
      let value = view.activity[index]
      let light = min(abs(value), 1) * (0.25 + 0.75 * portrait.nodes[index].importance)
      canvas.shine(
        glow.values, size: glow.size, x: Int(place.x.rounded()) - glow.size / 2,
        y: Int(place.y.rounded()) - glow.size / 2, colors[value], amount: Int(light * 80))
    }
    for (index, place) in geometry.places.enumerated() {
      let color = colors[view.activity[index]].opacity(isDimmed(index, view) ? 0.3 : 1)
      canvas.fillCircle(
        x: Double(place.x), y: Double(place.y), radius: Double(geometry.radii[index]), color)
      if view.isSilenced(index) { drawSilence(index, on: &canvas) }
    }
  }

  /// A neuron that nobody hears: dark, with a cross through it, larger than it was so that it is found again.
  private func drawSilence(_ node: Int, on canvas: inout Canvas) {
    let place = geometry.places[node]
    let radius = max(geometry.radii[node], 3) + 1.5
    canvas.fillCircle(x: Double(place.x), y: Double(place.y), radius: Double(radius), Palette.backdrop)
    canvas.cross(
      Rect(
        x: Double(place.x - radius), y: Double(place.y - radius), width: Double(2 * radius),
        height: Double(2 * radius)))
  }

  private func isDimmed(_ node: Int, _ view: InsideView) -> Bool {
    view.focus.map { !belongs(node, to: $0.node) } ?? false
  }

  /// Whether a neuron is the one that is looked at, or leads to it by a connection that is shown.
  private func belongs(_ node: Int, to target: Int) -> Bool {
    node == target || portrait.inEdges[target].contains { $0.source == node }
  }

  private func drawRing(_ focus: InsideView.Focus, on canvas: inout Canvas) {
    let place = geometry.places[focus.node]
    let radius = Double(geometry.radii[focus.node]) + 3
    canvas.stroke(
      Rect(x: Double(place.x) - radius, y: Double(place.y) - radius, width: 2 * radius, height: 2 * radius),
      radius: radius, width: focus.isPinned ? 2.5 : 1.5, Palette.text)
  }
}

extension Canvas {
  /// The sign of what is silenced: a cross from corner to corner.
  mutating func cross(_ rect: Rect) {
    for (top, bottom) in [(rect.y, rect.maxY), (rect.maxY, rect.y)] {
      thinLine(
        from: SIMD2(Float(rect.x), Float(top)), to: SIMD2(Float(rect.maxX), Float(bottom)), width: 2,
        Palette.miss)
    }
  }
}

/// A disc of light that fades to its rim, coverages 0...255 row by row.
struct GlowMask {
  let size: Int
  let values: [UInt8]

  init(radius: Double) {
    let half = max(1, Int(radius.rounded(.up)))
    size = 2 * half + 1
    values = (0..<size * size).map { [size] index in
      let (x, y) = (Double(index % size - half), Double(index / size - half))
      let rest = max(0, 1 - (x * x + y * y) / (radius * radius))
      return UInt8(255 * rest * rest)
    }
  }
}
