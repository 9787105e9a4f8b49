import Demonstrations
import PongEngine

/// The field of play: walls, trail, ball, paddle, flashes.
struct CourtDrawing {
  let court: PixelRect
  /// Canvas pixels to a pixel of the game.
  let scale: Double
  let unit: Double
  let color: Color
  /// For the countdown; without one there is none.
  var typeface: Typeface?

  static func wallWidth(unit: Double) -> Double { max(1, (unit * 0.022).rounded()) }

  /// The parts that never change. Three sides are walls; the fourth, where a ball is missed, is open.
  static func drawEmpty(_ court: PixelRect, unit: Double, on canvas: inout Canvas) {
    canvas.fill(court, Palette.court)
    drawWalls(court, unit: unit, Palette.wall, on: &canvas)
    let wall = Int(wallWidth(unit: unit))
    let dashes = 20
    for dash in 0..<dashes {
      let left = court.left + (4 * dash + 1) * court.width / (4 * dashes)
      let right = court.left + (4 * dash + 3) * court.width / (4 * dashes)
      canvas.fill(
        PixelRect(left: left, top: court.bottom - wall, right: right, bottom: court.bottom), Palette.floor)
    }
  }

  /// The three walls; brighter ones mark the court that keys act on.
  static func drawWalls(_ court: PixelRect, unit: Double, _ color: Color, on canvas: inout Canvas) {
    let wall = Int(wallWidth(unit: unit))
    let outer = PixelRect(
      left: court.left - wall, top: court.top - wall, right: court.right + wall, bottom: court.bottom)
    canvas.fill(PixelRect(left: outer.left, top: outer.top, right: outer.right, bottom: court.top), color)
    canvas.fill(PixelRect(left: outer.left, top: court.top, right: court.left, bottom: outer.bottom), color)
    canvas.fill(PixelRect(left: court.right, top: court.top, right: outer.right, bottom: outer.bottom), color)
  }

  /// A player's game.
  func draw(_ view: CourtView, _ content: SceneContent, on canvas: inout Canvas) {
    let pixels = scale / Double(content.rules.unitsPerPixel)
    drawFlash(view, on: &canvas)
    canvas.clipped(to: court) { canvas in
      let ball = place(view, content, pixels)
      if content.countdown > 0, let typeface {
        CountdownDrawing(court: court, unit: unit, typeface: typeface).draw(content.countdown, on: &canvas)
      }
      drawTrail(view, content, ball, pixels, on: &canvas)
      drawPaddle(ball.paddleX, view.hand, content.rules, pixels, on: &canvas)
      let size = Double(content.rules.ballSize) * pixels
      canvas.fill(
        Rect(x: ball.x, y: ball.y, width: size, height: size), radius: size * 0.2, Palette.ball)
      if content.isPaused { drawPauseSign(on: &canvas) }
    }
  }

  /// Where ball and paddle are drawn, canvas pixels.
  private func place(
    _ view: CourtView, _ content: SceneContent, _ pixels: Double
  ) -> (x: Double, y: Double, paddleX: Double) {
    let now = view.state
    let before = view.before ?? now
    func between(_ from: Int32, _ to: Int32) -> Double {
      (Double(from) + (Double(to) - Double(from)) * content.fraction) * pixels
    }
    return (
      Double(court.left) + between(before.ballX, now.ballX),
      Double(court.top) + between(before.ballY, now.ballY),
      Double(court.left) + between(before.paddleX, now.paddleX)
    )
  }

  private func drawTrail(
    _ view: CourtView, _ content: SceneContent, _ ball: (x: Double, y: Double, paddleX: Double),
    _ pixels: Double, on canvas: inout Canvas
  ) {
    let half = Double(content.rules.ballSize) * pixels / 2
    // Discs from each place to the next newer one, close enough to run together. Where there is a step in
    // between, the newest lie under the ball and appear as it moves on.
    var newer = (x: ball.x + half, y: ball.y + half)
    let discs = 4
    for index in 0..<view.trail.count {
      let place = view.trail[index]
      let older = (
        x: Double(court.left) + Double(place.x) * pixels + half,
        y: Double(court.top) + Double(place.y) * pixels + half
      )
      let length = index == 0 ? content.fraction : 1
      for disc in 1...discs {
        let share = Double(disc) / Double(discs)
        let age = (Double(index) - 1 + share * length + content.fraction) / Double(Trail.capacity)
        guard age > 0, age < 1 else { continue }
        canvas.fillCircle(
          x: newer.x + (older.x - newer.x) * share, y: newer.y + (older.y - newer.y) * share,
          radius: half * (0.8 - 0.6 * age), color.opacity(0.11 * (1 - age)))
      }
      newer = older
    }
  }

  private func drawPaddle(
    _ x: Double, _ hand: Hand, _ rules: Rules, _ pixels: Double, on canvas: inout Canvas
  ) {
    let paddle = Rect(
      x: x, y: Double(court.top) + Double(rules.paddleY) * pixels,
      width: Double(rules.paddleWidth) * pixels, height: Double(rules.paddleHeight) * pixels)
    canvas.fill(paddle, radius: paddle.height * 0.3, color)
    // A person's paddle has a mark in the middle, so that it is known without its colour.
    guard hand == .person else { return }
    let mark = paddle.height * 0.36
    canvas.fillCircle(x: paddle.midX, y: paddle.midY, radius: mark, Palette.court)
  }

  /// A miss lights up the open side; a record, all around.
  private func drawFlash(_ view: CourtView, on canvas: inout Canvas) {
    if view.missGlow > 0 {
      let reach = Int(unit * 0.9)
      canvas.fillFade(
        PixelRect(
          left: court.left, top: court.bottom - reach, right: court.right, bottom: court.bottom),
        Palette.miss, top: 0, bottom: 0.75 * view.missGlow)
      canvas.fill(
        PixelRect(
          left: court.left, top: court.bottom - max(2, Int(unit * 0.05)), right: court.right,
          bottom: court.bottom),
        Palette.miss.opacity(view.missGlow))
    }
    if view.recordGlow > 0 {
      let frame = Rect(
        x: Double(court.left), y: Double(court.top), width: Double(court.width),
        height: Double(court.height))
      canvas.stroke(
        frame, radius: 0, width: max(2, (unit * 0.06).rounded()), Palette.record.opacity(view.recordGlow))
    }
  }

  private func drawPauseSign(on canvas: inout Canvas) {
    let middle = (x: Double(court.left + court.right) / 2, y: Double(court.top + court.bottom) / 2)
    let bar = (width: unit * 0.14, height: unit * 0.5)
    for side in [-1.0, 1.0] {
      canvas.fill(
        Rect(
          x: middle.x + side * unit * 0.15 - bar.width / 2, y: middle.y - bar.height / 2, width: bar.width,
          height: bar.height),
        radius: bar.width * 0.3, Palette.text.opacity(0.28))
    }
  }
}

/// The seconds until a person's game goes on, large in the court, behind ball and paddle.
struct CountdownDrawing {
  let court: PixelRect
  let unit: Double
  let typeface: Typeface

  func draw(_ count: Int, on canvas: inout Canvas) {
    canvas.draw(
      "\(count)", x: Double(court.left + court.right) / 2,
      middle: Double(court.top) + Double(court.height) * 0.42,
      TextStyle(.bold, unit * 1.1, Palette.text.opacity(0.35)), .center, typeface: typeface)
  }
}
