#if Viewer
  import CSDL2

  #if canImport(Glibc)
    import Glibc
  #elseif canImport(Musl)
    import Musl
  #endif

  /// A window and the texture that canvases are streamed to. Opens in `init`, closes in `deinit`. SDL is used
  /// by one thread only, the main one: the class is not Sendable and nothing else calls SDL.
  final class Window {
    /// What the user did.
    enum Input: Equatable {
      case command(ViewerCommand)
      case person(PersonInput)
      /// The mouse, in pixels of the picture.
      case mouse(x: Double, y: Double, button: Mouse.Button)
      /// A neuron to be silenced: the other button of the mouse, in pixels of the picture.
      case silence(x: Double, y: Double)
      /// The mouse has left the window.
      case mouseLeft
      case close
      /// The picture is gone or has another size: present all of it again.
      case exposed
    }

    private let window: OpaquePointer
    private let renderer: OpaquePointer
    private var texture: OpaquePointer?
    private var textureSize = (width: 0, height: 0)
    private var gamepads = Gamepads()
    /// Seconds between two refreshes of the display.
    private(set) var refreshInterval = 1.0 / 60

    /// Finds the display; once found, it is there for the window.
    static func findDisplay() throws(WindowError) {
      // Video alone: sound and joysticks would cost half of the start-up time.
      chooseDriver()
      guard SDL_Init(UInt32(SDL_INIT_VIDEO)) == 0 else { throw .noDisplay(reason: reason) }
    }

    /// Opens a window; sizes in points, which are more than one pixel wide on dense displays.
    init(title: String, width: Int, height: Int) throws(WindowError) {
      try Window.findDisplay()
      SDL_SetHint(SDL_HINT_VIDEO_ALLOW_SCREENSAVER, "1")
      var usable = SDL_Rect()
      var (width, height) = (width, height)
      if SDL_GetDisplayUsableBounds(0, &usable) == 0, usable.w > 0, usable.h > 0 {
        width = min(width, Int(usable.w))
        height = min(height, Int(usable.h))
      }
      let flags =
        SDL_WINDOW_RESIZABLE.rawValue | SDL_WINDOW_ALLOW_HIGHDPI.rawValue | SDL_WINDOW_SHOWN.rawValue
      let centered = Int32(bitPattern: 0x2fff_0000)  // SDL_WINDOWPOS_CENTERED, a macro that Swift cannot see
      guard let window = SDL_CreateWindow(title, centered, centered, Int32(width), Int32(height), flags)
      else {
        let reason = Window.reason
        SDL_Quit()
        throw .failed(what: "the window could not be opened", reason: reason)
      }
      if !Window.mayHaveGraphicsCard { Window.drawBySoftware() }
      let vsync = SDL_RENDERER_PRESENTVSYNC.rawValue
      guard let renderer = SDL_CreateRenderer(window, -1, vsync) ?? SDL_CreateRenderer(window, -1, 0) else {
        let reason = Window.reason
        SDL_DestroyWindow(window)
        SDL_Quit()
        throw .failed(what: "the window cannot be drawn to", reason: reason)
      }
      self.window = window
      self.renderer = renderer
      SDL_SetWindowMinimumSize(window, 160, 120)
      readRefreshRate()
    }

    deinit {
      gamepads.close()
      if let texture { SDL_DestroyTexture(texture) }
      SDL_DestroyRenderer(renderer)
      SDL_DestroyWindow(window)
      SDL_Quit()
    }

    /// The size of the picture in pixels.
    var drawableSize: (width: Int, height: Int) {
      var (width, height): (Int32, Int32) = (0, 0)
      SDL_GetRendererOutputSize(renderer, &width, &height)
      return (max(Int(width), 1), max(Int(height), 1))
    }

    /// The window's size in points; nil while it fills the screen.
    var size: (width: Int, height: Int)? {
      let filling = SDL_WINDOW_FULLSCREEN_DESKTOP.rawValue | SDL_WINDOW_MAXIMIZED.rawValue
      guard SDL_GetWindowFlags(window) & filling == 0 else { return nil }
      var (width, height): (Int32, Int32) = (0, 0)
      SDL_GetWindowSize(window, &width, &height)
      return (Int(width), Int(height))
    }

    /// Sends the changed parts of a canvas to the display and shows them, waiting for the display's refresh
    /// where it has one. The whole canvas is sent if it has another size than the last.
    func present(_ canvas: borrowing Canvas, changes: [PixelRect]) throws(WindowError) {
      var changes = changes
      if texture == nil || textureSize != (canvas.width, canvas.height) {
        try makeTexture(width: canvas.width, height: canvas.height)
        changes = [canvas.bounds]
      }
      canvas.pixels.withUnsafeBufferPointer { pixels in
        for change in changes where !change.isEmpty {
          var area = SDL_Rect(
            x: Int32(change.left), y: Int32(change.top), w: Int32(change.width), h: Int32(change.height))
          SDL_UpdateTexture(
            texture, &area, pixels.baseAddress! + change.top * canvas.width + change.left,
            Int32(canvas.width * 4))
        }
      }
      SDL_RenderCopy(renderer, texture, nil, nil)
      SDL_RenderPresent(renderer)
    }

    /// The next thing the user did; nil if nothing.
    func nextInput() -> Input? {
      var event = SDL_Event()
      while SDL_PollEvent(&event) == 1 {
        if let input = input(event) { return input }
      }
      return nil
    }

    /// Fills the screen, or goes back to a window.
    func toggleFullScreen() {
      let fullScreen = SDL_WINDOW_FULLSCREEN_DESKTOP.rawValue
      let isFull = SDL_GetWindowFlags(window) & fullScreen == fullScreen
      SDL_SetWindowFullscreen(window, isFull ? 0 : fullScreen)
    }

    private func input(_ event: SDL_Event) -> Input? {
      switch SDL_EventType(event.type) {
      case SDL_QUIT: return .close
      case SDL_KEYDOWN, SDL_KEYUP:
        let (key, isDown, isRepeat) = (
          event.key.keysym.sym, event.type == SDL_KEYDOWN.rawValue, event.key.repeat != 0
        )
        if let input = PersonInput(keyCode: key, isDown: isDown, isRepeat: isRepeat) { return .person(input) }
        guard isDown else { return nil }
        guard let command = ViewerCommand(keyCode: event.key.keysym.sym) else { return nil }
        // A key held down repeats steps and speeds, not switches.
        let repeats: [ViewerCommand] = [.singleStep, .stepBack, .faster, .slower]
        return event.key.repeat == 0 || repeats.contains(command) ? .command(command) : nil
      case SDL_MOUSEMOTION:
        let isHeld = event.motion.state & UInt32(1) != 0
        return mouse(event.motion.x, event.motion.y, isHeld ? .held : .none)
      case SDL_MOUSEBUTTONDOWN where event.button.button == 1:
        return mouse(event.button.x, event.button.y, .pressed)
      case SDL_MOUSEBUTTONDOWN where event.button.button == 3:
        let place = place(event.button.x, event.button.y)
        return .silence(x: place.x, y: place.y)
      case SDL_MOUSEBUTTONUP where event.button.button == 1:
        return mouse(event.button.x, event.button.y, .released)
      case SDL_CONTROLLERDEVICEADDED, SDL_CONTROLLERDEVICEREMOVED, SDL_CONTROLLERAXISMOTION,
        SDL_CONTROLLERBUTTONDOWN, SDL_CONTROLLERBUTTONUP:
        return gamepads.input(event)
      case SDL_WINDOWEVENT:
        switch SDL_WindowEventID(UInt32(event.window.event)) {
        case SDL_WINDOWEVENT_EXPOSED, SDL_WINDOWEVENT_SIZE_CHANGED, SDL_WINDOWEVENT_RESTORED: return .exposed
        case SDL_WINDOWEVENT_FOCUS_LOST: return .person(.inputLost)
        case SDL_WINDOWEVENT_LEAVE: return .mouseLeft
        case SDL_WINDOWEVENT_DISPLAY_CHANGED:
          readRefreshRate()
          return .exposed
        default: return nil
        }
      // The graphics card may lose textures (a driver restart, a suspended laptop).
      case SDL_RENDER_TARGETS_RESET, SDL_RENDER_DEVICE_RESET:
        textureSize = (0, 0)
        return .exposed
      default: return nil
      }
    }

    /// A mouse event's place, from points to pixels.
    private func mouse(_ x: Int32, _ y: Int32, _ button: Mouse.Button) -> Input {
      let place = place(x, y)
      return .mouse(x: place.x, y: place.y, button: button)
    }

    /// A place of the window in pixels of the picture.
    private func place(_ x: Int32, _ y: Int32) -> (x: Double, y: Double) {
      var (width, height): (Int32, Int32) = (1, 1)
      SDL_GetWindowSize(window, &width, &height)
      let size = drawableSize
      return (
        (Double(x) + 0.5) * Double(size.width) / Double(max(width, 1)),
        (Double(y) + 0.5) * Double(size.height) / Double(max(height, 1))
      )
    }

    /// Opens the gamepads that are there, and from now on those that come. Takes SDL some time to start, so only
    /// once somebody plays.
    func openGamepads() { gamepads.open() }

    private func makeTexture(width: Int, height: Int) throws(WindowError) {
      if let texture { SDL_DestroyTexture(texture) }
      texture = SDL_CreateTexture(
        renderer, SDL_PIXELFORMAT_ARGB8888.rawValue, Int32(SDL_TEXTUREACCESS_STREAMING.rawValue),
        Int32(width), Int32(height))
      guard texture != nil else {
        throw .failed(what: "a picture of \(width) x \(height) cannot be shown", reason: Window.reason)
      }
      textureSize = (width, height)
    }

    private func readRefreshRate() {
      var mode = SDL_DisplayMode()
      guard SDL_GetCurrentDisplayMode(max(SDL_GetWindowDisplayIndex(window), 0), &mode) == 0 else { return }
      refreshInterval = 1 / Double(mode.refresh_rate > 0 ? mode.refresh_rate : 60)
    }

    /// Without X or Wayland SDL would go on to drivers that show nothing, or take the console from other
    /// users, and libraries on the way would write to stderr. Whoever wants one of those sets SDL_VIDEODRIVER.
    private static func chooseDriver() {
      #if os(Linux)
        guard SDL_getenv("SDL_VIDEODRIVER") == nil else { return }
        SDL_SetHint(SDL_HINT_VIDEODRIVER, SDL_getenv("WAYLAND_DISPLAY") == nil ? "x11" : "x11,wayland")
      #endif
    }

    /// Without a card, or with the display across a network, OpenGL would be emulated: slower, and loading it
    /// takes twice as long as everything else until the first frame.
    private static var mayHaveGraphicsCard: Bool {
      #if os(Linux)
        if let display = SDL_getenv("DISPLAY"), SDL_getenv("WAYLAND_DISPLAY") == nil,
          display.pointee != 0x3a  // ":", a display of this machine
        {
          return false
        }
        return access("/dev/dri", F_OK) == 0 || access("/dev/nvidiactl", F_OK) == 0
      #else
        return true
      #endif
    }

    private static func drawBySoftware() {
      SDL_SetHint(SDL_HINT_RENDER_DRIVER, "software")
      // SDL's software renderer would use OpenGL to bring its picture to the window.
      SDL_SetHint(SDL_HINT_FRAMEBUFFER_ACCELERATION, "0")
    }

    private static var reason: String { String(cString: SDL_GetError()) }
  }
#endif
