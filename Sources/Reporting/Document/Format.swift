import Evaluation
import Foundation
import PongEngine
import Storage

/// Numbers as the report prints them; never by the user's locale.
enum Format {
  /// A number with so many digits after the point; never minus zero.
  static func fixed(_ value: Double, _ digits: Int) -> String {
    let text = String(format: "%.\(digits)f", value)
    return text.hasPrefix("-") && !text.contains(where: { ("1"..."9").contains($0) })
      ? String(text.dropFirst()) : text
  }

  /// Catches: two digits after the point below ten, else one.
  static func catches(_ value: Double) -> String { fixed(value, abs(value) < 9.995 ? 2 : 1) }

  /// A fraction of balls caught.
  static func rate(_ value: Double?) -> String { value.map { ShareText.fraction($0) } ?? "none" }

  /// A probability.
  static func probability(_ value: Double) -> String { fixed(value, 2) }

  /// A number and its interval.
  static func estimate(_ estimate: Estimate, _ format: (Double) -> String) -> String {
    let interval = estimate.interval
    return "\(format(estimate.value)) (\(format(interval.lowerBound)) to \(format(interval.upperBound)))"
  }

  /// Catches and their interval.
  static func catches(_ estimate: Estimate) -> String { Format.estimate(estimate, catches) }

  /// A text at the beginning of a sentence.
  static func capitalized(_ text: String) -> String { text.prefix(1).uppercased() + text.dropFirst() }

  /// A count of parameters in millions: to two digits, as the published table has it, below 0.1 to three.
  static func millions(_ value: Int) -> String { fixed(Double(value) / 1e6, value < 100_000 ? 3 : 2) }

  /// A number as short as it reads back: 0.001, 40.
  static func shortest(_ value: Double) -> String {
    value == value.rounded() && abs(value) < 1e15 ? String(Int(value)) : "\(value)"
  }

  /// "1 seed", "3 seeds".
  static func count(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }

  /// "3 seeds each", or from the fewest to the most.
  static func seeds(_ counts: [Int]) -> String {
    guard let least = counts.min(), let most = counts.max() else { return "no seeds" }
    return least == most ? "\(count(least, "seed")) each" : "\(least) to \(most) seeds each"
  }

  /// A list in a sentence: "a", "a and b", "a, b and c".
  static func list(_ items: [String]) -> String {
    guard items.count > 1 else { return items.first ?? "" }
    return items.dropLast().joined(separator: ", ") + " and " + items[items.count - 1]
  }
}
