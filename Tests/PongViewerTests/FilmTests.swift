import Foundation
import TestSupport
import Testing

@testable import PongViewer

#if Viewer
  import CGIF
#endif

@Suite("Films")
struct FilmTests {
  /// A square that wanders over a background, one colour more with every frame.
  private func frame(_ index: Int, width: Int = 60, height: Int = 40) -> Canvas {
    var canvas = Canvas(width: width, height: height)
    canvas.fill(canvas.bounds, Color(0x0c1016))
    canvas.fill(
      Rect(x: 3.3 + 4 * Double(index), y: 5.5 + Double(index), width: 9.5, height: 7.25),
      Color(0x56b4e9 + UInt32(index)))
    return canvas
  }

  @Test func formatsByEnding() {
    #expect(FilmFormat(path: "a.b/c.GIF") == .gif && FilmFormat(path: "x.mp4") == .mp4)
    #expect(FilmFormat(path: "x.avi") == nil && FilmFormat(path: "gif") == nil)
  }

  #if Viewer
    /// What a viewer of a GIF sees: pictures and hundredths of a second, by giflib.
    private func play(_ path: String) throws -> [(pixels: [UInt32], time: Int)] {
      let gif = try #require(DGifOpenFileName(path, nil))
      defer { DGifCloseFile(gif, nil) }
      #expect(DGifSlurp(gif) == GIF_OK)
      let (width, height) = (Int(gif.pointee.SWidth), Int(gif.pointee.SHeight))
      var screen = [UInt32](repeating: 0, count: width * height)
      var frames: [(pixels: [UInt32], time: Int)] = []
      for index in 0..<Int(gif.pointee.ImageCount) {
        let image = gif.pointee.SavedImages[index]
        var control = GraphicsControlBlock()
        #expect(DGifSavedExtensionToGCB(gif, Int32(index), &control) == GIF_OK)
        let (left, top) = (Int(image.ImageDesc.Left), Int(image.ImageDesc.Top))
        let (columns, rows) = (Int(image.ImageDesc.Width), Int(image.ImageDesc.Height))
        for place in 0..<(columns * rows) {
          let number = Int(image.RasterBits[place])
          guard number != Int(control.TransparentColor) else { continue }
          let color = image.ImageDesc.ColorMap.pointee.Colors[number]
          screen[(top + place / columns) * width + left + place % columns] =
            0xff00_0000 | UInt32(color.Red) << 16 | UInt32(color.Green) << 8 | UInt32(color.Blue)
        }
        frames.append((screen, Int(control.DelayTime)))
      }
      return frames
    }

    private func record(_ frames: [(Int, Canvas)], _ path: String) throws {
      let film = try Film(path: path, format: .gif)
      for (tick, canvas) in frames { try film.capture(canvas, tick: tick) }
      try film.finish()
    }

    @Test func gifKeepsEveryPixelAndTime() throws {
      try withTemporaryFolder { folder in
        let path = "\(folder)/film.gif"
        // Ticks 3 and 4 show frame 2 again, 6 is left out, 7 comes twice.
        let shown = [0, 1, 2, 2, 2, 5, 7, 7]
        let ticks = [0, 1, 2, 3, 4, 5, 7, 7]
        try record(zip(ticks, shown).map { ($0, frame($1)) }, path)
        let played = try play(path)
        #expect(played.map(\.time) == [4, 4, 12, 8, 4])
        for (picture, index) in zip(played, [0, 1, 2, 5, 7]) {
          #expect(picture.pixels == frame(index).pixels, "frame \(index)")
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["film.gif"])
      }
    }

    @Test func moreColoursThanAGIFHasAreChosenWell() throws {
      try withTemporaryFolder { folder in
        var rainbow = Canvas(width: 64, height: 64)
        for y in 0..<64 {
          for x in 0..<64 {
            rainbow.fill(
              PixelRect(left: x, top: y, right: x + 1, bottom: y + 1),
              Color(UInt32(4 * x) << 16 | UInt32(4 * y) << 8 | 0x80))
          }
        }
        let path = "\(folder)/film.gif"
        try record([(0, frame(0, width: 64, height: 64)), (1, rainbow)], path)
        let picture = try play(path)[1].pixels
        let errors = zip(picture, rainbow.pixels).map { a, b in
          [0, 8, 16].map { abs(Int(a >> $0 & 255) - Int(b >> $0 & 255)) }.max()!
        }
        #expect(errors.max()! <= 40, "off by \(errors.max()!)")
      }
    }

    @Test func aLongPauseIsSplit() throws {
      try withTemporaryFolder { folder in
        let path = "\(folder)/film.gif"
        try record([(0, frame(0)), (20_000, frame(1))], path)
        let played = try play(path)
        #expect(played.map(\.time) == [65_532, 14_468, 4])
        #expect(played[1].pixels == frame(0).pixels && played[2].pixels == frame(1).pixels)
      }
    }

    @Test func aWindowOfAnotherSizeShowsItsMiddle() throws {
      try withTemporaryFolder { folder in
        let path = "\(folder)/film.gif"
        let (small, large) = (frame(1, width: 30, height: 20), frame(2, width: 90, height: 60))
        try record([(0, frame(0)), (1, small), (2, large)], path)
        let played = try play(path)
        func pixel(_ frame: Int, _ x: Int, _ y: Int) -> UInt32 { played[frame].pixels[y * 60 + x] }
        for (x, y) in [(0, 0), (29, 19), (10, 10)] {
          #expect(pixel(1, x + 15, y + 10) == small.pixel(x, y))
          #expect(pixel(2, x, y) == large.pixel(x + 15, y + 10))
        }
        #expect(pixel(1, 0, 0) == 0xff00_0000 && pixel(1, 59, 39) == 0xff00_0000)
      }
    }

    @Test func withoutAnEndTheOldFileStands() throws {
      try withTemporaryFolder { folder in
        let path = "\(folder)/film.gif"
        try Data("old".utf8).write(to: URL(filePath: path))
        do {
          let film = try Film(path: path, format: .gif)
          try film.capture(frame(0), tick: 0)
          try film.capture(frame(1), tick: 1)
        }
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "old")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["film.gif"])
      }
    }
  #endif
}
