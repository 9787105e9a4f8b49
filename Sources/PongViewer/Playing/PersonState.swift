/// What a person has in hand: a paddle or none, and how they steer it.
struct PersonState {
  /// The court whose paddle the person holds; nil for none.
  var court: Int?
  var steering = Steering()
  /// Whether the time bar of a replay is being dragged.
  var dragsTimeBar = false

  /// The court the mouse is in.
  private var mouseCourt: Int?
  /// How far the mouse has moved in that court without a rest, pixels of the game.
  private var travel = 0.0
  private var sinceMove = 0.0
  /// Seconds in which mouse and stick take no paddle, after one was given back.
  private var grace = 0.0
  /// Whether they may take one.
  var mayTake: Bool { grace == 0 }

  /// How far the mouse has to move in a court to take its paddle: more than a hand that rests on it.
  static let intendedTravel = 15.0

  /// Lets time pass.
  mutating func pass(_ elapsed: Double) {
    grace = max(0, grace - elapsed)
    sinceMove += elapsed
    if sinceMove > 0.5 { travel = 0 }
  }

  /// Takes note of a move; true if the person means the court they are in.
  mutating func notice(_ mouse: Mouse) -> Bool {
    guard case .court(let court) = mouse.place else {
      mouseCourt = nil
      return false
    }
    if court != mouseCourt { travel = 0 }
    mouseCourt = court
    sinceMove = 0
    travel += mouse.moved
    return mouse.button == .pressed || travel >= PersonState.intendedTravel && mayTake
  }

  /// Nothing held any more; the mouse has to move again to take a paddle.
  mutating func letGo() {
    court = nil
    steering.release()
    travel = 0
    grace = 1
  }
}
