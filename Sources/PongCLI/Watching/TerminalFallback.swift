import PongViewer

extension Viewer {
  /// Plays in the terminal, which is what there is where no window can be had.
  /// - Throws: why there is no window, where there is no terminal either.
  static func runInTerminal(
    instead error: WindowError, _ model: inout WatchModel, _ options: Options
  ) throws -> FrameStatistics {
    guard Viewer.hasTerminal else { throw error }
    standardError("pong: no display; playing in the terminal (Q quits)")
    return try Viewer.runInTerminal(&model, options)
  }
}
