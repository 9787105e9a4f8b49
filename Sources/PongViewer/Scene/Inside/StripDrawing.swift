import PongEngine

/// What is below the network: the bits that are read, the path of the hidden vector, the outputs.
struct StripDrawing {
  let strip: InsideLayout.Strip
  let size: Double
  let plane: NetworkPortrait.Plane
  let color: Color
  let typeface: Typeface

  static let titleHeight = 1.9

  // MARK: What stands still

  func drawResting(on canvas: inout Canvas) {
    title("sees", "24 bits", strip.bits, on: &canvas)
    let percent = Int((plane.explained * 100).rounded())
    title("remembers", "PC 1, 2: \(percent) %", strip.plane, on: &canvas)
    title("does", "", strip.outputs, on: &canvas)
    for row in 0..<3 {
      canvas.draw(
        ["ball x", "ball y", "paddle x"][row], x: strip.bits.x, middle: middle(row),
        TextStyle(.medium, size, Palette.label), typeface: typeface)
      let bar = bar(row)
      canvas.fill(bar, radius: bar.height * 0.25, Palette.rest)
    }
    let box = planeBox
    canvas.fill(box, radius: size * 0.4, Palette.court)
    let map = PlaneMap(plane, in: box)
    for place in plane.places {
      let point = map.point(place)
      canvas.fillCircle(
        x: Double(point.x), y: Double(point.y), radius: max(0.6, size * 0.055), Palette.label.opacity(0.3))
    }
  }

  private func title(_ text: String, _ detail: String, _ rect: Rect, on canvas: inout Canvas) {
    let baseline = rect.y + size * 0.8
    let width = canvas.draw(
      text, x: rect.x, baseline: baseline, TextStyle(.bold, size, Palette.text), typeface: typeface)
    guard typeface.width(of: detail, .medium, size: size * 0.85) + width + size < rect.width else { return }
    canvas.draw(
      detail, x: rect.maxX, baseline: baseline, TextStyle(.medium, size * 0.85, Palette.faint), .right,
      typeface: typeface)
  }

  // MARK: What moves

  func draw(_ view: InsideView, on canvas: inout Canvas) {
    drawBits(view.observation, on: &canvas)
    drawOutputs(view, on: &canvas)
    canvas.clipped(to: planeBox.pixels) { canvas in drawPath(view.path, on: &canvas) }
  }

  private var rowHeight: Double { (strip.bits.height - size * StripDrawing.titleHeight) / 3 }

  private func middle(_ row: Int) -> Double {
    strip.bits.y + size * StripDrawing.titleHeight + rowHeight * (Double(row) + 0.5)
  }

  private func drawBits(_ observation: Observation, on canvas: inout Canvas) {
    let left = strip.bits.x + size * 4.6
    let right = strip.bits.maxX - size * 2.6
    let pitch = ((right - left) / 8).rounded(.down)
    let height = min(rowHeight * 0.78, pitch * 1.25).rounded(.down)
    let numbers = (observation.ballX, observation.ballY, observation.paddleX)
    for row in 0..<3 {
      let middle = middle(row)
      for bit in 0..<8 {
        let isSet = observation[8 * row + bit]
        let cell = Rect(
          x: (left + pitch * Double(bit)).rounded(), y: (middle - height / 2).rounded(), width: pitch - 2,
          height: height)
        canvas.fill(cell, radius: size * 0.2, isSet ? ActivityColors.positive : Palette.rest)
        guard pitch >= size * 0.8 else { continue }
        canvas.draw(
          isSet ? "1" : "0", x: cell.midX, middle: middle,
          TextStyle(.medium, size * 0.9, isSet ? Palette.backdrop : Palette.faint), .center,
          typeface: typeface)
      }
      let number = row == 0 ? numbers.0 : row == 1 ? numbers.1 : numbers.2
      canvas.draw(
        Numbers.signed(number), x: strip.bits.maxX, middle: middle,
        TextStyle(.medium, size * 1.1, Palette.text), .right, typeface: typeface)
    }
  }

  private func bar(_ row: Int) -> Rect {
    let height = (rowHeight * 0.6).rounded(.down)
    let x = strip.outputs.x + size * 3.4
    return Rect(
      x: x, y: (middle(row) - height / 2).rounded(), width: strip.outputs.maxX - size * 3.2 - x,
      height: height)
  }

  /// Bars from 0 to 1; below 0 there is none. The largest output is the action.
  private func drawOutputs(_ view: InsideView, on canvas: inout Canvas) {
    for action in Action.allCases {
      let row = Int(action.rawValue)
      let isChosen = view.action == action
      let bar = bar(row)
      let share = Double(min(max(view.outputs[row], 0), 1))
      let tint = isChosen ? color : Palette.faint
      if share * bar.width >= 1 {
        canvas.fill(
          Rect(x: bar.x, y: bar.y, width: share * bar.width, height: bar.height), radius: bar.height * 0.25,
          tint)
      }
      canvas.draw(
        action.name, x: strip.outputs.x, middle: middle(row),
        TextStyle(isChosen ? .bold : .medium, size, isChosen ? Palette.text : Palette.label),
        typeface: typeface)
      canvas.draw(
        Numbers.hundredths(view.outputs[row]), x: strip.outputs.maxX, middle: middle(row),
        TextStyle(isChosen ? .bold : .medium, size, isChosen ? Palette.text : Palette.label), .right,
        typeface: typeface)
    }
  }

  private var planeBox: Rect {
    let top = size * StripDrawing.titleHeight
    return Rect(
      x: strip.plane.x.rounded(), y: (strip.plane.y + top).rounded(), width: strip.plane.width.rounded(),
      height: (strip.plane.height - top).rounded())
  }

  private func drawPath(_ path: [SIMD2<Float>], on canvas: inout Canvas) {
    guard let last = path.last else { return }
    let map = PlaneMap(plane, in: planeBox)
    let width = Float(max(1, size * 0.11))
    for index in 1..<max(path.count, 1) {
      let age = Double(path.count - index) / Double(NetworkRecord.pathLength)
      canvas.thinLine(
        from: map.point(path[index - 1]), to: map.point(path[index]), width: width,
        color.opacity(0.9 * (1 - age) * (1 - age)))
    }
    let point = map.point(last)
    canvas.fillCircle(
      x: Double(point.x), y: Double(point.y), radius: size * 0.45, color.opacity(0.3))
    canvas.fillCircle(x: Double(point.x), y: Double(point.y), radius: size * 0.24, Palette.ball)
  }
}

/// From the plane to canvas pixels, so that a game before fills the box.
struct PlaneMap {
  private let middle: SIMD2<Float>
  private let scale: SIMD2<Float>
  private let origin: SIMD2<Float>

  init(_ plane: NetworkPortrait.Plane, in box: Rect) {
    var low = plane.places.first ?? .zero
    var high = low
    for place in plane.places {
      low = pointwiseMin(low, place)
      high = pointwiseMax(high, place)
    }
    middle = (low + high) / 2
    let extent = pointwiseMax(high - low, SIMD2(repeating: 1e-6))
    scale = SIMD2(Float(box.width), -Float(box.height)) * 0.88 / extent
    origin = SIMD2(Float(box.midX), Float(box.midY))
  }

  func point(_ place: SIMD2<Float>) -> SIMD2<Float> { origin + (place - middle) * scale }
}
