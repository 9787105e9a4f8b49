#if Viewer
  /// Input, play, draw, present; once a refresh of the display.
  struct ViewerLoop {
    private(set) var canvas: Canvas
    private(set) var statistics = FrameStatistics()
    private let window: Window
    private let scene: Scene
    private let options: Viewer.Options
    /// When the last frame was due.
    private var due = 0.0
    /// Where the mouse was last, pixels of the picture.
    private var mouse: (x: Double, y: Double)?
    /// The window's size after the first frame: what the display made of the one that was asked for.
    private var firstSize: (width: Int, height: Int)?
    /// Opened after the first frame, which need not wait for it.
    private var sound: SoundDevice?
    private var cues: [SoundCues] = []

    init(window: Window, _ options: Viewer.Options) throws {
      self.window = window
      self.options = options
      let size = window.drawableSize
      canvas = Canvas(width: size.width, height: size.height)
      scene = try Scene()
    }

    /// Runs until the user quits or the asked frames are shown.
    mutating func run(_ model: inout WatchModel) throws {
      var content = model.content
      var last: Double?
      var shown = 0
      var first = 0.0
      while options.frames.map({ shown < $0 }) ?? true {
        guard takeInput(&model) else { return }
        let start = MonotonicClock.now()
        if shown == 0 { first = start }
        if options.isStopped?() ?? false { return }
        if let seconds = options.seconds, start - first >= seconds { return }
        let elapsed = last.map { start - $0 } ?? 0
        options.refresh(&model)
        // Three quarters of the time to play, the rest to draw.
        model.advance(
          elapsed: elapsed, deadline: start + window.refreshInterval * 0.75, clock: MonotonicClock.now)
        model.update(&content)
        let size = window.drawableSize
        canvas.resize(width: size.width, height: size.height)
        scene.draw(content, on: &canvas)
        let work = MonotonicClock.now() - start
        if !scene.changes.isEmpty { try window.present(canvas, changes: scene.changes) }
        if shown == 0 { statistics.timeToFirstFrame = MonotonicClock.processAge() }
        if model.person.court != nil { window.openGamepads() }
        if let film = options.film {
          try film.capture(canvas, tick: Int((start - first) * Double(film.format.framesPerSecond)))
        }
        if shown == 0 { firstSize = window.size }
        if shown == 1 { sound = SoundDevice() }
        model.takeCues(&cues)
        sound?.play(cues, elapsed: elapsed, speed: model.speed, isMuted: model.isMuted)
        statistics.add(work: work, interval: last == nil ? nil : elapsed)
        (statistics.width, statistics.height) = size
        last = start
        shown += 1
        pace(from: start)
      }
    }

    /// The window's size in points if it is not what it was at first.
    var newSize: (width: Int, height: Int)? {
      guard let firstSize, let size = window.size, size != firstSize else { return nil }
      return size
    }

    /// Does what the user asks; false to quit.
    private mutating func takeInput(_ model: inout WatchModel) -> Bool {
      while let input = window.nextInput() {
        switch input {
        case .close: return false
        case .exposed: scene.invalidate()
        case .person(let input): model.handle(input)
        case .mouse(let x, let y, let button):
          let moved = mouse.map { ((x - $0.x) * (x - $0.x) + (y - $0.y) * (y - $0.y)).squareRoot() } ?? 0
          mouse = (x, y)
          model.look(at: scene.node(atX: x, y: y), isClick: button == .pressed)
          model.handle(.mouse(scene.mouse(x: x, y: y, moved: moved, button: button)))
        case .silence(let x, let y): if let node = scene.node(atX: x, y: y) { model.silence(node) }
        case .mouseLeft: model.look(at: nil, isClick: false)
        case .command(let command):
          switch model.perform(command) {
          case .none: break
          case .toggleFullScreen: window.toggleFullScreen()
          case .save: model.show(model.replay.map(options.save) ?? "nothing to save")
          case .quit: return false
          }
        }
      }
      return true
    }

    /// Waits for the next refresh where the display did not: without vertical sync (a virtual display, some
    /// drivers), or with nothing to present. By a timetable, so that late frames do not add up.
    private mutating func pace(from start: Double) {
      let interval = window.refreshInterval
      let now = MonotonicClock.now()
      if now - start > interval * 0.75 {
        // The display sets the pace, or the machine does not keep it.
        due = now
      } else {
        due = max(due + interval, start)
        MonotonicClock.sleep(until: due)
      }
    }
  }
#endif
