import PongEngine
import Storage

/// A perturbation as people write it: NAME=VALUE,NAME=VALUE.
extension Perturbation {
  /// A name, what it may be, and where the value goes.
  private struct Field {
    let name: String
    let range: ClosedRange<Double>
    let isWhole: Bool
    let path: WritableKeyPath<Perturbation, Double>
  }

  private static var fields: [Field] {
    [
      Field(name: "bits", range: 0...1, isWhole: false, path: \.bits),
      Field(name: "drop", range: 0...1, isWhole: false, path: \.drop),
      Field(name: "delay", range: 0...1000, isWhole: true, path: \.delaySteps),
      Field(name: "speed", range: 0.25...3, isWhole: false, path: \.speed),
      Field(name: "paddle", range: 0...1, isWhole: false, path: \.paddle),
      Field(name: "neurons", range: 0...1, isWhole: false, path: \.neurons),
      Field(name: "edges", range: 0...1, isWhole: false, path: \.edges),
    ]
  }

  /// `delay` as a number among numbers.
  private var delaySteps: Double {
    get { Double(delay) }
    set { delay = Int(newValue) }
  }

  /// Reads a perturbation.
  public init(_ text: some StringProtocol) throws(PerturbationError) {
    self.init()
    let names = Perturbation.fields.map(\.name)
    var seen: [String] = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let pair = String(part).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map {
        String($0)
      }
      guard pair.count == 2, let field = Perturbation.fields.first(where: { $0.name == pair[0] }) else {
        throw PerturbationError(
          found: part.isEmpty ? "nothing" : "\(part)",
          expected: "NAME=VALUE with a NAME of " + names.joined(separator: ", "))
      }
      guard !seen.contains(field.name) else {
        throw PerturbationError(found: "\(field.name) twice", expected: "it once")
      }
      seen.append(field.name)
      guard let value = Double(pair[1]), field.range.contains(value),
        !field.isWhole || value == value.rounded()
      else {
        let kind = field.isWhole ? "a whole number" : "a number"
        throw PerturbationError(
          found: "\(part)",
          expected:
            "\(kind) from \(Setting.number(field.range.lowerBound).plain) to \(Setting.number(field.range.upperBound).plain)"
        )
      }
      self[keyPath: field.path] = value
    }
  }

  /// The text that reads as this perturbation: what goes wrong, in a fixed order; empty for nothing.
  public var text: String {
    let none = Perturbation()
    return Perturbation.fields.compactMap { field in
      let value = self[keyPath: field.path]
      guard value != none[keyPath: field.path] else { return nil }
      return "\(field.name)=\(Setting.number(value).plain)"
    }.joined(separator: ",")
  }
}

extension Setting {
  /// A number without ".0".
  fileprivate var plain: String {
    guard let number = asNumber, let whole = Int(exactly: number) else { return json }
    return "\(whole)"
  }
}

/// A perturbation that cannot be read.
public struct PerturbationError: UserFacingError, Equatable {
  /// What was found.
  public let found: String
  /// What was expected.
  public let expected: String

  /// Wrong usage.
  public var exitCode: Int32 { 64 }
  /// One line for a person.
  public var description: String { "found \(found), expected \(expected)" }
}
