import Storage

/// Numbers as the viewer writes them, the same in every locale.
enum Numbers {
  /// Five characters at most below ten thousand million: 9,999, 12.3k, 4.56M.
  static func compact(_ number: Int) -> String {
    switch number {
    case ..<10_000: number.grouped
    case ..<1_000_000: scaled(number, 1000, "k")
    case ..<1_000_000_000: scaled(number, 1_000_000, "M")
    default: scaled(number, 1_000_000_000, "G")
    }
  }

  /// A share as a percentage, where 100 % means all; a dash for none.
  static func percent(_ share: Double?) -> String { share.map(ShareText.percent) ?? "–" }

  /// Steps at normal speed as minutes and seconds: 3:07, or 1:03:07.
  static func time(steps: Int) -> String {
    let seconds = steps / Int(WatchModel.stepsPerSecond)
    let (hours, minutes) = (seconds / 3600, seconds / 60 % 60)
    return (hours > 0 ? "\(hours):\(minutes.digits(2))" : "\(minutes)") + ":\((seconds % 60).digits(2))"
  }

  /// With a real minus.
  static func signed(_ number: Int) -> String { number < 0 ? "−\(-number)" : "\(number)" }

  /// Two places after the point, with a real minus.
  static func hundredths(_ number: Float) -> String {
    let hundredths = Int((Double(min(max(number, -99), 99)) * 100).rounded())
    return "\(hundredths < 0 ? "−" : "")\(abs(hundredths) / 100).\((abs(hundredths) % 100).digits(2))"
  }

  /// Three places after the point.
  static func thousandths(_ number: Double) -> String {
    let thousandths = Int((min(max(number, 0), 999) * 1000).rounded())
    return "\(thousandths / 1000).\((thousandths % 1000).digits(3))"
  }

  /// Three digits of number / divisor, rounded down.
  private static func scaled(_ number: Int, _ divisor: Int, _ suffix: String) -> String {
    let whole = number / divisor
    if whole >= 100 { return "\(whole)\(suffix)" }
    let part = number % divisor
    if whole >= 10 { return "\(whole).\(part * 10 / divisor)\(suffix)" }
    return "\(whole).\((part * 100 / divisor).digits(2))\(suffix)"
  }
}
