/// Input, play, draw, send; thirty times a second at most.
struct TerminalLoop {
  /// More frames than this a terminal across a network does not show.
  static let framesPerSecond = 30.0

  private(set) var statistics = FrameStatistics()
  private let terminal: Terminal
  private let options: Viewer.Options
  private var encoder: TerminalEncoder
  private var scene: TerminalScene
  private var keys = TerminalKeys()
  private var steering = TerminalSteering()

  init(terminal: Terminal, options: Viewer.Options) {
    self.terminal = terminal
    self.options = options
    encoder = TerminalEncoder(depth: terminal.depth)
    let size = terminal.size
    scene = TerminalScene(columns: size.columns, rows: size.rows)
  }

  /// Runs until the user quits or the asked frames are shown.
  mutating func run(_ model: inout WatchModel) throws {
    var content = model.content
    let first = MonotonicClock.now()
    var last: Double?
    var shown = 0
    var due = first
    while options.frames.map({ shown < $0 }) ?? true {
      let start = MonotonicClock.now()
      if options.isStopped?() ?? false { return }
      if let seconds = options.seconds, start - first >= seconds { return }
      let elapsed = last.map { start - $0 } ?? 0
      options.refresh(&model)
      for input in steering.pass(to: start) { model.handle(input) }
      model.advance(
        elapsed: elapsed, deadline: start + 0.5 / TerminalLoop.framesPerSecond, clock: MonotonicClock.now)
      model.update(&content)
      fitToTerminal()
      scene.draw(content)
      let bytes = encoder.encode(scene.grid)
      let work = MonotonicClock.now() - start
      if !bytes.isEmpty { try terminal.write(bytes) }
      if shown == 0 { statistics.timeToFirstFrame = MonotonicClock.processAge() }
      statistics.add(work: work, interval: last == nil ? nil : elapsed)
      last = start
      shown += 1
      // By a timetable; after a frame that was late, from now on.
      due = max(due + 1 / TerminalLoop.framesPerSecond, start)
      guard try takeInput(&model, until: due) else { return }
    }
  }

  /// A window that was resized is asked for its size anew: once a frame costs nothing and misses nothing.
  private mutating func fitToTerminal() {
    let size = terminal.size
    if size.columns != scene.grid.columns || size.rows != scene.grid.rows {
      scene = TerminalScene(columns: size.columns, rows: size.rows)
    }
    (statistics.width, statistics.height) = (size.columns, 2 * size.rows)
  }

  /// Does what the user asks until the next frame is due; false to quit.
  private mutating func takeInput(_ model: inout WatchModel, until due: Double) throws -> Bool {
    repeat {
      guard let bytes = terminal.read(until: due) else { return false }
      for key in bytes.isEmpty ? keys.flush() : keys.take(bytes) {
        switch key {
        case .interrupt: return false
        case .redraw: encoder.invalidate()
        case .suspend:
          try terminal.suspend()
          encoder.invalidate()
        case .code(let code):
          switch PersonInput(keyCode: code, isDown: true) {
          case .steer(let side, _, _):
            for input in steering.press(side, at: MonotonicClock.now()) { model.handle(input) }
          case let input?: model.handle(input)
          case nil: if !perform(code, &model) { return false }
          }
        }
      }
    } while MonotonicClock.now() < due
    return true
  }

  /// Does what a key that is no hand's asks for; false to quit.
  private func perform(_ code: Int32, _ model: inout WatchModel) -> Bool {
    guard let command = ViewerCommand(keyCode: code) else { return true }
    if command == .toggleInside || command == .silence {
      model.show("the look inside needs a window")
      return true
    }
    switch model.perform(command) {
    case .none, .toggleFullScreen: return true
    case .save:
      model.show(model.replay.map(options.save) ?? "nothing to save")
      return true
    case .quit: return false
    }
  }
}
