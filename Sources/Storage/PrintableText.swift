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
