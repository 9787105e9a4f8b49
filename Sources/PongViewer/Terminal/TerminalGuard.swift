#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Gives the terminal back however the program ends: by itself, by a signal, by a trap. What a signal's handler
/// needs lies in memory that is taken beforehand, and it calls only what handlers may call.
enum TerminalGuard {
  private struct State {
    var before = termios()
    var isTaken = false
    var restoring: UnsafeMutableBufferPointer<UInt8>
  }

  /// One for the program, never freed; signals come at any time.
  nonisolated(unsafe) private static let state: UnsafeMutablePointer<State> = {
    // Plain colours, wrapping lines, the cursor, the screen from before; and no frame half shown.
    let bytes = Array("\u{1b}[?2026l\u{1b}[0m\u{1b}[?7h\u{1b}[?25h\u{1b}[?1049l".utf8)
    let restoring = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: bytes.count)
    _ = restoring.initialize(from: bytes)
    let state = UnsafeMutablePointer<State>.allocate(capacity: 1)
    state.initialize(to: State(restoring: restoring))
    atexit { TerminalGuard.restore() }
    return state
  }()

  /// Remembers how the terminal is and sees to it that it gets that way again. False, with `errno`, if it
  /// does not say.
  static func prepare() -> Bool {
    guard tcgetattr(STDIN_FILENO, &state.pointee.before) == 0 else { return false }
    // A parent may have blocked them, and children inherit that.
    var deadly = sigset_t()
    sigemptyset(&deadly)
    for number in [SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGSEGV, SIGBUS, SIGILL, SIGTRAP, SIGABRT, SIGFPE] {
      sigaddset(&deadly, number)
      // Whoever has made a question of it asks it between two frames; and what is ignored ends nothing.
      if [SIGINT, SIGTERM, SIGHUP].contains(number), !isDefault(number) { continue }
      signal(number) { number in
        TerminalGuard.restore()
        signal(number, SIG_DFL)
        raise(number)
      }
    }
    pthread_sigmask(SIG_UNBLOCK, &deadly, nil)
    return true
  }

  /// Whether a signal does what it does where nobody has said anything.
  private static func isDefault(_ number: Int32) -> Bool {
    var action = sigaction()
    sigaction(number, nil, &action)
    // The handler comes first wherever the type is declared, by other names; that of the default is null.
    return withUnsafeBytes(of: action) { $0.load(as: Int.self) } == 0
  }

  /// Turns off echo, lines and the keys that send signals.
  static func take() {
    var raw = state.pointee.before
    cfmakeraw(&raw)
    state.pointee.isTaken = true
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &raw)
  }

  /// Puts everything back; nothing if that was done.
  static func restore() {
    let state = state
    guard state.pointee.isTaken else { return }
    state.pointee.isTaken = false
    write(STDOUT_FILENO, state.pointee.restoring.baseAddress!, state.pointee.restoring.count)
    // Without waiting for a terminal that takes no output; keys not yet read are not for the shell.
    tcflush(STDIN_FILENO, TCIFLUSH)
    tcsetattr(STDIN_FILENO, TCSANOW, &state.pointee.before)
  }
}
