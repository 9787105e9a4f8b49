import Foundation
import SequenceModels
import Storage
import TestSupport
import Testing
import Training

/// Documentation/config.md says of every key what the program says.
@Suite("The page of config keys")
struct ConfigPageTests {
  struct Row: Sendable, CustomTestStringConvertible {
    /// The model whose keys these are, the TND's for all others.
    var type = "tnd"
    var key: String
    var fallback: String
    var allowed: String
    var testDescription: String { "\(type) \(key)" }
  }

  static let rows: [Row] = {
    let text =
      (try? String(contentsOf: Repository.root.appending(path: "Documentation/config.md"), encoding: .utf8))
      ?? ""
    var type = "tnd"
    return text.split(separator: "\n").compactMap { line in
      let cells = line.split(separator: "|", omittingEmptySubsequences: false).map {
        $0.trimmingCharacters(in: .whitespaces)
      }
      guard cells.count == 6, cells[1].first == "`" else {
        if line.hasPrefix("## ") { type = "tnd" }
        return nil
      }
      let key = cells[1].trimmingCharacters(in: ["`"])
      guard !key.hasPrefix("type: ") else {
        type = String(key.dropFirst(6))
        return nil
      }
      return Row(type: type, key: key, fallback: cells[2], allowed: cells[3])
    }
  }()

  static func error(_ row: Row, _ value: String, key: String? = nil) throws -> SettingError? {
    do {
      _ = try RunConfig(
        yaml: "model: {type: \(row.type)}", source: "c.yaml", overrides: ["\(key ?? row.key)=\(value)"])
      return nil
    } catch { return error }
  }

  /// What a message expects, as the page writes it.
  static func written(_ expected: String) -> String {
    func number(_ text: Substring) -> String {
      let value = Double(text) ?? .nan
      guard value < 1 || value.rounded() != value else {
        return Int(value).formatted(.number.locale(Locale(identifier: "en_US")))
      }
      return value == 0 ? "0" : value == 1e-6 ? "0.000001" : "\(value)"
    }
    if let match = expected.wholeMatch(of: /a whole number from (\d+) to (\d+)/) {
      return match.2 == "\(Int.max)"
        ? "whole, from \(match.1)" : "whole, \(number(match.1)) to \(number(match.2))"
    }
    if let match = expected.wholeMatch(of: /a number from ([^ ]+) to ([^ ,]+)(?:, or (\w+))?/) {
      return "\(number(match.1)) to \(number(match.2))" + (match.3.map { ", or `\($0)`" } ?? "")
    }
    if expected.hasPrefix("one of ") {
      return expected.dropFirst(7).split(separator: ", ").map { "`\($0)`" }.joined(separator: ", ")
    }
    return ["true or false": "true, false", "a map of keys and values": "a section"][expected] ?? expected
  }

  /// A list is neither of the kinds that a key may have.
  @Test(arguments: rows) func allowsWhatTheMessageExpects(row: Row) throws {
    let error = try #require(try ConfigPageTests.error(row, "[1, 2]"))
    #expect(error.key == row.key)
    #expect(ConfigPageTests.written(error.expected) == row.allowed)
  }

  /// What the page says is the default gives the config of nothing at all.
  @Test(arguments: rows.filter { !$0.fallback.isEmpty }) func hasTheDefault(row: Row) throws {
    let model = "model: {type: \(row.type)}"
    // A section that is not there has no keys to write: one of its others brings it.
    let neighbours = [
      "model.plasticity.rate": "model.plasticity={}", "training.rewire": "training.rewire={method: rigl}",
    ]
    let section = neighbours.first { row.key.hasPrefix($0.key) }?.value
    let before =
      (section.map { [$0] } ?? [])
      + (row.key.hasPrefix("aggregation.") ? ["aggregation={teacher: oracle}"] : [])
    let value = row.fallback.trimmingCharacters(in: ["`"]).replacing(",", with: "")
    let said = try RunConfig(yaml: model, source: "c.yaml", overrides: before + ["\(row.key)=\(value)"])
    #expect(said.setting == (try RunConfig(yaml: model, source: "c.yaml", overrides: before)).setting)
  }

  /// The keys that a message lists beside an unknown one.
  @Test(
    arguments: [
      "", "data.", "training.", "training.rewire.", "validation.", "aggregation.", "model.plasticity.",
      "model.graph.",
    ].map { ("tnd", $0) } + ModelRegistry.all.map { ($0.type, "model.") })
  func hasEveryKey(type: String, section: String) throws {
    let row = Row(type: type, key: "", fallback: "", allowed: "")
    let error = try #require(try ConfigPageTests.error(row, "1", key: section + "no_such_key"))
    #expect(error.expected.hasPrefix("one of "))
    let known = Set(error.expected.dropFirst(7).components(separatedBy: ", "))
    let named = ConfigPageTests.rows.filter {
      $0.key.hasPrefix(section) && ($0.type == type || section.isEmpty)
    }
    .compactMap { $0.key.dropFirst(section.count).split(separator: ".").first.map(String.init) }
    // `type` is named once for all models, sections have headings.
    #expect(Set(named).union(section == "model." ? ["type"] : []) == known)
  }

  @Test func isRead() { #expect(ConfigPageTests.rows.count > 70) }
}
