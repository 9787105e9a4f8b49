/// From orange for 1 through dark for 0 to blue for -1: told apart by every common kind of colour blindness, and by
/// brightness from rest.
struct ActivityColors {
  private let table: [Color]

  static let positive = Color(0xf5a742)
  static let negative = Color(0x4fa8ec)
  static let rest = Color(0x2b3542)

  init() {
    table = (0..<256).map { index in
      let value = (Double(index) - 127.5) / 127.5
      return ActivityColors.rest.mixed(
        with: value < 0 ? ActivityColors.negative : ActivityColors.positive, abs(value))
    }
  }

  /// The colour of an activity; beyond 1 as at 1.
  subscript(value: Float) -> Color { table[Int(min(max(value, -1), 1) * 127.5 + 127.5)] }

  /// The colour of a weight's sign.
  static func ofSign(_ weight: Float) -> Color { weight < 0 ? negative : positive }
}
