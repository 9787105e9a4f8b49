import Demonstrations
import PictureGoldens
import PongEngine
import Testing

@testable import PongViewer

@Suite("Scene: a person's court, and replays", .enabled(if: Viewer.hasWindow))
struct PlayingSceneTests {
  private func draw(_ content: SceneContent, _ width: Int, _ height: Int) throws -> Canvas {
    var canvas = Canvas(width: width, height: height)
    try Scene().draw(content, on: &canvas)
    return canvas
  }

  /// Draws step by step and anew, and compares.
  private func expectPartialEqualsFull(
    _ model: inout WatchModel, frames: Int, _ act: (inout WatchModel, Int) -> Void
  ) throws {
    var canvas = Canvas(width: 420, height: 300)
    let scene = try Scene()
    for frame in 0..<frames {
      act(&model, frame)
      model.advance(elapsed: 1 / 90, deadline: 1, clock: { 0 })
      let before = canvas.pixels
      scene.draw(model.content, on: &canvas)
      let full = try draw(model.content, 420, 300)
      try #require(canvas.pixels == full.pixels, "frame \(frame)")
      let outside = canvas.pixels.indices.filter { index in
        canvas.pixels[index] != before[index]
          && !scene.changes.contains {
            ($0.left..<$0.right).contains(index % 420) && ($0.top..<$0.bottom).contains(index / 420)
          }
      }
      try #require(outside.isEmpty, "frame \(frame): \(outside.count) pixels changed outside `changes`")
    }
  }

  @Test func takingOverIsDrawnInParts() throws {
    var model = WatchModel(
      players: [("still", Constant(.stay)), ("tracker", Tracker())], rules: .reference, seed: 5)
    try expectPartialEqualsFull(&model, frames: 150) { model, frame in
      switch frame {
      case 10: model.handle(.select(1))
      case 20: model.handle(.steer(.left, isDown: true))
      case 60: _ = model.perform(.selectNext)
      case 80: model.handle(.steer(.right, isDown: true))
      case 120: _ = model.perform(.takeOrGive)
      default: break
      }
    }
  }

  @Test func theCountdownIsDrawnInParts() throws {
    var model = WatchModel(playing: [("tracker", Tracker())], rules: .reference, seed: 5)
    try expectPartialEqualsFull(&model, frames: 320) { model, frame in
      if frame == 230 || frame == 240 { _ = model.perform(.togglePause) }
      if frame == 300 || frame == 310 { _ = model.perform(.toggleHelp) }
    }
  }

  @Test func aReplayIsDrawnInParts() throws {
    var model = WatchModel(replay: RecordedSession(seed: 4, frames: 900).replay)
    try expectPartialEqualsFull(&model, frames: 120) { model, frame in
      switch frame {
      case 40: model.handle(.steer(.right, isDown: true))
      case 60: _ = model.perform(.goToEnd)
      case 80: _ = model.perform(.stepBack)
      case 100: _ = model.perform(.toggleHelp)
      default: break
      }
    }
  }

  private func personContent() -> SceneContent {
    var content = SceneContent(
      courts: ["tnd", "lstm"].map { name in
        CourtView(
          name: name, state: GameState(rules: .reference, serve: Serve(x: 60, y: 90, dx: 4, dy: -4)),
          streak: 7,
          best: 12, misses: 3, catchRate: 0.9)
      }, rules: .reference, seed: 42, steps: 12_345)
    content.courts[0].hand = .person
    content.courts[0].otherBest = 1204
    content.selected = 0
    return content
  }

  @Test func drawsAPersonsCourtAsStored() throws {
    var content = personContent()
    content.courts.removeLast()
    content.countdown = 2
    try expectPicture(draw(content, 480, 360), "person")
  }

  @Test func drawsAReplayAsStored() throws {
    var content = personContent()
    var marks = ReplayMarks(total: 3000)
    for step in 700..<1500 { marks.add(.person, step: step) }
    for step in [300, 800, 1100, 2500] { marks.add(.miss, step: step) }
    marks.add(.record, step: 2400)
    marks.add(.part, step: 1900)
    content.timeBar = TimeBar(position: 1400, total: 3000, marks: marks)
    content.purpose = .replay
    try expectPicture(draw(content, 640, 420), "replay")
  }

  /// A person's paddle is known by its mark, also without its colour.
  @Test func aPersonsPaddleHasAMark() throws {
    let canvas = try draw(personContent(), 640, 480)
    let layout = Layout(width: 640, height: 480, courts: 2)
    func paddle(_ court: Int, _ x: Double) -> UInt32 {
      let card = layout.cards[court].court
      return canvas.pixel(card.left + Int((75 + x) * layout.scale), card.top + Int(265 * layout.scale))
    }
    #expect(paddle(0, 25) == Palette.court.packed && paddle(0, 12) == Palette.person.packed)
    #expect(paddle(1, 25) == Palette.player(1).packed)
  }

