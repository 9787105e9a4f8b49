import ArgumentParser
import PongViewer
import Storage

/// What `watch` keeps of what it shows.
struct RecordingOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Save the last frame as .png, .bmp or .ppm. Works without a display too: then frames are a sixtieth of "
        + "a second apart, ten seconds of them if neither --frames nor --seconds says.",
      valueName: "file"))
  var screenshot: String?

  @Option(
    help: ArgumentHelp(
      "Record what is shown as .gif, or as .mp4 by ffmpeg. Works without a display too; Ctrl-C ends it.",
      valueName: "file"))
  var record: String?

  /// Whether the pictures are wanted without a window too.
  var isWanted: Bool { screenshot != nil || record != nil }

  /// The screenshot's format.
  func pictureFormat() throws -> PictureFormat? {
    try screenshot.map { path in
      guard let format = PictureFormat(path: path) else {
        throw ValidationError(
          "--screenshot: found \"\(path)\", expected a name that ends in .png, .bmp or .ppm")
      }
      try requireBuilt()
      // Before play, so that a wrong folder costs nothing.
      try AtomicFile.checkFolder(of: path)
      return format
    }
  }

  /// The film, its file about to be written.
  func film() throws -> Film? {
    try record.map { path in
      guard let format = FilmFormat(path: path) else {
        throw ValidationError("--record: found \"\(path)\", expected a name that ends in .gif or .mp4")
      }
      try requireBuilt()
      return try Film(path: path, format: format)
    }
  }

  /// To be asked before there is a game.
  private func requireBuilt() throws(PictureError) {
    guard Viewer.hasWindow else { throw .notBuilt }
  }
}
