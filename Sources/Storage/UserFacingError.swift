/// An error that is the user's to mend: `description` is one line that names the file or option, what was
/// found and what was expected; `exitCode` follows sysexits (64 usage, 65 bad data, 66 no such input,
/// 74 input/output).
public protocol UserFacingError: Error, CustomStringConvertible, Sendable {
  /// The exit code of the command that ends with this error.
  var exitCode: Int32 { get }
}

extension String {
  /// The text for a person's terminal: control characters, line breaks and marks that turn the writing direction
  /// as escapes, since names in a file are the file's, not ours; and no more of it than a line holds.
  /// - Parameter limit: characters that are kept, more are told by their number.
  public func printable(limit: Int = 400) -> String {
    var text = ""
    var count = 0
    for scalar in unicodeScalars {
      count += 1
      guard count <= limit else { continue }
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator:
        text += "\\u{\(String(scalar.value, radix: 16))}"
      default: text.unicodeScalars.append(scalar)
      }
    }
    return count <= limit ? text : text + "... (\(count) characters)"
  }
}