  @Test(arguments: [(960, 720), (320, 240), (1920, 1080), (160, 120)])
  func theMouseFindsCourtsAndTheBar(_ width: Int, _ height: Int) throws {
    var content = personContent()
    content.timeBar = TimeBar(position: 0, total: 100, marks: ReplayMarks(total: 100))
    var canvas = Canvas(width: width, height: height)
    let scene = try Scene()
    scene.draw(content, on: &canvas)
    let layout = Layout(width: width, height: height, courts: 2, hasTimeBar: true)
    for (index, card) in layout.cards.enumerated() {
      let x = Double(card.court.left) + 30 * layout.scale
      let found = scene.mouse(x: x, y: Double(card.court.top) + 5, moved: 8 * layout.scale, button: .none)
      #expect(found.place == .court(index))
      #expect(abs(found.fieldX[index] - 30) < 1e-9 && abs(found.moved - 8) < 1e-9)
      #expect(scene.mouse(x: Double(card.court.left) - 1, y: 50, moved: 0, button: .none).place == .elsewhere)
    }
    let area = try #require(layout.timeBar)
    let y = Double(area.top + area.bottom) / 2
    #expect(area.bottom == layout.footer.top)
    #expect(scene.mouse(x: 0, y: y, moved: 0, button: .held).share == 0)
    #expect(scene.mouse(x: Double(width) / 2, y: y, moved: 0, button: .held).share == 0.5)
    let end = scene.mouse(x: Double(width) - 1, y: y, moved: 0, button: .pressed)
    #expect(end.share == 1 && end.place == .timeBar)
  }

  @Test func theMouseFindsThePanel() throws {
    var content = personContent()
    content.inside = InsideView(court: 0, name: "tnd")
    var canvas = Canvas(width: 900, height: 600)
    let scene = try Scene()
    scene.draw(content, on: &canvas)
    let panel = try #require(Layout(width: 900, height: 600, courts: 2, hasPanel: true).panel)
    let (x, y) = (Double(panel.left + panel.right) / 2, Double(panel.top + panel.bottom) / 2)
    #expect(scene.mouse(x: x, y: y, moved: 0, button: .none).place == .panel)
    #expect(scene.mouse(x: 2, y: 2, moved: 0, button: .none).place == .elsewhere)
  }

  @Test func replaysOfAnySizeAreDrawnWithoutTrapping() throws {
    for (width, height) in [(1, 1), (3, 200), (200, 3), (40, 40), (160, 120), (900, 90), (90, 900)] {
      var content = personContent()
      content.timeBar = TimeBar(position: 50, total: 100, marks: ReplayMarks(total: 100))
      content.countdown = 3
      for purpose in [Purpose.watch, .play, .replay] {
        content.purpose = purpose
        content.showsHelp.toggle()
        _ = try draw(content, width, height)
      }
    }
  }

  @Test func aPersonsStreaksAreOfTheirColour() throws {
    var content = personContent()
    let strip = try #require(Layout(width: 900, height: 600, courts: 2).timeline)
    /// Pixels of the person's colour and of the first player's, of 100 samples of which the person played some.
    func count(personFrom: Int) throws -> (persons: Int, agents: Int) {
      var timeline = StreakTimeline(players: 2)
      for streak in 0..<100 as Range<Int32> {
        let sample = StreakTimeline.Sample(peak: streak, last: streak, isPersons: streak >= personFrom)
        timeline.append([sample, StreakTimeline.Sample()])
      }
      content.timeline = timeline
      let pixels = try draw(content, 900, 600).pixels[(strip.top * 900)..<(strip.bottom * 900)]
      return (
        pixels.count { $0 == Palette.person.packed }, pixels.count { $0 == Palette.player(0).packed }
      )
    }
    let (agents, both, person) = (
      try count(personFrom: 100), try count(personFrom: 50), try count(personFrom: 0)
    )
    #expect(agents.persons == 0 && agents.agents > 100)
    #expect(both.persons > 100 && both.agents > 100)
    #expect(person.persons > 100 && person.agents == 0)
  }

  @Test func timesAreMinutesAndSeconds() {
    #expect(
      [0, 59, 60, 3599, 3600, 216_000, 239_999].map(Numbers.time)
        == ["0:00", "0:00", "0:01", "0:59", "1:00", "1:00:00", "1:06:39"])
  }
}
