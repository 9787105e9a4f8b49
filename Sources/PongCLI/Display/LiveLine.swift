import Foundation

/// The last line of a terminal on stderr, drawn again and again. It must not wrap, or it could not be cleared.
enum LiveLine {
  /// Whether there is anyone to see it.
  static let isSeen = isatty(2) == 1

  static func draw(_ line: String) {
    let columns = TerminalSize.of(2).map { $0.columns - 1 } ?? 79
    writeToStandardError("\r\u{1b}[K\(line.prefix(columns))")
  }

  static func clear() { writeToStandardError("\r\u{1b}[K") }
}

/// How much a terminal shows.
enum TerminalSize {
  /// Of the terminal behind a descriptor; nil where there is none, or none that says.
  static func of(_ descriptor: Int32) -> (columns: Int, rows: Int)? {
    var size = winsize()
    guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 1, size.ws_row > 0 else {
      return nil
    }
    return (Int(size.ws_col), Int(size.ws_row))
  }
}
