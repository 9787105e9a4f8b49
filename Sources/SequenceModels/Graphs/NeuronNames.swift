import Storage

/// What the neurons of a graph are called, where its file says so.
///
/// In an agent file: a tensor `names`, the UTF-16 code units of all names in the order of the neurons, a line feed
/// between two.
public struct NeuronNames: Sendable, Equatable {
  /// A name a neuron, no two alike.
  public let list: [String]

  /// The most characters (Unicode scalars) of a name.
  static let most = 64
  /// What a name has to be, for messages.
  static let expected =
    "a name of at most \(most) characters, without quotes, commas, control characters and broken UTF-8"

  /// Whether a text may be a name: one that is the same in a table of commas, on a terminal's line and on a card.
  static func isName(_ text: String) -> Bool {
    let scalars = text.unicodeScalars
    guard !scalars.isEmpty, scalars.count <= most, scalars.first != " ", scalars.last != " " else {
      return false
    }
    return scalars.allSatisfy { scalar in
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator: false
      // A comma or a quote would need quoting; the replacement character stands for bytes that are no UTF-8.
      default: scalar != "," && scalar != "\"" && scalar != "\u{fffd}"
      }
    }
  }

  /// Names that have been checked; nil where they are the neurons' numbers, which need no keeping.
  init?(_ list: [String]) {
    guard list.indices.contains(where: { list[$0] != "\($0)" }) else { return nil }
    self.list = list
  }

  private static let tensorName = "names"

  /// The names as an array of an agent file.
  var structure: StructureTensor {
    StructureTensor(name: NeuronNames.tensorName, values: list.joined(separator: "\n").utf16.map(UInt32.init))
  }

  /// The names in the arrays of an agent file; nil where there are none.
  /// - Throws: `SettingError` where they are no names, or not one a neuron.
  init?(
    _ structure: [StructureTensor], neurons: Int, _ settings: SettingReader
  ) throws(SettingError) {
    guard let tensor = structure.first(where: { $0.name == NeuronNames.tensorName }) else { return nil }
    func failure(_ found: String, _ expected: String) -> SettingError {
      settings.error(NeuronNames.tensorName, found: found.printable(limit: 200), expected: expected)
    }
    guard let units = tensor.values.map({ UInt16(exactly: $0) }) as? [UInt16],
      let text = String(validating: units, as: UTF16.self)
    else { throw failure("a tensor that is no text", "UTF-16") }
    let list = text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false).map { String($0) }
    guard list.count == neurons else { throw failure("\(list.count) names", "\(neurons), one a neuron") }
    if let wrong = list.first(where: { !NeuronNames.isName($0) }) {
      throw failure("the name \(wrong)", NeuronNames.expected)
    }
    var seen: Set<String> = []
    if let twice = list.first(where: { !seen.insert($0).inserted }) {
      throw failure("the name \(twice) again", "it once")
    }
    self.list = list
  }
}
