/// Steering by a terminal's keys. A terminal tells when a key is pressed and, after a while, that it repeats, but
/// never that it is let go; so a press holds the key for a moment, and repeats hold it on.
struct TerminalSteering {
  /// Seconds that a press holds the key: three steps at normal speed.
  static let tap = 0.05
  /// Seconds that a repeat holds it: longer than the time between repeats.
  static let hold = 0.12
  /// A press this many seconds after the last is a repeat; the first comes after about half a second.
  static let repeatGap = 0.6

  private var side: Steering.Side?
  private var end = 0.0
  private var last: (side: Steering.Side, time: Double)?

  /// A key of a side came; returns what that means for hands on keys.
  mutating func press(_ side: Steering.Side, at time: Double) -> [PersonInput] {
    let isRepeat = last.map { $0.side == side && time - $0.time < TerminalSteering.repeatGap } ?? false
    last = (side, time)
    var inputs: [PersonInput] = []
    if let held = self.side, held != side { inputs.append(.steer(held, isDown: false)) }
    inputs.append(.steer(side, isDown: true))
    self.side = side
    end = time + (isRepeat ? TerminalSteering.hold : TerminalSteering.tap)
    return inputs
  }

  /// Time has come to `time`; returns the key that is held no more.
  mutating func pass(to time: Double) -> [PersonInput] {
    guard let held = side, time >= end else { return [] }
    side = nil
    return [.steer(held, isDown: false)]
  }
}
