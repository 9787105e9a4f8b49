/// Who holds a paddle.
public enum Hand: UInt8, CaseIterable, Sendable {
  /// The agent or expert of the court.
  case agent = 0
  /// A person, with keys, mouse or gamepad.
  case person = 1
}
