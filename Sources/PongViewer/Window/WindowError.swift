import Storage

/// Why there is no window.
public enum WindowError: UserFacingError, Equatable {
  /// The program was built without the trait `Viewer`.
  case notBuilt
  /// SDL found no display to open a window on.
  case noDisplay(reason: String)
  /// There is no terminal to play in, or none that can show pictures.
  case noTerminal(reason: String)
  /// SDL refused something with a display at hand.
  case failed(what: String, reason: String)

  /// Whether there is no window to be had at all.
  public var isWithoutWindow: Bool {
    switch self {
    case .notBuilt, .noDisplay: true
    case .noTerminal, .failed: false
    }
  }

  /// 74 input/output.
  public var exitCode: Int32 { 74 }

  private static let picture = ", or save a picture with watch --screenshot FILE"

  /// One line for a person.
  public var description: String {
    switch self {
    case .notBuilt:
      "this build has no window; build with the trait Viewer (the default), or play in a terminal with --terminal"
    case .noDisplay(let reason):
      "no display (\(reason)); set DISPLAY, use ssh -X, run under xvfb-run -a, play in a terminal with --terminal\(WindowError.picture)"
    case .noTerminal(let reason):
      "no terminal (\(reason)); start it from a shell\(Viewer.hasWindow ? WindowError.picture : "")"
    case .failed(let what, let reason): "\(what): \(reason)"
    }
  }
}
