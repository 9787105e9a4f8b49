import Demonstrations

/// Shows a model to a person, or draws it without one.
public enum Viewer {
  /// What the command line may ask for.
  public struct Options {
    /// The window's title.
    public var title: String
    /// The window's size in points, or the picture's in pixels; nil for one that suits the number of courts.
    public var size: (width: Int, height: Int)?
    /// Quit after so many frames; nil to go on until the user quits.
    public var frames: Int?
    /// Quit after so many seconds; nil to go on until the user quits.
    public var seconds: Double?
    /// Takes every frame; the caller finishes it.
    public var film: Film?
    /// Asked before every frame: whether to quit.
    public var isStopped: (() -> Bool)?
    /// Saves a replay when the user asks for it, and says so in a few words.
    public var save: (Replay) -> String = { _ in "not saved" }
    /// Called before every frame, to tell the model what has happened elsewhere.
    public var refresh: (inout WatchModel) -> Void = { _ in }

    /// Options for a window that stays until it is closed.
    public init(title: String, size: (width: Int, height: Int)? = nil, frames: Int? = nil) {
      self.title = title
      self.size = size
      self.frames = frames
    }
  }

  /// What was shown last, and how fast.
  public struct Outcome: Sendable {
    /// The last frame.
    public var picture: Canvas
    /// The times.
    public var statistics: FrameStatistics
    /// The window's size in points if the user changed it.
    public var newSize: (width: Int, height: Int)?
  }

  /// Whether this build can open windows and draw pictures.
  public static var hasWindow: Bool {
    #if Viewer
      true
    #else
      false
    #endif
  }

  /// Steps a frame at speed "max" where no clock says when a frame is due.
  static let unclockedSteps = 1000

  /// A size that suits a number of courts.
  public static func defaultSize(courts: Int) -> (width: Int, height: Int) {
    switch courts {
    case 1: (960, 720)
    case 2: (1120, 800)
    case 3: (1320, 800)
    default: (1440, 900)
    }
  }

  /// Draws frames without a window and without waiting: the same pictures for the same model on every machine.
  /// They are a sixtieth of a second apart, or as far as the film's; ten seconds unless the options say. Throws
  /// `PictureError.notBuilt` without the trait `Viewer`.
  public static func drawWithoutWindow(_ model: inout WatchModel, _ options: Options) throws -> Outcome {
    let size = options.size ?? defaultSize(courts: model.content.courts.count)
    var outcome = Outcome(
      picture: Canvas(width: size.width, height: size.height), statistics: FrameStatistics(), newSize: nil)
    (outcome.statistics.width, outcome.statistics.height) = size
    let scene = try Scene()
    var content = model.content
    let rate = options.film.map { Double($0.format.framesPerSecond) } ?? 60
    let frames = options.frames ?? Int(((options.seconds ?? 10) * rate).rounded())
    for frame in 0..<max(1, frames) {
      if options.isStopped?() ?? false { break }
      let start = MonotonicClock.now()
      advanceUnclocked(&model, options, by: 1 / rate)
      model.update(&content)
      scene.draw(content, on: &outcome.picture)
      try options.film?.capture(outcome.picture, tick: frame)
      outcome.statistics.add(work: MonotonicClock.now() - start, interval: nil)
      if outcome.statistics.timeToFirstFrame == nil {
        outcome.statistics.timeToFirstFrame = MonotonicClock.processAge()
      }
    }
    return outcome
  }

  /// Plays without a window, a picture or waiting; ten seconds unless the options say. Returns the times.
  public static func playWithoutWindow(_ model: inout WatchModel, _ options: Options) -> FrameStatistics {
    var statistics = FrameStatistics()
    for _ in 0..<max(1, options.frames ?? Int(((options.seconds ?? 10) * 60).rounded())) {
      if options.isStopped?() ?? false { break }
      let start = MonotonicClock.now()
      advanceUnclocked(&model, options, by: 1.0 / 60)
      statistics.add(work: MonotonicClock.now() - start, interval: nil)
    }
    return statistics
  }

  /// As much play as a time holds, or at the highest speed a number of steps: the same on every machine.
  private static func advanceUnclocked(_ model: inout WatchModel, _ options: Options, by seconds: Double) {
    var asked = 0.0
    options.refresh(&model)
    model.advance(elapsed: seconds, deadline: Double(unclockedSteps)) {
      asked += 1
      return asked
    }
  }

  /// Whether standard input and output are a terminal.
  public static var hasTerminal: Bool { Terminal.isThere }

  /// Makes sure that `runInTerminal` has a terminal to play in. Throws `WindowError` where there is none.
  public static func checkTerminal() throws { try Terminal.check() }

  /// Makes sure that `run` has a display to open a window on. To be called on the main thread. Throws `WindowError`
  /// without a display or without the trait `Viewer`.
  public static func checkDisplay() throws {
    #if Viewer
      try Window.findDisplay()
    #else
      throw WindowError.notBuilt
    #endif
  }

  /// Plays in the terminal until the user quits or the asked frames are shown; returns the times. Throws
  /// `WindowError` where there is none.
  public static func runInTerminal(_ model: inout WatchModel, _ options: Options) throws -> FrameStatistics {
    let terminal = try Terminal()
    defer { terminal.leave() }
    var loop = TerminalLoop(terminal: terminal, options: options)
    try loop.run(&model)
    return loop.statistics
  }

  /// Opens a window and plays until the user quits or `options.frames` are shown. To be called on the main
  /// thread. Throws `WindowError` without a display or without the trait `Viewer`.
  public static func run(_ model: inout WatchModel, _ options: Options) throws -> Outcome {
    #if Viewer
      let size = options.size ?? defaultSize(courts: model.content.courts.count)
      let window = try Window(title: options.title, width: size.width, height: size.height)
      var loop = try ViewerLoop(window: window, options)
      try loop.run(&model)
      return Outcome(picture: loop.canvas, statistics: loop.statistics, newSize: loop.newSize)
    #else
      throw WindowError.notBuilt
    #endif
  }
}
