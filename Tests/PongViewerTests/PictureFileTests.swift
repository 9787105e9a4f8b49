import TestSupport
import Testing

@testable import PongViewer

@Suite("Picture files")
struct PictureFileTests {
  private func sample(_ width: Int, _ height: Int) -> Canvas {
    var canvas = Canvas(width: width, height: height)
    canvas.fill(canvas.bounds, Color(0x123456))
    for i in 0..<(width * height / 7) {
      // Every byte value and every length of run.
      let x = i * 37 % width
      canvas.fill(
        PixelRect(left: x, top: i * 11 % height, right: x + i % 90, bottom: i * 11 % height + 1),
        Color(UInt32(truncatingIfNeeded: i &* 2_654_435_761) & 0xff_ffff))
    }
    return canvas
  }

  #if Viewer
    @Test(arguments: [(1, 1), (7, 3), (300, 5), (256, 200)])
    func pngKeepsEveryPixel(_ width: Int, _ height: Int) throws {
      let canvas = sample(width, height)
      let decoded = try PNGPicture(canvas.encoded(as: .png))
      #expect(decoded.width == width && decoded.height == height)
      #expect(decoded.pixels == canvas.pixels.map { $0 & 0xff_ffff })
    }

    @Test func flatPicturesAreSmall() throws {
      var canvas = Canvas(width: 640, height: 480)
      canvas.fill(canvas.bounds, Color(0x778899))
      #expect(try canvas.encoded(as: .png).count < 3_000)
    }
  #else
    @Test func withoutItsLibraryItSaysSo() {
      let canvas = sample(2, 2)
      #expect(throws: PictureError.notBuilt) { try canvas.encoded(as: .png) }
      #expect(throws: PictureError.notBuilt) { try Scene() }
    }
  #endif

  @Test func ppmAndBmpByHand() throws {
    var canvas = Canvas(width: 2, height: 2)
    canvas.fill(PixelRect(left: 1, top: 0, right: 2, bottom: 1), Color(0x010203))
    #expect(
      try canvas.encoded(as: .ppm) == Array("P6\n2 2\n255\n".utf8) + [0, 0, 0, 1, 2, 3, 0, 0, 0, 0, 0, 0])
    let bitmap = try canvas.encoded(as: .bmp)
    #expect(bitmap.count == 54 + 16 && bitmap.prefix(6) == [0x42, 0x4d, 70, 0, 0, 0])
    #expect(bitmap.suffix(8) == [0, 0, 0, 255, 3, 2, 1, 255])
  }

  @Test func formatsByEnding() {
    #expect(PictureFormat(path: "a.b/c.PNG") == .png && PictureFormat(path: "x.ppm") == .ppm)
    #expect(PictureFormat(path: "x.jpg") == nil && PictureFormat(path: "png") == nil)
  }
}
