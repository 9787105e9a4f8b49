/// What a person does with hands on keys, mouse or gamepad. What a single key asks for is a `ViewerCommand`.
enum PersonInput: Sendable, Equatable {
  /// A steering key of a side goes down, repeatedly while it is held, or up.
  case steer(Steering.Side, isDown: Bool, isRepeat: Bool = false)
  /// The mouse moves, or a button of it goes down.
  case mouse(Mouse)
  /// The stick of a gamepad is at a place from -1 (left) to 1.
  case tilt(Double)
  /// The court of this number, from 0, is chosen.
  case select(Int)
  /// The window no longer has the keyboard, or a gamepad is gone.
  case inputLost
}

/// The mouse in a picture.
struct Mouse: Sendable, Equatable {
  enum Button: Sendable, Equatable {
    /// Moved, with no button held.
    case none
    /// Pressed now.
    case pressed
    /// Moved with the button held.
    case held
    /// Let go now.
    case released
  }

  /// What the mouse is over.
  enum Place: Sendable, Equatable {
    /// A court, by its number from 0.
    case court(Int)
    /// The time bar of a replay.
    case timeBar
    /// The panel beside the courts.
    case panel
    case elsewhere
  }

  var place: Place
  /// The mouse's x in each court's field, pixels of the game; also where the mouse is not over that court.
  var fieldX: [Double]
  /// Where along the time bar it is, 0 to 1; also where it is not over it.
  var share: Double
  /// How far it moved since last time, pixels of the game.
  var moved: Double
  var button: Button
}

extension PersonInput {
  /// What a key does while it is held, by SDL's key code, as in `ViewerCommand(keyCode:)`.
  init?(keyCode: Int32, isDown: Bool, isRepeat: Bool = false) {
    switch keyCode {
    case Key.left, Key.a: self = .steer(.left, isDown: isDown, isRepeat: isRepeat)
    case Key.right, Key.d: self = .steer(.right, isDown: isDown, isRepeat: isRepeat)
    case Key.one...Key.six where isDown: self = .select(Int(keyCode - Key.one))
    default: return nil
    }
  }

  private enum Key {
    static let a: Int32 = 97
    static let d: Int32 = 100
    static let one: Int32 = 49
    static let six: Int32 = 54
    static let right: Int32 = 1 << 30 | 79
    static let left: Int32 = 1 << 30 | 80
  }
}
