import PongEngine
import Storage

/// Observations as CSV: 24 columns of 0 or 1, one step a line; a first line of 24 without any of them is a header.
public enum ObservationText {
  /// The observations in the bytes of a file; `path` only names the file in errors.
  /// - Throws: `FileError.malformedLine` with the line, what was found and what was expected.
  public static func decode(_ bytes: [UInt8], path: String) throws(FileError) -> [Observation] {
    var observations: [Observation] = []
    for (number, line) in TextLines(bytes) {
      if number == 1, isHeader(line) { continue }
      observations.append(try observation(line, number, path))
    }
    guard !observations.isEmpty else {
      throw .malformed(path: path, offset: nil, found: "no steps", expected: "at least one")
    }
    return observations
  }

  /// The fields of a line, but one beyond what there should be holds all the rest.
  private static func fields(_ line: ArraySlice<UInt8>) -> [ArraySlice<UInt8>] {
    line.split(
      separator: UInt8(ascii: ","), maxSplits: Observation.count, omittingEmptySubsequences: false)
  }

  private static func isHeader(_ line: ArraySlice<UInt8>) -> Bool {
    let fields = fields(line)
    return fields.count == Observation.count && !fields.contains { bit($0) != nil }
  }

  private static func observation(
    _ line: ArraySlice<UInt8>, _ number: Int, _ path: String
  ) throws(FileError) -> Observation {
    let fields = fields(line)
    guard fields.count == Observation.count else {
      let columns = line.reduce(1) { $0 + ($1 == UInt8(ascii: ",") ? 1 : 0) }
      throw .malformedLine(
        path: path, line: number, found: "\(columns) columns", expected: "\(Observation.count)")
    }
    var bits: UInt32 = 0
    for (column, field) in fields.enumerated() {
      guard let value = bit(field) else {
        throw .malformedLine(
          path: path, line: number,
          found: "\"\(String(decoding: field, as: UTF8.self))\" in column \(column + 1)", expected: "0 or 1")
      }
      bits = bits << 1 | value
    }
    return Observation(bits: bits)
  }

  /// 0 and 1, also as other programs write numbers: 0.0, 1.0, 1.000e+00.
  private static func bit(_ field: ArraySlice<UInt8>) -> UInt32? {
    if field.count == 1, let byte = field.first { return byte == 48 ? 0 : byte == 49 ? 1 : nil }
    // No program writes either of them longer.
    guard field.count <= 64 else { return nil }
    let text = String(decoding: field, as: UTF8.self).filter { $0 != " " }
    guard let number = Double(text) else { return nil }
    return number == 0 ? 0 : number == 1 ? 1 : nil
  }
}
