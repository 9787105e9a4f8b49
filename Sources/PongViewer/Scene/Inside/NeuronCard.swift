/// What is known of the neuron that is looked at: name, connections, its course over the last steps.
struct NeuronCard {
  let card: Rect
  let size: Double
  let color: Color
  let typeface: Typeface

  func draw(_ portrait: NetworkPortrait, _ focus: InsideView.Focus, on canvas: inout Canvas) {
    let node = portrait.nodes[focus.node]
    canvas.fill(card, radius: size * 0.5, Palette.panel.opacity(0.93))
    canvas.stroke(card, radius: size * 0.5, width: max(1, (size / 14).rounded()), Palette.wall)
    let inner = card.inset(by: size * 0.8)
    let value = focus.trace.last.map { Numbers.hundredths($0) } ?? "–"
    let valueWidth = canvas.draw(
      value, x: inner.maxX, baseline: inner.y + size * 0.85, TextStyle(.medium, size, Palette.text), .right,
      typeface: typeface)
    let title = typeface.cut(node.title, .bold, size: size, width: inner.width - valueWidth - size * 0.6)
    canvas.draw(
      title, x: inner.x, baseline: inner.y + size * 0.85, TextStyle(.bold, size, Palette.text),
      typeface: typeface)
    if portrait.isGraph {
      let tau = node.timeConstant.map { ", tau \(Numbers.hundredths($0))" } ?? ""
      let line = "\(node.inDegree) in, \(node.outDegree) out\(tau)\(plasticity(portrait, focus))"
      // Smaller rather than cut: numbers must be whole.
      let fitting = min(1, inner.width / max(1, typeface.width(of: line, .medium, size: size * 0.9)))
      canvas.draw(
        line, x: inner.x, baseline: inner.y + size * 2.25,
        TextStyle(.medium, size * 0.9 * fitting, Palette.label), typeface: typeface)
    }
    let top = inner.y + size * 2.8
    drawTrace(
      focus.trace, Rect(x: inner.x, y: top, width: inner.width, height: inner.maxY - top), on: &canvas)
  }

  /// How much of what connects to it has come while it played: the plastic parts' share of all magnitudes, theirs and
  /// the weights'.
  private func plasticity(_ portrait: NetworkPortrait, _ focus: InsideView.Focus) -> String {
    guard !focus.plasticParts.isEmpty else { return "" }
    let weights = portrait.inEdges[focus.node].reduce(0) { $0 + abs($1.weight) }
    let parts = focus.plasticParts.reduce(0) { $0 + abs($1) }
    return ", plastic \(Numbers.percent(Double(parts / max(weights + parts, 1e-30))))"
  }

  private func drawTrace(_ trace: [Float], _ rect: Rect, on canvas: inout Canvas) {
    canvas.fill(
      Rect(x: rect.x, y: rect.midY.rounded(), width: rect.width, height: 1), Palette.wall)
    let step = Float(rect.width) / Float(NetworkRecord.traceLength - 1)
    let first = NetworkRecord.traceLength - trace.count
    func point(_ index: Int) -> SIMD2<Float> {
      let value = min(max(trace[index], -1), 1)
      return SIMD2(
        Float(rect.x) + step * Float(first + index), Float(rect.midY) - value * Float(rect.height) / 2)
    }
    for index in 1..<max(trace.count, 1) {
      canvas.thinLine(
        from: point(index - 1), to: point(index), width: Float(max(1.2, size * 0.1)), color)
    }
  }
}

extension NetworkPortrait.Node {
  /// What the viewer calls it: by its name, or else by its role and number.
  var title: String {
    switch role {
    case .input(let bit):
      "\(name ?? "input"): \(["ball x", "ball y", "paddle x"][bit / 8]), bit \(7 - bit % 8)"
    case .output(let action): "\(name ?? "output"): \(["right", "left", "stay"][action])"
    case .hidden(let number): name ?? "hidden neuron \(number)"
    }
  }
}
