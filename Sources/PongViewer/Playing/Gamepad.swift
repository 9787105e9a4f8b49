/// What a game controller says, in SDL's numbers, and what it means. No SDL here: a pure mapping.
enum Gamepad {
  /// Something happened on a controller.
  enum Event: Sendable, Equatable {
    /// An axis, by SDL_GameControllerAxis, at -32768 to 32767.
    case axis(Int, value: Int16)
    /// A button, by SDL_GameControllerButton.
    case button(Int, isDown: Bool)
  }

  /// What an event asks for.
  enum Meaning: Sendable, Equatable {
    case person(PersonInput)
    case command(ViewerCommand)
  }

  /// The left stick and the cross steer, Start pauses, A goes on, Y takes or gives back the paddle, X
  /// restarts, B goes to other serves, the shoulders choose the speed. Nil for what means nothing.
  static func meaning(of event: Event) -> Meaning? {
    switch event {
    case .axis(Axis.leftX, let value): return .person(.tilt(tilt(value)))
    case .button(Button.left, let isDown): return .person(.steer(.left, isDown: isDown))
    case .button(Button.right, let isDown): return .person(.steer(.right, isDown: isDown))
    case .button(Button.start, true), .button(Button.a, true): return .command(.togglePause)
    case .button(Button.y, true): return .command(.takeOrGive)
    case .button(Button.x, true): return .command(.restart)
    case .button(Button.b, true): return .command(.nextSeed)
    case .button(Button.leftShoulder, true): return .command(.slower)
    case .button(Button.rightShoulder, true): return .command(.faster)
    default: return nil
    }
  }

  /// -1 to 1, both ends reached.
  static func tilt(_ value: Int16) -> Double { max(-1, Double(value) / 32767) }

  private enum Axis {
    static let leftX = 0
  }

  private enum Button {
    static let a = 0
    static let b = 1
    static let x = 2
    static let y = 3
    static let start = 6
    static let leftShoulder = 9
    static let rightShoulder = 10
    static let left = 13
    static let right = 14
  }
}
