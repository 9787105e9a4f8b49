import PictureGoldens
import PongEngine
import Testing

@testable import PongViewer

@Suite("Scene: the inside", .enabled(if: Viewer.hasWindow))
struct InsideSceneTests {
  private func model(
    isGraph: Bool = true, courts: Int = 1, names: [Int: String] = [:], isBroken: Bool = false
  ) -> WatchModel {
    let others = (1..<max(courts, 1)).map { (name: "tracker \($0)", policy: Tracker() as any Policy) }
    let network = FakeNetwork(isGraph: isGraph)
    network.names = names
    network.isBroken = isBroken
    var model = WatchModel(
      players: [(name: "net", policy: network)] + others, rules: .reference, seed: 5)
    _ = model.perform(.toggleInside)
    return model
  }

  private func run(_ model: inout WatchModel, frames: Int) {
    for _ in 0..<frames { model.advance(elapsed: 1 / 60, deadline: 1, clock: { 0 }) }
  }

  private func draw(_ content: SceneContent, _ width: Int, _ height: Int) throws -> Canvas {
    var canvas = Canvas(width: width, height: height)
    try Scene().draw(content, on: &canvas)
    return canvas
  }

  @Test func drawsAGraphAsStored() throws {
    var model = model()
    run(&model, frames: 90)
    try expectPicture(draw(model.content, 720, 480), "inside-graph")
  }

  /// New connections and lost ones, half faded; in the window of 800 by 600 every name is to be read.
  @Test func drawsChangesOfTheGraphAsStored() throws {
    let network = FakeNetwork()
    var model = WatchModel(players: [(name: "net", policy: network)], rules: .reference, seed: 5)
    _ = model.perform(.toggleInside)
    run(&model, frames: 60)
    var newer = network.portrait()
    newer.changes = .init(
      arrived: (0..<12).map {
        .init(source: $0, target: 56 - 2 * $0, weight: 0.5, strength: 1 - Float($0) / 12)
      },
      departed: (0..<12).map { .init(source: 27 + $0, target: 26 - $0 % 3, weight: 0.5, strength: 0.8) })
    network.newer = newer
    run(&model, frames: 60)
    try expectPicture(draw(model.content, 800, 600), "inside-changes")
  }

  @Test func drawsANeuronThatIsLookedAtAsStored() throws {
    var model = model(courts: 2)
    run(&model, frames: 90)
    model.look(at: 27 + 14, isClick: true)
    try expectPicture(draw(model.content, 480, 640), "inside-neuron")
  }

  /// Plastic connections are drawn as they weigh now, and the card says how much of that is plastic.
  @Test func plasticConnectionsAreDrawnAsTheyWeigh() throws {
    func picture(_ change: (inout InsideView.Focus, [NetworkPortrait.Edge]) -> Void) throws -> Canvas {
      var model = model()
      run(&model, frames: 90)
      model.look(at: 27 + 14, isClick: true)
      var content = model.content
      let edges = try #require(content.inside?.portrait?.inEdges[27 + 14])
      change(&content.inside!.focus!, edges)
      return try draw(content, 480, 640)
    }
    func differing(_ a: Canvas, _ b: Canvas) -> Int { zip(a.pixels, b.pixels).count { $0 != $1 } }
    let fixed = try picture { _, _ in }
    let unmoved = try picture { $0.plasticParts = $1.map { _ in 0 } }
    let turned = try picture { $0.plasticParts = $1.map { -2 * $0.weight } }
    // At first only the card has more to say; weights of other signs have other colours.
    let (words, colors) = (differing(fixed, unmoved), differing(unmoved, turned))
    #expect(words > 20 && words < 1000 && colors > words, "\(words), \(colors)")
  }

