import PictureGoldens
import PongEngine
import Testing

@testable import PongViewer

@Suite("Scene: a training run beside the court", .enabled(if: Viewer.hasWindow))
struct TrainingSceneTests {
  static func view(passes: Int, total: Int = 40) -> TrainingView {
    var view = TrainingView(name: "tnd", total: total, state: "training")
    view.fraction = Double(passes) / Double(total)
    for pass in 1...max(passes, 1) where pass <= passes {
      let rate: Double? = pass % 5 == 0 ? 1 - 1 / Double(pass - 1) : nil
      view.passes.append(.init(number: pass, loss: 0.3 / Double(pass + 1), rate: rate))
    }
    return view
  }

  static func content(_ training: TrainingView?) -> SceneContent {
    let serve = Serve(x: 60, y: 90, dx: 4, dy: 4)
    var content = SceneContent(
      courts: [CourtView(name: "tnd", state: GameState(rules: .reference, serve: serve))], rules: .reference)
    content.training = training
    return content
  }

  @Test func drawsTheCurvesAsStored() throws {
    var canvas = Canvas(width: 640, height: 400)
    try Scene().draw(TrainingSceneTests.content(TrainingSceneTests.view(passes: 23)), on: &canvas)
    try expectPicture(canvas, "training")
  }

  /// No pass yet, one, more than the run was to have; a panel too small for curves.
  @Test(arguments: [0, 1, 41], [(640, 400), (160, 120), (300, 700)])
  func drawsAnyRunOnAnyCanvas(passes: Int, size: (width: Int, height: Int)) throws {
    var canvas = Canvas(width: size.width, height: size.height)
    var without = canvas
    try Scene().draw(TrainingSceneTests.content(TrainingSceneTests.view(passes: passes)), on: &canvas)
    try Scene().draw(TrainingSceneTests.content(nil), on: &without)
    #expect(canvas.pixels != without.pixels)
  }

  @Test func onlyThePanelIsDrawnAnewAfterAPass() throws {
    let scene = try Scene()
    var canvas = Canvas(width: 640, height: 400)
    scene.draw(TrainingSceneTests.content(TrainingSceneTests.view(passes: 3)), on: &canvas)
    scene.draw(TrainingSceneTests.content(TrainingSceneTests.view(passes: 3)), on: &canvas)
    #expect(scene.changes.isEmpty)
    scene.draw(TrainingSceneTests.content(TrainingSceneTests.view(passes: 4)), on: &canvas)
    #expect(scene.changes.count == 1)
    #expect(scene.changes.first.map { $0.width < 640 && $0.left > 100 } == true)
    var fresh = Canvas(width: 640, height: 400)
    try Scene().draw(TrainingSceneTests.content(TrainingSceneTests.view(passes: 4)), on: &fresh)
    #expect(canvas.pixels == fresh.pixels)
  }

  /// The keys lie over the curves, also when a pass has just ended.
  @Test func aPassDoesNotCoverTheHelp() throws {
    func content(_ passes: Int) -> SceneContent {
      var content = TrainingSceneTests.content(TrainingSceneTests.view(passes: passes))
      content.showsHelp = true
      return content
    }
    let scene = try Scene()
    var canvas = Canvas(width: 1440, height: 900)
    for passes in [3, 4] { scene.draw(content(passes), on: &canvas) }
    var fresh = Canvas(width: 1440, height: 900)
    try Scene().draw(content(4), on: &fresh)
    #expect(canvas.pixels == fresh.pixels)
  }

  @Test(arguments: [(0, "0.000"), (0.0004, "0.000"), (0.0996, "0.100"), (0.25, "0.250"), (12.3456, "12.346")])
  func thousandths(_ number: Double, _ text: String) { #expect(Numbers.thousandths(number) == text) }
}
