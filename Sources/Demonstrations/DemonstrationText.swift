import PongEngine
import Storage

/// The published text form (reference.md, section 2): one step a line, 24 comma-separated bits, a tab, three
/// comma-separated bits, one-hot right, left, stay. An empty line separates episodes.
///
/// The text does not say what its paddle bits show; its rows do (`Dataset.shownAlignment`). Published data are
/// `.afterMove`.
public enum DemonstrationText {
  /// Characters of a line without its end: 24 bits, 23 commas, a tab, 3 bits, 2 commas.
  private static let lineLength = 53
  private static let form = "24 comma-separated bits, a tab and 3 comma-separated bits"

  /// The text of a dataset's rows as they are, whatever their alignment; every line ends in a newline.
  public static func encode(_ dataset: Dataset) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity((lineLength + 1) * dataset.count + dataset.episodes.count)
    // The text has no way to say an episode without steps.
    for episode in dataset.episodes where episode.count > 0 {
      if !bytes.isEmpty { bytes.append(newline) }
      for row in 0..<episode.count {
        appendRow(episode.observations[row], episode.actions[row], &bytes)
      }
    }
    return bytes
  }

  private static func appendRow(_ observation: Observation, _ action: Action, _ bytes: inout [UInt8]) {
    for bit in stride(from: UInt32(23), through: 0, by: -1) {
      bytes.append(zero | UInt8(truncatingIfNeeded: observation.bits >> bit & 1))
      bytes.append(bit > 0 ? comma : tab)
    }
    for output in 0..<UInt8(3) {
      bytes.append(output == action.rawValue ? zero | 1 : zero)
      bytes.append(output < 2 ? comma : newline)
    }
  }

  /// The dataset in the bytes of a text.
  ///
  /// Lines may end in CR LF; the last may lack its end. Several empty lines separate like one.
  /// - Throws: `FileError.malformedLine` with the line, what was found and what was expected.
  public static func decode(_ bytes: [UInt8], metadata: DatasetMetadata, path: String) throws(FileError)
    -> Dataset
  {
    var episodes: [Episode] = []
    var episode = Episode()
    var start = 0
    var number = 0
    while start < bytes.count {
      number += 1
      let end = bytes[start...].firstIndex(of: newline) ?? bytes.count
      let line = start..<(end > start && bytes[end - 1] == carriageReturn ? end - 1 : end)
      start = end + 1
      if line.isEmpty {
        if episode.count > 0 { episodes.append(episode) }
        episode = Episode()
        continue
      }
      let row = try parse(bytes, line, number, path)
      episode.append(row.observation, row.action)
    }
    if episode.count > 0 { episodes.append(episode) }
    return Dataset(metadata: metadata, episodes: episodes)
  }

  private static func parse(_ bytes: [UInt8], _ line: Range<Int>, _ number: Int, _ path: String)
    throws(FileError) -> (observation: Observation, action: Action)
  {
    guard line.count == lineLength else {
      throw .malformedLine(
        path: path, line: number, found: "\(line.count) characters", expected: "\(lineLength): \(form)")
    }
    var bits: UInt32 = 0
    var malformed: Int?
    // Bits at the even places, separators at the odd ones, all commas but the tab before the action.
    for place in 0..<lineLength {
      let character = bytes[line.lowerBound + place]
      if place % 2 == 0 {
        if character & ~1 != zero { malformed = malformed ?? place }
        bits = bits << 1 | UInt32(character & 1)
      } else if character != (place == 47 ? tab : comma) {
        malformed = malformed ?? place
      }
    }
    if let place = malformed {
      let expected = place % 2 == 0 ? "0 or 1" : place == 47 ? "a tab" : "a comma"
      let found = hex(CollectionOfOne(bytes[line.lowerBound + place]))
      throw .malformedLine(
        path: path, line: number, found: "byte \(found) at column \(place + 1)", expected: expected)
    }
    let action: Action
    switch bits & 7 {
    case 0b100: action = .right
    case 0b010: action = .left
    case 0b001: action = .stay
    default:
      let found = String(decoding: bytes[line.upperBound - 5..<line.upperBound], as: UTF8.self)
      throw .malformedLine(
        path: path, line: number, found: "action \(found)", expected: "one-hot right, left, stay")
    }
    return (Observation(bits: bits >> 3), action)
  }

  private static let zero = UInt8(ascii: "0")
  private static let comma = UInt8(ascii: ",")
  private static let tab = UInt8(ascii: "\t")
  private static let newline = UInt8(ascii: "\n")
  private static let carriageReturn = UInt8(ascii: "\r")
}
