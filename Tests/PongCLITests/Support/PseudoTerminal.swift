import Foundation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// `pong`, or another program, in a terminal that exists in memory only.
final class PseudoTerminal {
  private let process = Process()
  private let main: Int32
  private let side: Int32
  /// How the terminal was before.
  let before: termios
  /// Everything the program has written.
  private(set) var output: [UInt8] = []

  init(
    program: URL? = nil, _ arguments: [String], columns: UInt16, rows: UInt16,
    environment more: [String: String] = [:]
  ) throws {
    var (main, side): (Int32, Int32) = (-1, -1)
    var size = winsize(ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
    guard openpty(&main, &side, nil, nil, &size) == 0 else {
      throw TestSetupError(description: "no pseudo-terminal")
    }
    for descriptor in [main, side] { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
    _ = fcntl(main, F_SETFL, O_NONBLOCK)
    var state = termios()
    tcgetattr(side, &state)
    (self.main, self.side, before) = (main, side, state)
    var environment = ProcessInfo.processInfo.environment
    for name in ["DISPLAY", "WAYLAND_DISPLAY", "SDL_VIDEODRIVER", "COLORTERM"] { environment[name] = nil }
    environment["TERM"] = "xterm"
    environment["PONG_NO_PREFERENCES"] = "1"
    environment.merge(more) { $1 }
    process.executableURL = try program ?? CommandRun.program()
    process.arguments = arguments
    process.environment = environment
    process.standardInput = FileHandle(fileDescriptor: side)
    process.standardOutput = FileHandle(fileDescriptor: side)
    process.standardError = FileHandle(fileDescriptor: side)
    try process.run()
  }

  deinit {
    if process.isRunning { kill(process.processIdentifier, SIGKILL) }
    close(main)
    close(side)
  }

  var text: String { String(decoding: output, as: UTF8.self) }

  /// How the terminal is now.
  var state: termios {
    var state = termios()
    tcgetattr(side, &state)
    return state
  }

  /// Reads until a condition holds; false if it does not within a minute.
  func wait(until condition: () -> Bool) -> Bool {
    let deadline = Date(timeIntervalSinceNow: 60)
    while Date() < deadline {
      take()
      if condition() { return true }
      Thread.sleep(forTimeInterval: 0.01)
    }
    return false
  }

  /// Reads until more pictures have come; two or more are a step of the game at least.
  func waitForPictures(_ more: Int) -> Bool {
    func pictures() -> Int { text.components(separatedBy: "\u{1b}[?2026h").count }
    let wanted = pictures() + more
    return wait { pictures() >= wanted }
  }

  func type(_ text: String) { _ = Array(text.utf8).withUnsafeBytes { write(main, $0.baseAddress, $0.count) } }

  func resize(columns: UInt16, rows: UInt16) {
    var size = winsize(ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
    _ = ioctl(main, UInt(TIOCSWINSZ), &size)
  }

  func send(_ signal: Int32) { kill(process.processIdentifier, signal) }

  /// What Ctrl-C does: the signal reaches all that runs in the foreground. A process of Foundation's leads a group.
  func interrupt() { kill(-process.processIdentifier, SIGINT) }

  /// Waits for the end; the exit status, or the signal's number below zero.
  func finish() throws -> Int32 {
    guard wait(until: { !self.process.isRunning }) else {
      throw TestSetupError(description: "pong did not end within a minute")
    }
    take()
    return process.terminationReason == .exit ? process.terminationStatus : -process.terminationStatus
  }

  private func take() {
    var bytes = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = read(main, &bytes, bytes.count)
      guard count > 0 else { return }
      output += bytes[..<count]
    }
  }
}
