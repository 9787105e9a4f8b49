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
  }

  /// Whether this build can open windows.
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

  /// Draws frames a sixtieth of a second apart without a window and without waiting: the same picture for the
  /// same model on every machine.
  public static func drawWithoutWindow(_ model: inout WatchModel, _ options: Options) throws -> Outcome {
    let size = options.size ?? defaultSize(courts: model.content.courts.count)
    var outcome = Outcome(
      picture: Canvas(width: size.width, height: size.height), statistics: FrameStatistics())
    (outcome.statistics.width, outcome.statistics.height) = size
    let scene = try Scene()
    var content = model.content
    for _ in 0..<max(1, options.frames ?? 600) {
      let start = MonotonicClock.now()
      var asked = 0.0
      options.refresh(&model)
      model.advance(elapsed: 1 / 60, deadline: Double(unclockedSteps)) {
        asked += 1
        return asked
      }
      model.update(&content)
      scene.draw(content, on: &outcome.picture)
      outcome.statistics.add(work: MonotonicClock.now() - start, interval: nil)
      if outcome.statistics.timeToFirstFrame == nil {
        outcome.statistics.timeToFirstFrame = MonotonicClock.processAge()
      }
    }
    return outcome
  }

  /// Opens a window and plays until the user quits or `options.frames` are shown. To be called on the main
  /// thread. Throws `WindowError` without a display or without the trait `Viewer`.
  public static func run(_ model: inout WatchModel, _ options: Options) throws -> Outcome {
    #if Viewer
      let size = options.size ?? defaultSize(courts: model.content.courts.count)
      let window = try Window(title: options.title, width: size.width, height: size.height)
      var loop = try ViewerLoop(window: window, options)
      try loop.run(&model)
      return Outcome(picture: loop.canvas, statistics: loop.statistics)
    #else
      throw WindowError.notBuilt
    #endif
  }
}
