/// Why a file could not be used. `description` is the one line a person sees: the file, what was found and
/// what was expected. `exitCode` follows sysexits.
public enum FileError: UserFacingError, Equatable {
  /// There is nothing at this path.
  case notFound(path: String)
  /// The file is there but its content is not what it should be; `offset` is where, in bytes.
  case malformed(path: String, offset: Int?, found: String, expected: String)
  /// The line of a text file that is not what it should be, counted from 1.
  case malformedLine(path: String, line: Int, found: String, expected: String)
  /// The system refused to read it.
  case unreadable(path: String, reason: String)
  /// The system refused to write it; what stood there before still does.
  case unwritable(path: String, reason: String)

  /// Whether the system refused: the disk or the network that holds the file may give it again, so nothing is known of what
  /// is in it.
  public var isRefusal: Bool {
    switch self {
    case .unreadable, .unwritable: true
    case .notFound, .malformed, .malformedLine: false
    }
  }

  /// 65 bad data, 66 no such input, 74 input/output.
  public var exitCode: Int32 {
    switch self {
    case .malformed, .malformedLine: 65
    case .notFound: 66
    case .unreadable, .unwritable: 74
    }
  }

  /// One line for a person. What stands in the file is told so that no terminal takes it for a command.
  public var description: String { "\(path.printable()): \(problem.printable(limit: 800))" }

  /// The file.
  private var path: String {
    switch self {
    case .notFound(let path), .malformed(let path, _, _, _), .malformedLine(let path, _, _, _),
      .unreadable(let path, _), .unwritable(let path, _):
      path
    }
  }

  private var problem: String {
    switch self {
    case .notFound: "no such file"
    case .malformed(_, let offset?, let found, let expected):
      "at byte \(offset): found \(found.printable()), expected \(expected)"
    case .malformed(_, nil, let found, let expected): "found \(found.printable()), expected \(expected)"
    case .malformedLine(_, let line, let found, let expected):
      "line \(line): found \(found.printable()), expected \(expected)"
    case .unreadable(_, let reason): "cannot be read: \(reason)"
    case .unwritable(_, let reason): "cannot be written: \(reason)"
    }
  }
}
