import Foundation

/// Text on stdout that is looked at again and again: on a terminal each look takes the place of the one before.
struct LiveText {
  private let period: Double

  /// - Parameter period: seconds between two looks.
  init(everySeconds period: Double) { self.period = period }

  /// Prints one look, or looks until one says that nothing goes on any more.
  func show(watching: Bool, look: () throws -> (text: String, isAtRest: Bool)) throws {
    var shown = 0
    while true {
      let (text, isAtRest) = try look()
      let isTerminal = watching && isatty(1) == 1
      if isTerminal, shown > 0 { print("\u{1b}[\(shown)A\u{1b}[J", terminator: "") }
      var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
      // What has left the screen cannot be written over, nor can a line that has become two.
      if isTerminal, !isAtRest, let size = TerminalSize.of(1) {
        if lines.count >= size.rows {
          lines =
            lines.prefix(max(1, size.rows - 2)) + ["and \(lines.count - max(1, size.rows - 2)) lines more"]
        }
        lines = lines.map { $0.prefix(size.columns) }
      }
      print(lines.joined(separator: "\n"))
      shown = lines.count
      guard watching, !isAtRest else { return }
      try StandardOutput.flush()
      Thread.sleep(forTimeInterval: period)
    }
  }

  /// A time in words, to its largest unit or two.
  static func duration(_ seconds: Double) -> String {
    let whole = Int(seconds.rounded())
    if whole < 60 { return "\(whole) s" }
    if whole < 3600 { return "\(whole / 60) min" }
    if whole < 86_400 { return "\(whole / 3600) h \(whole % 3600 / 60) min" }
    return "\(whole / 86_400) d \(whole % 86_400 / 3600) h"
  }
}
