import PongEngine
import Storage

/// A perturbation as people write it: NAME=VALUE,NAME=VALUE.
extension Perturbation {
  /// Reads a perturbation.
  public init(_ text: some StringProtocol) throws(PerturbationError) {
    self.init()
    let names = Kind.allCases.map(\.rawValue)
    var seen: [Kind] = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let pair = String(part).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map {
        String($0)
      }
      guard pair.count == 2, let kind = Kind(rawValue: pair[0]) else {
        throw PerturbationError(
          found: part.isEmpty ? "nothing" : "\(part)",
          expected: "NAME=VALUE with a NAME of " + names.joined(separator: ", "))
      }
      guard !seen.contains(kind) else {
        throw PerturbationError(found: "\(kind) twice", expected: "it once")
      }
      seen.append(kind)
      guard let value = Double(pair[1]), kind.range.contains(value),
        kind != .delay || value == value.rounded()
      else {
        let number = kind == .delay ? "a whole number" : "a number"
        let (least, most) = (Setting.number(kind.range.lowerBound), Setting.number(kind.range.upperBound))
        throw PerturbationError(
          found: "\(part)", expected: "\(number) from \(least.plain) to \(most.plain)")
      }
      self[kind] = value
    }
  }

  /// The text that reads as this perturbation: what goes wrong, in a fixed order; empty for nothing.
  public var text: String {
    kinds.map { "\($0)=\(Setting.number(self[$0]).plain)" }.joined(separator: ",")
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