  /// A name that is longer than the card is cut.
  @Test func drawsANameAsStored() throws {
    var model = model(names: [40: "Pyramidal cell of Betz, fifth layer", 31: "RIAL"])
    run(&model, frames: 90)
    model.look(at: 31, isClick: true)
    try expectPicture(draw(model.content, 640, 420), "inside-name")
    model.look(at: 40, isClick: true)
    try expectPicture(draw(model.content, 640, 420), "inside-long-name")
  }

  @Test func drawsUnitsAsStored() throws {
    var model = model(isGraph: false)
    run(&model, frames: 90)
    model.look(at: 17, isClick: false)
    try expectPicture(draw(model.content, 640, 400), "inside-units")
  }

  /// A network whose weights overflow is drawn as one that is silent.
  @Test(arguments: [true, false])
  func drawsWhatIsNoNumber(_ isGraph: Bool) throws {
    var model = model(isGraph: isGraph, isBroken: true)
    run(&model, frames: 90)
    for node in [3, 25, 29] where isGraph || node < 27 {
      model.look(at: node, isClick: true)
      let canvas = try draw(model.content, 640, 480)
      #expect(Set(canvas.pixels).count > 10)
    }
  }

  @Test func saysThatThereIsNoNetwork() throws {
    var model = model(courts: 2)
    model.select(1)
    try expectPicture(draw(model.content, 480, 320), "inside-none")
  }

  /// Drawing only what changed gives the picture that drawing everything gives, and says where it drew.
  @Test(arguments: [true, false])
  func partialDrawingEqualsFullDrawing(_ isGraph: Bool) throws {
    var model = model(isGraph: isGraph, courts: 2)
    var canvas = Canvas(width: 480, height: 360)
    let scene = try Scene()
    let commands: [Int: ViewerCommand] = [
      20: .togglePause, 40: .singleStep, 44: .togglePause, 60: .toggleHelp, 66: .toggleHelp, 70: .restart,
      90: .toggleInside, 100: .toggleInside, 110: .nextSeed,
    ]
    for frame in 0..<130 {
      if let command = commands[frame] { _ = model.perform(command) }
      if frame == 30 || frame == 50 { model.look(at: frame / 2, isClick: false) }
      if frame == 55 { model.look(at: nil, isClick: false) }
      if frame == 80 || frame == 85 { model.select(frame == 80 ? 1 : 0) }
      model.advance(elapsed: 1 / 90, deadline: 1, clock: { 0 })
      let before = canvas.pixels
      scene.draw(model.content, on: &canvas)
      let full = try draw(model.content, 480, 360)
      #expect(canvas.pixels == full.pixels, "frame \(frame)")
      let outside = canvas.pixels.indices.filter { index in
        canvas.pixels[index] != before[index]
          && !scene.changes.contains {
            ($0.left..<$0.right).contains(index % 480) && ($0.top..<$0.bottom).contains(index / 480)
          }
      }
      #expect(outside.isEmpty, "frame \(frame): \(outside.count) pixels changed outside `changes`")
      if canvas.pixels != full.pixels || !outside.isEmpty { break }
    }
    scene.draw(model.content, on: &canvas)
    #expect(scene.changes.isEmpty, "nothing to draw, nothing changed")
  }

