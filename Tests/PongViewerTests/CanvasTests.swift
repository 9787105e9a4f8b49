import PictureGoldens
import PongViewer
import Testing

@Suite("Canvas: what each call does to pixels")
struct CanvasTests {
  let white = Color(0xffffff)

  private func grey(_ canvas: Canvas, _ x: Int, _ y: Int) -> UInt32 { canvas.pixel(x, y) & 0xff }

  @Test func coversFractionsOfPixels() {
    var canvas = Canvas(width: 6, height: 4)
    canvas.fill(Rect(x: 1.5, y: 1.25, width: 2.75, height: 1.75), white)
    // Half a column, two whole ones, a quarter; three quarters of a row, then a whole one.
    #expect((0..<6).map { grey(canvas, $0, 2) } == [0, 128, 255, 255, 64, 0])
    #expect((0..<6).map { grey(canvas, $0, 1) } == [0, 96, 191, 191, 48, 0])
    #expect((0..<6).allSatisfy { grey(canvas, $0, 0) == 0 && grey(canvas, $0, 3) == 0 })
  }

  @Test func coversARectangleThinnerThanAPixel() {
    var canvas = Canvas(width: 3, height: 3)
    canvas.fill(Rect(x: 1.25, y: 1.25, width: 0.5, height: 0.5), white)
    #expect(grey(canvas, 1, 1) == 64)
    #expect(canvas.pixels.filter { $0 != 0xff00_0000 }.count == 1)
  }

  @Test func blends() {
    var canvas = Canvas(width: 2, height: 1)
    canvas.fill(canvas.bounds, Color(0x204060))
    canvas.fill(PixelRect(left: 1, top: 0, right: 2, bottom: 1), Color(0xff8000, opacity: 0.5))
    #expect(canvas.pixel(0, 0) == 0xff20_4060)
    // 128/256 of the new colour (opacity 128 of 255 is weight 129 of 256).
    #expect(canvas.pixel(1, 0) == 0xff90_6030)
  }

  @Test func staysInsideClipAndCanvas() {
    var canvas = Canvas(width: 8, height: 8)
    let clip = PixelRect(left: 2, top: 3, right: 5, bottom: 6)
    canvas.clipped(to: clip) { canvas in
      canvas.fill(PixelRect(left: -9, top: -9, right: 99, bottom: 99), white)
      canvas.fill(Rect(x: -5.5, y: -5.5, width: 50, height: 50), white)
      canvas.fill(Rect(x: -5.5, y: -5.5, width: 50, height: 50), radius: 3, white)
      canvas.stroke(Rect(x: -1, y: -1, width: 10, height: 10), radius: 4, width: 3, white)
      canvas.line(fromX: -20, y: -20, toX: 30, y: 30, width: 9, white)
      canvas.fillCircle(x: 4, y: 4, radius: 40, white)
      canvas.fillFade(PixelRect(left: -1, top: -1, right: 20, bottom: 20), white, top: 1, bottom: 1)
    }
    for y in 0..<8 {
      for x in 0..<8 {
        let inside = (2..<5).contains(x) && (3..<6).contains(y)
        #expect(grey(canvas, x, y) == (inside ? 255 : 0), "at \(x), \(y)")
      }
    }
    #expect(canvas.clip == canvas.bounds)
    // Far outside, huge and empty shapes do nothing and do not trap.
    var untouched = Canvas(width: 8, height: 8)
    untouched.fill(Rect(x: 1e300, y: -1e300, width: 5, height: 5), white)
    untouched.fill(Rect(x: 20, y: 20, width: 5, height: 5), radius: 2, white)
    untouched.fill(Rect(x: 3, y: 3, width: 0, height: 5), white)
    #expect(untouched.pixels.allSatisfy { $0 == 0xff00_0000 })
  }

  @Test func roundsCornersSmoothly() {
    var canvas = Canvas(width: 20, height: 20)
    canvas.fill(Rect(x: 0, y: 0, width: 20, height: 20), radius: 10, white)
    let sum = canvas.pixels.reduce(0) { $0 + Double($1 & 0xff) / 255 }
    #expect(abs(sum - 314.16) < 1.5, "the area of a circle of radius 10")
    let partly = canvas.pixels.filter { (20..<235).contains($0 & 0xff) }.count
    #expect(partly >= 24, "only \(partly) pixels of the rim are anti-aliased")
    for y in 0..<20 {
      for x in 0..<10 {
        #expect(canvas.pixel(x, y) == canvas.pixel(19 - x, y), "mirrored at \(x), \(y)")
        #expect(canvas.pixel(x, y) == canvas.pixel(y, x), "turned at \(x), \(y)")
      }
    }
  }

  @Test func strokesTheInsideOfAnEdge() {
    var canvas = Canvas(width: 40, height: 30)
    canvas.stroke(Rect(x: 2, y: 2, width: 36, height: 26), radius: 6, width: 3, white)
    #expect(grey(canvas, 1, 15) == 0 && grey(canvas, 2, 15) == 255 && grey(canvas, 4, 15) == 255)
    #expect(grey(canvas, 5, 15) == 0 && grey(canvas, 20, 15) == 0)
    #expect(grey(canvas, 37, 15) == 255 && grey(canvas, 34, 15) == 0 && grey(canvas, 38, 15) == 0)
    #expect(grey(canvas, 20, 2) == 255 && grey(canvas, 20, 5) == 0 && grey(canvas, 20, 27) == 255)
    #expect(grey(canvas, 2, 2) == 0, "the corner is round")
  }

  @Test func copiesPartsOfAnotherCanvas() {
    var source = Canvas(width: 5, height: 5)
    source.fill(source.bounds, white)
    var canvas = Canvas(width: 5, height: 5)
    canvas.copy(PixelRect(left: 3, top: -4, right: 9, bottom: 2), from: source)
    #expect(canvas.pixels.filter { $0 & 0xff == 255 }.count == 4)
    #expect(grey(canvas, 3, 0) == 255 && grey(canvas, 4, 1) == 255 && grey(canvas, 2, 0) == 0)
  }

  @Test func drawsShapesAsStored() throws {
    var canvas = Canvas(width: 96, height: 64)
    canvas.fill(canvas.bounds, Color(0x0c1016))
    canvas.fill(Rect(x: 4.3, y: 4.7, width: 20.5, height: 12.2), Color(0x56b4e9))
    canvas.fill(Rect(x: 30.5, y: 4, width: 26, height: 15), radius: 5.5, Color(0xe69f00))
    canvas.stroke(Rect(x: 62, y: 4, width: 28, height: 18), radius: 6, width: 2, Color(0x2fbf94))
    canvas.fillCircle(x: 15.5, y: 38, radius: 11.25, Color(0xd98cb8, opacity: 0.7))
    canvas.line(fromX: 34, y: 28, toX: 60.5, y: 52, width: 3.5, Color(0xf0e442))
    canvas.line(fromX: 64, y: 30, toX: 92, y: 33, width: 1, Color(0xffffff))
    canvas.fillFade(
      PixelRect(left: 64, top: 40, right: 92, bottom: 60), Color(0xf26a2e), top: 0, bottom: 1)
    try expectPicture(canvas, "shapes")
  }
}
