import Learning
import Storage

/// A line of metrics.jsonl: its pass, and its other numbers by name.
struct EventLine {
  let pass: Int
  let scalars: [(name: String, value: Double)]

  /// - Throws: `FileError.malformed` for a line without a pass.
  init(_ line: String) throws {
    let setting = try Setting(yaml: line, source: "metrics.jsonl")
    guard case .map(let entries) = setting, case .integer(let pass)? = setting["pass"] else {
      throw FileError.malformed(
        path: "metrics.jsonl", offset: nil, found: "a line without pass", expected: "one in every line")
    }
    self.pass = pass
    scalars = entries.filter { $0.key != "pass" }.compactMap { entry in
      entry.value.asNumber.map { (entry.key, $0) }
    }
  }
}
