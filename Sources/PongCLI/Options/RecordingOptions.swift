import ArgumentParser
import Demonstrations
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
      "Record what is shown as .gif, or as .mp4 by ffmpeg; or the session as .html, a page that any browser plays. Works "
        + "without a display too; Ctrl-C ends it.",
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

  /// Where the session goes as a page, if it does.
  var page: String? { record.flatMap { fileEnding($0) == "html" ? $0 : nil } }

  /// The film, its file about to be written; nil where none is wanted, or a page.
  func film() throws -> Film? {
    // Before play, so that a wrong folder costs nothing.
    if let page { try AtomicFile.checkFolder(of: page) }
    guard page == nil, let path = record else { return nil }
    guard let format = FilmFormat(path: path) else {
      throw ValidationError("--record: found \"\(path)\", expected a name that ends in .gif, .mp4 or .html")
    }
    try requireBuilt()
    return try Film(path: path, format: format)
  }

  /// Writes the page of a session.
  func finishPage(_ replay: Replay?) throws {
    guard let page, let replay else { return }
    try AtomicFile.write(text: try ReplayPage(replay, path: page).html, to: page)
  }

  /// To be asked before there is a game.
  private func requireBuilt() throws(PictureError) {
    guard Viewer.hasWindow else { throw .notBuilt }
  }
}
