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
      while options.frames.map({ shown < $0 }) ?? true {
        guard takeInput(&model) else { return }
        let start = MonotonicClock.now()
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
        statistics.add(work: work, interval: last == nil ? nil : elapsed)
        (statistics.width, statistics.height) = size
        last = start
        shown += 1
        pace(from: start)
      }
    }

    /// Does what the user asks; false to quit.
    private func takeInput(_ model: inout WatchModel) -> Bool {
      while let input = window.nextInput() {
        switch input {
        case .close: return false
        case .exposed: scene.invalidate()
        case .mouse(let place, let isPressed):
          model.look(at: place.flatMap { scene.node(atX: $0.x, y: $0.y) }, isClick: isPressed)
        case .command(let command):
          switch model.perform(command) {
          case .none: break
          case .toggleFullScreen: window.toggleFullScreen()
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
