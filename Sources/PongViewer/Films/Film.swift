import Storage

/// The formats a film can be recorded in.
public enum FilmFormat: String, Sendable, CaseIterable {
  /// Without sound, shown everywhere, exact while a frame's changes have at most 255 colours.
  case gif
  /// H.264, made by ffmpeg.
  case mp4

  /// The format that a file name's ending asks for, or nil.
  public init?(path: String) { self.init(rawValue: fileEnding(path)) }

  /// Frames a second. A GIF counts in hundredths of a second, so 25 is even and 30 would not be.
  public var framesPerSecond: Int {
    switch self {
    case .gif: 25
    case .mp4: 30
    }
  }
}

/// Writes the frames of a film, all of one size, to a file that stands under another name until the end.
protocol FilmWriter: AnyObject {
  /// Adds a frame that is shown for so many frames' time, one or more.
  func add(_ canvas: borrowing Canvas, ticks: Int) throws
  /// Ends the content of the file.
  func finish() throws
}

/// A recording: takes canvases as they are shown, keeps time, and puts the file in its place at the end.
public final class Film {
  /// The format.
  public let format: FilmFormat
  private let file: FileReplacement
  private var writer: (any FilmWriter)?
  /// What is shown since `pendingTick`; written once it is known for how long.
  private var pending = Canvas(width: 1, height: 1)
  private var pendingTick = 0
  private var lastTick = -1

  /// A film to be; throws `FileError` where the file cannot be written, `PictureError` where this
  /// machine cannot write the format.
  public init(path: String, format: FilmFormat) throws {
    if format == .mp4, !FFmpegFilm.isInstalled { throw PictureError.noFFmpeg }
    self.format = format
    file = try FileReplacement(of: path)
  }

  /// Takes what is shown at a tick, counted from the first frame. A tick that has a frame already is skipped;
  /// ticks left out show the frame before.
  ///
  /// All frames have the size of the first: of a canvas of another size the common middle is shown.
  public func capture(_ canvas: borrowing Canvas, tick: Int) throws {
    guard tick > lastTick else { return }
    guard let writer else {
      writer = try makeWriter(width: canvas.width, height: canvas.height)
      pending.resize(width: canvas.width, height: canvas.height)
      pending.copy(pending.bounds, from: canvas)
      (pendingTick, lastTick) = (tick, tick)
      return
    }
    lastTick = tick
    if canvas.bounds == pending.bounds {
      guard !pending.hasPixels(of: canvas) else { return }
      try writer.add(pending, ticks: tick - pendingTick)
      pending.copy(pending.bounds, from: canvas)
    } else {
      try writer.add(pending, ticks: tick - pendingTick)
      pending.copyMiddle(of: canvas)
    }
    pendingTick = tick
  }

  /// Ends the film and puts the file in its place. Without a frame there is no file.
  public func finish() throws {
    guard let writer else { return }
    try writer.add(pending, ticks: lastTick + 1 - pendingTick)
    try writer.finish()
    try file.commit()
  }

  private func makeWriter(width: Int, height: Int) throws -> any FilmWriter {
    switch format {
    case .gif:
      #if Viewer
        return try GIFFilm(file: file, width: width, height: height, framesPerSecond: format.framesPerSecond)
      #else
        throw PictureError.notBuilt
      #endif
    case .mp4:
      return try FFmpegFilm(file: file, width: width, height: height, framesPerSecond: format.framesPerSecond)
    }
  }
}

extension Canvas {
  /// Whether a canvas of the same size has the same pixels.
  func hasPixels(of other: borrowing Canvas) -> Bool { pixels == other.pixels }

  /// The middle of a canvas of another size, on black where that is smaller.
  mutating func copyMiddle(of source: borrowing Canvas) {
    fill(bounds, Color(0x000000))
    let (dx, dy) = ((source.width - width) / 2, (source.height - height) / 2)
    for y in max(0, -dy)..<min(height, source.height - dy) {
      for x in max(0, -dx)..<min(width, source.width - dx) {
        fill(
          PixelRect(left: x, top: y, right: x + 1, bottom: y + 1),
          Color(source.pixel(x + dx, y + dy) & 0xff_ffff))
      }
    }
  }
}
