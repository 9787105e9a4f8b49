import Storage

/// Why there is no window.
public enum WindowError: UserFacingError, Equatable {
  /// The program was built without the trait `Viewer`.
  case notBuilt
  /// SDL found no display to open a window on.
  case noDisplay(reason: String)
  /// SDL refused something with a display at hand.
  case failed(what: String, reason: String)

  /// 74 input/output.
  public var exitCode: Int32 { 74 }

  /// One line for a person.
  public var description: String {
    switch self {
    case .notBuilt:
      "this build has no window; build with the trait Viewer (the default), play in a terminal with --terminal, or save a picture with --screenshot FILE"
    case .noDisplay(let reason):
      "no display (\(reason)); set DISPLAY, use ssh -X, run under xvfb-run -a, play in a terminal with --terminal, or save a picture with --screenshot FILE"
    case .failed(let what, let reason): "\(what): \(reason)"
    }
  }
}
