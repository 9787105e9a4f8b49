import PictureGoldens
import PongEngine
import Testing

@testable import PongViewer

@Suite("Scene: what is seen", .enabled(if: Viewer.hasWindow))
struct SceneTests {
  private func content(courts: Int, rules: Rules = .reference) -> SceneContent {
    let names = ["tnd", "lstm", "transformer", "humanlike", "s4d", "a name that is far too long to fit"]
    let states: [GameState] = (0..<courts).map { index in
      let unit = rules.unitsPerPixel
      var state = GameState(
        rules: rules,
        serve: Serve(x: Int32(30 + 20 * index) * unit, y: Int32(60 + 25 * index) * unit, dx: 4, dy: -4))
      state.paddleX = Int32(20 + 18 * index) * unit
      return state
    }
    var content = SceneContent(
      courts: states.enumerated().map { index, state in
        CourtView(
          name: names[index], state: state, streak: 7 * index * index * index, best: 12 + 700 * index,
          misses: index, catchRate: index == 0 ? nil : 1 - 0.037 * Double(index - 1))
      }, rules: rules, seed: 42, steps: 12_345)
    for index in content.courts.indices {
      for step in (1...9).reversed() {
        content.courts[index].trail.add(
          x: states[index].ballX - Int32(4 * step) * rules.unitsPerPixel,
          y: states[index].ballY + Int32(4 * step) * rules.unitsPerPixel)
      }
    }
    return content
  }

  private func draw(_ content: SceneContent, _ width: Int, _ height: Int) throws -> Canvas {
    var canvas = Canvas(width: width, height: height)
    try Scene().draw(content, on: &canvas)
    return canvas
  }

  @Test func drawsOneCourtAsStored() throws {
    try expectPicture(draw(content(courts: 1), 480, 360), "one-court")
  }

  @Test func drawsSixCourtsAsStored() throws {
    try expectPicture(draw(content(courts: 6, rules: .classic), 720, 450), "six-courts")
  }

  @Test func drawsATallWindowAsStored() throws {
    var content = content(courts: 2)
    content.courts[0].isRecord = true
    content.courts[0].recordGlow = 0.8
    content.courts[1].missGlow = 0.9
    content.isPaused = true
    content.message = "seed 42"
    try expectPicture(draw(content, 400, 400), "flashes-paused")
  }

  @Test func drawsTheKeysAsStored() throws {
    var content = content(courts: 1)
    content.showsHelp = true
    try expectPicture(draw(content, 320, 240), "keys")
  }

  /// The rule sets have other units; on screen the same place is the same place.
  @Test func unitsDoNotShow() throws {
    var reference = content(courts: 3)
    var classic = content(courts: 3, rules: .classic)
    for index in reference.courts.indices { reference.courts[index].trail.clear() }
    for index in classic.courts.indices { classic.courts[index].trail.clear() }
    let a = try draw(reference, 600, 400)
    let b = try draw(classic, 600, 400)
    let footer = Layout(width: 600, height: 400, courts: 3).footer
    let above = 0..<(footer.top * 600)
    #expect(Array(a.pixels[above]) == Array(b.pixels[above]))
  }

  @Test func showsBallAndPaddleWhereTheyAre() throws {
    let content = content(courts: 1)
    let canvas = try draw(content, 640, 480)
    let layout = Layout(width: 640, height: 480, courts: 1)
    let court = layout.cards[0].court
    let state = content.courts[0].state
    func at(_ x: Double, _ y: Double) -> UInt32 {
      canvas.pixel(court.left + Int(x * layout.scale), court.top + Int(y * layout.scale))
    }
    #expect(at(Double(state.ballX) + 7.5, Double(state.ballY) + 7.5) == Palette.ball.packed)
    #expect(at(Double(state.paddleX) + 25, 265) == Palette.player(0).packed)
    #expect(at(150, 200) == Palette.court.packed)
    #expect(canvas.pixel(court.left - 1, court.top + 50) == Palette.wall.packed)
  }

