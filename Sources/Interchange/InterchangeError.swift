import Storage

/// Why a file for another program is not written, or one of another program not read.
public enum InterchangeError: UserFacingError, Equatable {
  /// The program was built without the trait that brings the library for this format.
  case notBuilt(format: String, trait: String)
  /// The format has no room for it.
  case tooLarge(path: String, bytes: Int, limit: Int)

  /// 65 bad data, 74 input/output.
  public var exitCode: Int32 {
    switch self {
    case .tooLarge: 65
    case .notBuilt: 74
    }
  }

  /// One line for a person.
  public var description: String {
    switch self {
    case .notBuilt(let format, let trait):
      "this build has no \(format); build with the trait \(trait): PONG_TRAITS=\(trait) ./pong ..., or swift "
        + "build -c release --traits default,\(trait)"
    case .tooLarge(let path, let bytes, let limit):
      "\(path): found \(bytes) bytes of parameters, expected at most \(limit), the limit of protocol buffers"
    }
  }
}
