import Storage

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The terminal of standard input and output while it shows pictures: no echo, keys at once, the other screen,
/// no cursor. It is given back as it was by `leave`, when the program exits, and when a signal ends it.
final class Terminal {
  /// Whether standard input and output are a terminal.
  static var isThere: Bool { isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1 }

  /// Throws `WindowError` where there is none or it cannot show pictures.
  static func check() throws(WindowError) {
    guard Terminal.isThere else { throw .noTerminal(reason: "standard input or output is none") }
    let kind = getenv("TERM").map { String(cString: $0) } ?? ""
    guard !["", "dumb"].contains(kind) else {
      throw .noTerminal(reason: kind.isEmpty ? "TERM is not set" : "TERM is \(kind)")
    }
  }

  /// Takes the terminal. Throws `WindowError` where there is none or it cannot show pictures.
  init() throws(WindowError) {
    try Terminal.check()
    guard TerminalGuard.prepare() else { throw .noTerminal(reason: SystemError.last.reason) }
    try enter()
  }

  deinit { TerminalGuard.restore() }

  /// Columns and rows; at least one.
  var size: (columns: Int, rows: Int) {
    var size = winsize()
    guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0 else {
      return (80, 24)
    }
    return (Int(size.ws_col), Int(size.ws_row))
  }

  /// What 24-bit colours depend on.
  var depth: ColorDepth { ColorDepth(colorTerm: getenv("COLORTERM").map { String(cString: $0) }) }

  /// Shows pictures, from here on.
  func enter() throws(WindowError) {
    TerminalGuard.take()
    try write(Array("\u{1b}[?1049h\u{1b}[?25l\u{1b}[?7l".utf8))
  }

  /// Gives the terminal back.
  func leave() { TerminalGuard.restore() }

  /// Makes way for the shell until it says to go on.
  func suspend() throws(WindowError) {
    leave()
    raise(SIGTSTP)
    try enter()
  }

  /// Sends bytes, all of them, however slow the line.
  func write(_ bytes: [UInt8]) throws(WindowError) {
    var written = 0
    while written < bytes.count {
      let put = bytes.withUnsafeBytes { systemWrite($0.baseAddress! + written, $0.count - written) }
      if put < 0, errno == EINTR { continue }
      if put < 0, errno == EAGAIN {
        var request = pollfd(fd: STDOUT_FILENO, events: Int16(POLLOUT), revents: 0)
        poll(&request, 1, 1000)
        continue
      }
      guard put > 0 else { throw .noTerminal(reason: SystemError.last.reason) }
      written += put
    }
  }

  /// What was typed, waiting for it until a time of `MonotonicClock`; empty if nothing was, nil if the
  /// terminal is gone.
  func read(until time: Double) -> [UInt8]? {
    var request = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
    let left = max(0, time - MonotonicClock.now())
    guard poll(&request, 1, Int32((left * 1000).rounded(.up))) > 0 else { return [] }
    var bytes = [UInt8](repeating: 0, count: 256)
    let count = bytes.withUnsafeMutableBytes { systemRead($0.baseAddress!, $0.count) }
    if count < 0 { return errno == EINTR || errno == EAGAIN ? [] : nil }
    return count == 0 ? nil : Array(bytes[..<count])
  }
}

private func systemWrite(_ bytes: UnsafeRawPointer, _ count: Int) -> Int {
  write(STDOUT_FILENO, bytes, count)
}
private func systemRead(_ bytes: UnsafeMutableRawPointer, _ count: Int) -> Int {
  read(STDIN_FILENO, bytes, count)
}