  /// Drawing only what changed gives the picture that drawing everything gives, and says where it drew.
  @Test func partialDrawingEqualsFullDrawing() throws {
    var model = WatchModel(
      players: [("still", Constant(.stay)), ("tracker", Tracker())], rules: .classic, seed: 5)
    var canvas = Canvas(width: 420, height: 300)
    let scene = try Scene()
    let commands: [Int: ViewerCommand] = [
      40: .togglePause, 45: .singleStep, 50: .togglePause, 60: .faster, 90: .toggleHelp, 100: .toggleHelp,
      120: .restart, 200: .nextSeed,
    ]
    for frame in 0..<260 {
      if let command = commands[frame] { _ = model.perform(command) }
      model.advance(elapsed: 1 / 90, deadline: 1, clock: { 0 })
      let before = canvas.pixels
      scene.draw(model.content, on: &canvas)
      let full = try draw(model.content, 420, 300)
      #expect(canvas.pixels == full.pixels, "frame \(frame)")
      let outside = canvas.pixels.indices.filter { index in
        canvas.pixels[index] != before[index]
          && !scene.changes.contains {
            ($0.left..<$0.right).contains(index % 420) && ($0.top..<$0.bottom).contains(index / 420)
          }
      }
      #expect(outside.isEmpty, "frame \(frame): \(outside.count) pixels changed outside `changes`")
      if frame > 0, canvas.pixels != full.pixels || !outside.isEmpty { break }
    }
    scene.draw(model.content, on: &canvas)
    #expect(scene.changes.isEmpty, "nothing to draw, nothing changed")
  }

  @Test func glidesBetweenSteps() throws {
    var content = content(courts: 1)
    content.courts[0].trail.clear()
    content.courts[0].before = content.courts[0].state
    content.courts[0].state.ballX += 40
    content.fraction = 0.5
    let between = try draw(content, 480, 360)
    content.courts[0].state.ballX -= 20
    content.courts[0].before = nil
    #expect(try draw(content, 480, 360).pixels == between.pixels)
  }

  @Test func drawsAnySizeWithoutTrapping() throws {
    for (width, height) in [(1, 1), (3, 200), (200, 3), (40, 40), (160, 120), (900, 90), (90, 900)] {
      for courts in [1, 2, 6] {
        var content = content(courts: courts)
        content.showsHelp = courts == 2
        content.courts[0].missGlow = 1
        content.courts[0].recordGlow = 1
        _ = try draw(content, width, height)
      }
    }
  }
}

@Suite("Layout: courts inside the canvas and apart")
struct LayoutTests {
  @Test(arguments: [(320, 240), (640, 480), (960, 720), (1920, 1080), (2560, 1440), (3440, 1440), (400, 900)])
  func cardsFit(_ width: Int, _ height: Int) {
    for courts in 1...6 {
      let layout = Layout(width: width, height: height, courts: courts)
      #expect(layout.cards.count == courts)
      for (index, card) in layout.cards.enumerated() {
        #expect(card.bounds.left > 0 && card.bounds.right < width)
        #expect(card.bounds.top > 0 && card.bounds.bottom <= (layout.timeline ?? layout.footer).top)
        #expect(card.court.width * 3 == card.court.height * 2)
        #expect(card.court.intersection(card.bounds) == card.court)
        for other in layout.cards[(index + 1)...] {
          #expect(card.bounds.intersection(other.bounds).isEmpty, "\(courts) courts at \(width) x \(height)")
        }
      }
      #expect(layout.scale * 300 > Double(height) / (courts > 3 ? 4.5 : 3) || width < height * 4 / 3)
    }
  }
}

@Suite("Numbers as written")
struct NumberTests {
  @Test func shortens() {
    #expect(
      [9_999, 10_000, 12_399, 259_120, 1_049_999, 999_999_999].map(Numbers.compact)
        == ["9,999", "10.0k", "12.3k", "259k", "1.04M", "999M"])
    #expect(Numbers.percent(nil) == "–" && Numbers.percent(1) == "100 %")
    #expect(Numbers.percent(0.99999) == "99.9 %" && Numbers.percent(0) == "0.0 %")
    #expect(Numbers.percent(2.0 / 3) == "66.7 %")
  }
}
