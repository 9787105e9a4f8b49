/// What a key asks for.
public enum ViewerCommand: Sendable, Equatable, CaseIterable {
  /// Stop or go on.
  case togglePause
  /// Play one step and stay paused.
  case singleStep
  /// The next speed up.
  case faster
  /// The next speed down.
  case slower
  /// The same serves from the start.
  case restart
  /// Other serves from the start.
  case nextSeed
  /// Take the paddle from the agent, or give it back.
  case takeOrGive
  /// Choose the next court.
  case selectNext
  /// Save the session so far as a replay.
  case save
  /// One step back, in a replay.
  case stepBack
  /// The start of a replay.
  case goToStart
  /// The end of a replay.
  case goToEnd
  /// Show or hide what goes on inside the selected player.
  case toggleInside
  /// Silence the neuron that is looked at, or let it speak again; with none, let all speak.
  case silence
  /// More of what goes wrong for the agents, and after the most none.
  case disturb
  /// Choose what that is.
  case chooseDisturbance
  /// Sounds off or on.
  case toggleMute
  /// Show or hide the keys.
  case toggleHelp
  /// Fill the screen or go back to a window.
  case toggleFullScreen
  /// Hide the keys if they are shown, else quit.
  case escape
  /// Quit.
  case quit

  /// The command of a key, by SDL's key code: the character the key types without modifiers in the user's
  /// layout, or a number beyond 2^30 for keys that type none.
  public init?(keyCode: Int32) {
    switch keyCode {
    case Key.space: self = .togglePause
    case Key.character("."), Key.character(">"): self = .singleStep
    // "+" is the shifted "=" on many layouts.
    case Key.character("+"), Key.character("="), Key.keypadPlus: self = .faster
    case Key.character("-"), Key.keypadMinus: self = .slower
    case Key.character("r"): self = .restart
    case Key.character("n"): self = .nextSeed
    case Key.character("t"): self = .takeOrGive
    case Key.tab: self = .selectNext
    case Key.character("s"): self = .save
    case Key.character(","), Key.character("<"): self = .stepBack
    case Key.home: self = .goToStart
    case Key.end: self = .goToEnd
    case Key.character("g"): self = .toggleInside
    case Key.character("x"): self = .silence
    case Key.character("v"): self = .disturb
    case Key.character("b"): self = .chooseDisturbance
    case Key.character("h"), Key.character("?"), Key.f1: self = .toggleHelp
    case Key.character("m"): self = .toggleMute
    case Key.character("f"), Key.f11: self = .toggleFullScreen
    case Key.escape: self = .escape
    case Key.character("q"): self = .quit
    default: return nil
    }
  }

  private enum Key {
    static let tab: Int32 = 9
    static let space: Int32 = 32
    static let escape: Int32 = 27
    static let f1: Int32 = 1 << 30 | 58
    static let f11: Int32 = 1 << 30 | 68
    static let home: Int32 = 1 << 30 | 74
    static let end: Int32 = 1 << 30 | 77
    static let keypadMinus: Int32 = 1 << 30 | 86
    static let keypadPlus: Int32 = 1 << 30 | 87

    static func character(_ character: Unicode.Scalar) -> Int32 { Int32(character.value) }
  }
}

/// What a command asks of the window, after the model has done its own part.
public enum WindowRequest: Sendable, Equatable {
  /// Nothing.
  case none
  /// Fill the screen or go back.
  case toggleFullScreen
  /// Save the replay.
  case save
  /// Close.
  case quit
}
