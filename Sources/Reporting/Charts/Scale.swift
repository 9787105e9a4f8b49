import Foundation

/// Where a value lies between the ends of an axis, and which values have ticks.
struct Scale: Sendable, Equatable {
  /// How values are spread.
  enum Kind: Sendable, Equatable {
    /// Evenly.
    case linear
    /// By their logarithm.
    case logarithmic
  }

  /// A value with a mark on the axis.
  struct Tick: Sendable, Equatable {
    /// The value.
    let value: Double
    /// Its text; empty for a minor tick.
    let label: String
  }

  /// How values are spread.
  let kind: Kind
  /// The ends.
  let range: ClosedRange<Double>

  /// A scale with exactly these ends; those of a logarithmic one must be above zero.
  init(_ kind: Kind, _ range: ClosedRange<Double>) {
    precondition(range.upperBound > range.lowerBound, "found the empty range \(range)")
    precondition(kind == .linear || range.lowerBound > 0, "found \(range), expected numbers above 0")
    self.kind = kind
    self.range = range
  }

  /// A scale that has room for all values and ends on ticks: on steps of 1, 2 or 5 times a power of ten, or on
  /// powers of ten.
  /// - Parameter within: ends that are not passed although a tick beyond would be rounder, such as 1 for rates.
  init(_ kind: Kind, covering values: [Double], within: ClosedRange<Double>? = nil) {
    let usable = values.filter { abs($0) < Scale.largest && (kind == .linear || $0 > 1 / Scale.largest) }
    var low = usable.min() ?? (kind == .linear ? 0 : 1)
    var high = usable.max() ?? (kind == .linear ? 1 : 10)
    switch kind {
    case .linear:
      if high - low < 1 / Scale.largest {
        (low, high) = (low - max(abs(low) * 0.1, 0.05), high + max(abs(high) * 0.1, 0.05))
      }
      let step = Scale.step(high - low, ticks: 6)
      low = (low / step + 1e-9).rounded(.down) * step
      high = (high / step - 1e-9).rounded(.up) * step
    case .logarithmic:
      low = Scale.power((log10(low) + 1e-9).rounded(.down))
      high = Scale.power((log10(high) - 1e-9).rounded(.up))
      if high <= low { high = low * 10 }
    }
    if let within {
      (low, high) = (max(low, within.lowerBound), min(high, within.upperBound))
      if high <= low { (low, high) = (within.lowerBound, within.upperBound) }
    }
    self.init(kind, low...high)
  }

  /// What no axis shows: a file may say so, and powers of ten must not leave the numbers there are.
  private static let largest = 1e100

  /// Where a value lies, 0 at the low end and 1 at the high one; what lies outside is at the end.
  func position(_ value: Double) -> Double {
    let clamped = min(max(value, range.lowerBound), range.upperBound)
    switch kind {
    case .linear: return (clamped - range.lowerBound) / (range.upperBound - range.lowerBound)
    case .logarithmic:
      return log10(clamped / range.lowerBound) / log10(range.upperBound / range.lowerBound)
    }
  }

  /// The ticks, ascending, about `count` of them with a label.
  func ticks(_ count: Int = 6) -> [Tick] {
    kind == .linear ? linearTicks(count) : logarithmicTicks(count)
  }

  private func linearTicks(_ count: Int) -> [Tick] {
    let step = Scale.step(range.upperBound - range.lowerBound, ticks: count)
    let digits = max(0, -Int(log10(step).rounded(.down)))
    let first = Int((range.lowerBound / step - 1e-9).rounded(.up))
    let last = Int((range.upperBound / step + 1e-9).rounded(.down))
    guard first <= last else { return [] }
    return (first...last).map { index in
      let value = Double(index) * step
      return Tick(value: value, label: Scale.label(value, digits: digits))
    }
  }

  /// Powers of ten have labels; where there are few of them, so have 2 and 5 times a power. The others are minor.
  private func logarithmicTicks(_ count: Int) -> [Tick] {
    let first = Int((log10(range.lowerBound) + 1e-9).rounded(.down))
    let last = Int((log10(range.upperBound) + 1e-9).rounded(.down))
    let decades = log10(range.upperBound / range.lowerBound)
    let labelled: Set<Int> = Double(count) >= decades * 3 ? [1, 2, 5] : [1]
    let every = max(1, Int((decades / Double(max(count, 1))).rounded(.up)))
    var ticks: [Tick] = []
    for exponent in first...last {
      for factor in 1...9 {
        let value =
          exponent < 0
          ? Double(factor) / Scale.power(Double(-exponent)) : Double(factor) * Scale.power(Double(exponent))
        guard value >= range.lowerBound * (1 - 1e-9), value <= range.upperBound * (1 + 1e-9) else { continue }
        let isLabelled = labelled.contains(factor) && (exponent - first).isMultiple(of: every)
        ticks.append(
          Tick(value: value, label: isLabelled ? Scale.label(value, digits: max(0, -exponent)) : ""))
      }
    }
    return ticks
  }

  /// 10 to a whole power, by multiplication: the same on every machine.
  private static func power(_ exponent: Double) -> Double {
    let count = Int(abs(exponent))
    let result = (0..<count).reduce(1.0) { value, _ in value * 10 }
    return exponent < 0 ? 1 / result : result
  }

  /// The step of 1, 2 or 5 times a power of ten that cuts a span into `ticks` pieces at most.
  static func step(_ span: Double, ticks: Int) -> Double {
    let least = span / Double(max(ticks, 1))
    let exponent = log10(least).rounded(.down)
    func scaled(_ factor: Double) -> Double {
      exponent < 0 ? factor / power(-exponent) : factor * power(exponent)
    }
    return [1.0, 2, 5].map(scaled).first { $0 >= least * (1 - 1e-9) } ?? scaled(10)
  }

  /// A tick's text: thousands and millions by letter.
  static func label(_ value: Double, digits: Int) -> String {
    for (unit, letter) in [(1e6, "M"), (1e3, "k")] where abs(value) >= unit * (letter == "k" ? 10 : 1) {
      return Format.shortest((value / unit * 1000).rounded() / 1000) + " " + letter
    }
    return Format.fixed(value, digits)
  }
}