  /// Every neuron is found where it is drawn, in the colour of its activity.
  @Test(arguments: [(720, 480), (480, 700), (1440, 900)])
  func findsNeuronsWhereTheyAreDrawn(_ width: Int, _ height: Int) throws {
    var model = model()
    run(&model, frames: 90)
    let content = model.content
    let (scene, inside) = (try Scene(), try #require(content.inside))
    var canvas = Canvas(width: width, height: height)
    scene.draw(content, on: &canvas)
    let panel = try #require(Layout(width: width, height: height, courts: 1, hasPanel: true).panel)
    let geometry = GraphGeometry(
      try #require(inside.portrait), in: InsideLayout(panel: panel).network)
    let colors = ActivityColors()
    for (node, place) in geometry.places.enumerated() {
      #expect(scene.node(atX: Double(place.x), y: Double(place.y)) == node)
      guard geometry.radii[node] >= 2 else { continue }
      #expect(canvas.pixel(Int(place.x), Int(place.y)) == colors[inside.activity[node]].packed, "\(node)")
    }
    #expect(scene.node(atX: 3, y: 3) == nil)
    _ = model.perform(.toggleInside)
    scene.draw(model.content, on: &canvas)
    #expect(scene.node(atX: Double(geometry.places[30].x), y: Double(geometry.places[30].y)) == nil)
  }

  @Test func findsUnitsWhereTheyAreDrawn() throws {
    let units = HeatDrawing(
      units: 30, rect: Rect(x: 10, y: 20, width: 300, height: 200), colors: ActivityColors())
    var found: Set<Int> = []
    for y in stride(from: 15.0, to: 230, by: 2) {
      for x in stride(from: 5.0, to: 320, by: 2) {
        guard let unit = units.unit(atX: x, y: y) else { continue }
        #expect((10...310).contains(x) && (20...220).contains(y))
        found.insert(unit)
      }
    }
    #expect(found == Set(0..<30))
  }

  @Test func drawsAnySizeWithoutTrapping() throws {
    for (width, height) in [(1, 1), (3, 200), (200, 3), (40, 40), (160, 120), (900, 90), (90, 900)] {
      for isGraph in [true, false] {
        var model = model(isGraph: isGraph, courts: isGraph ? 1 : 6)
        run(&model, frames: 3)
        model.look(at: 4, isClick: true)
        _ = try draw(model.content, width, height)
      }
    }
  }

  @Test(arguments: [(320, 240), (640, 480), (960, 720), (1920, 1080), (3440, 1440), (400, 900), (1080, 1920)])
  func thePanelLiesBesideTheCourts(_ width: Int, _ height: Int) throws {
    for courts in 1...6 {
      let layout = Layout(width: width, height: height, courts: courts, hasPanel: true)
      let panel = try #require(layout.panel)
      #expect(panel.left > 0 && panel.right < width && panel.top > 0 && panel.bottom <= layout.footer.top)
      #expect(Double(panel.width * panel.height) > 0.3 * Double(width * height))
      for card in layout.cards {
        #expect(card.bounds.left > 0 && card.bounds.top > 0 && card.bounds.bottom <= layout.footer.top)
        #expect(card.bounds.intersection(panel).isEmpty, "\(courts) courts at \(width) x \(height)")
      }
      let inside = InsideLayout(panel: panel)
      let parts =
        [inside.network, inside.title] + (inside.strip.map { [$0.bits, $0.plane, $0.outputs] } ?? [])
      for (index, part) in parts.enumerated() {
        #expect(part.pixels.intersection(panel) == part.pixels)
        for other in parts[(index + 1)...] { #expect(part.pixels.intersection(other.pixels).isEmpty) }
      }
    }
  }
}

@Suite("Thin lines and light")
struct LineTests {
  private let white = Color(0xffffff)

  private func gray(_ canvas: Canvas, _ x: Int, _ y: Int) -> Int { Int(canvas.pixel(x, y) & 0xff) }

  @Test func aLevelLineCoversItsBand() {
    var canvas = Canvas(width: 12, height: 8)
    canvas.thinLine(from: SIMD2(2, 3.5), to: SIMD2(9, 3.5), width: 2, white)
    for x in 0..<12 {
      let isOn = (2..<9).contains(x)
      #expect(
        (0..<8).map { gray(canvas, x, $0) }
          == (isOn ? [0, 0, 128, 255, 128, 0, 0, 0] : [Int](repeating: 0, count: 8)), "\(x)")
    }
    var upright = Canvas(width: 8, height: 12)
    upright.thinLine(from: SIMD2(3.5, 9), to: SIMD2(3.5, 2), width: 2, white)
    for x in 0..<12 { for y in 0..<8 { #expect(gray(upright, y, x) == gray(canvas, x, y)) } }
  }

  /// Whatever its direction, a line of a width covers length times width.
  @Test func coversItsAreaInAnyDirection() {
    for (x, y) in [(30, 0), (30, 5), (28, 20), (25, 25), (20, 28), (3, 30), (-12, 29)] as [(Float, Float)] {
      for width in [0.7, 1, 1.6, 3] as [Float] {
        var canvas = Canvas(width: 80, height: 80)
        canvas.thinLine(from: SIMD2(40.3, 40.2), to: SIMD2(40.3 + x, 40.2 + y), width: width, white)
        let sum = canvas.pixels.reduce(0.0) { $0 + Double($1 & 0xff) / 255 }
        let expected = Double((x * x + y * y).squareRoot() * width)
        #expect(abs(sum / expected - 1) < 0.06, "\(x), \(y), width \(width): \(sum) for \(expected)")
      }
    }
  }

  @Test func linesEndToEndShowNoJoint() {
    let color = Color(0xffffff, opacity: 0.5)
    var whole = Canvas(width: 60, height: 40)
    var parts = whole
    whole.thinLine(from: SIMD2(2.2, 3.1), to: SIMD2(52.2, 28.1), width: 1.5, color)
    for i in 0..<10 {
      let (a, b) = (Float(i) / 10, Float(i + 1) / 10)
      parts.thinLine(
        from: SIMD2(2.2 + 50 * a, 3.1 + 25 * a), to: SIMD2(2.2 + 50 * b, 3.1 + 25 * b), width: 1.5, color)
    }
    for (a, b) in zip(whole.pixels, parts.pixels) { #expect(abs(Int(a & 0xff) - Int(b & 0xff)) <= 2) }
  }

  @Test func staysInsideTheClip() {
    let clip = PixelRect(left: 10, top: 8, right: 20, bottom: 15)
    var canvas = Canvas(width: 30, height: 24)
    canvas.clipped(to: clip) { canvas in
      for row in -3..<30 {
        canvas.thinLine(from: SIMD2(-50, Float(row)), to: SIMD2(90, Float(row)), width: 3, white)
        canvas.thinLine(from: SIMD2(Float(row), -50), to: SIMD2(Float(row), 90), width: 3, white)
      }
      for end in 0..<40 {
        canvas.thinLine(from: SIMD2(-50, Float(end) - 5), to: SIMD2(90, 30 - Float(end)), width: 3, white)
        canvas.thinLine(from: SIMD2(Float(end) - 5, -50), to: SIMD2(30 - Float(end), 90), width: 3, white)
      }
      let glow = GlowMask(radius: 4)
      canvas.shine(glow.values, size: glow.size, x: 7, y: 5, white, amount: 256)
    }
    for y in 0..<24 {
      for x in 0..<30 {
        let isIn = (clip.left..<clip.right).contains(x) && (clip.top..<clip.bottom).contains(y)
        #expect((gray(canvas, x, y) > 0) == isIn, "\(x), \(y)")
      }
    }
  }

  @Test func lightAddsUpToWhiteAndNoFurther() {
    #expect(light(0xff10_20ff, onto: 0xff01_02fe, weight: 256) == 0xff11_22ff)
    #expect(light(0xffff_ffff, onto: 0xff80_8080, weight: 64) == 0xffbf_bfbf)
    #expect(light(0xffff_ffff, onto: 0xfff0_01f0, weight: 128) == 0xffff_80ff)
    for weight in stride(from: 0, through: 256, by: 16) {
      for value in stride(from: 0, through: 255, by: 5) as StrideThrough<UInt32> {
        let lit = light(
          0xffc8_3264, onto: 0xff00_0000 | value << 16 | value << 8 | value, weight: UInt32(weight))
        for (shift, own) in [(16, 0xc8), (8, 0x32), (0, 0x64)] as [(UInt32, UInt32)] {
          #expect(lit >> shift & 0xff == min(255, value + own * UInt32(weight) / 256))
        }
      }
    }
  }
}
