import PongEngine

/// A person's wish for the paddle, from keys, mouse or gamepad; whichever was used last counts. The paddle
/// obeys the rules: one step of its speed at a time.
struct Steering: Sendable, Equatable {
  /// The two ways a paddle goes.
  enum Side: Sendable, Equatable {
    case left
    case right
  }

  private enum Device: Sendable, Equatable {
    case keys
    /// The mouse, at this x of the field in pixels.
    case mouse(x: Double)
    /// A stick, from -1 (left) to 1.
    case stick(Double)
  }

  private var device = Device.keys
  private var holdsLeft = false
  private var holdsRight = false
  private var latest = Side.left
  /// A key pressed since the last step: a tap shorter than a step still moves the paddle once.
  private var tapped: Side?
  /// Whether the paddle is on its way to the mouse.
  private var follows = false
  /// Share of a step that a stick pushed half-way has earned.
  private var earned = 0.0

  /// Below this a stick rests.
  static let stickRest = 0.2

  /// A key of a side went down or up.
  mutating func steer(_ side: Side, isDown: Bool) {
    switch side {
    case .left: holdsLeft = isDown
    case .right: holdsRight = isDown
    }
    guard isDown else { return }
    device = .keys
    latest = side
    tapped = side
  }

  /// Whether the mouse guides the paddle.
  var followsMouse: Bool {
    if case .mouse = device { true } else { false }
  }

  /// The mouse is at an x of the field, pixels.
  mutating func aim(x: Double) { device = .mouse(x: x) }

  /// The stick is at a place from -1 to 1. One that comes to rest does not take the paddle from other devices.
  mutating func tilt(_ value: Double) {
    if case .stick = device {
      device = .stick(value)
    } else if abs(value) > Steering.stickRest {
      device = .stick(value)
    }
  }

  /// Forgets what is held, as when the window loses the keyboard.
  mutating func release() { self = Steering() }

  /// The action of the next step, for a paddle as it stands.
  mutating func action(_ state: GameState, rules: Rules) -> Action {
    defer { tapped = nil }
    switch device {
    case .keys: return keys()
    case .mouse(let x): return follow(x, state, rules)
    case .stick(let value): return push(value)
    }
  }

  private func keys() -> Action {
    switch (holdsLeft, holdsRight) {
    case (true, true): Steering.action(latest)
    case (true, false): .left
    case (false, true): .right
    case (false, false): tapped.map(Steering.action) ?? .stay
    }
  }

  /// Towards the mouse. It sets out when the mouse is more than a step away from the paddle's centre and goes on
  /// to within half a step: without the band between, a trembling hand would make it tremble, too.
  private mutating func follow(_ x: Double, _ state: GameState, _ rules: Rules) -> Action {
    let unit = Double(rules.unitsPerPixel)
    let center = (Double(state.paddleX) + Double(rules.paddleWidth) / 2) / unit
    let step = Double(rules.paddleSpeed) / unit
    let offset = x - center
    follows = abs(offset) > (follows ? step / 2 : step)
    guard follows else { return .stay }
    let action: Action = offset > 0 ? .right : .left
    // Against the wall there is nowhere to go.
    let pixel = Int(state.paddleX / rules.unitsPerPixel)
    return rules.paddle(after: action, atPixel: pixel) == pixel ? .stay : action
  }

  /// A stick pushed half-way moves the paddle every other step.
  private mutating func push(_ value: Double) -> Action {
    let strength = (min(abs(value), 1) - Steering.stickRest) / (0.9 - Steering.stickRest)
    guard strength > 0 else {
      earned = 0
      return .stay
    }
    earned += min(strength, 1)
    guard earned >= 1 else { return .stay }
    earned -= 1
    return value > 0 ? .right : .left
  }

  private static func action(_ side: Side) -> Action { side == .left ? .left : .right }
}
