import Determinism

/// What goes wrong in play, and how often (reference.md, section 9). It acts in play only, never in training.
public struct Perturbation: Sendable, Equatable {
  /// The probability that a bit of the view is flipped, each for itself.
  public var bits = 0.0
  /// The probability that a step's view repeats the last one.
  public var drop = 0.0
  /// Steps by which the view is old.
  public var delay = 0
  /// What the ball's speed, at the serve and at most, is multiplied by.
  public var speed = 1.0
  /// The probability that the paddle stays whatever the action.
  public var paddle = 0.0
  /// The fraction of a network's neurons that are silenced, and of its edges, for the whole evaluation.
  public var neurons = 0.0
  public var edges = 0.0

  /// Nothing goes wrong.
  public init() {}

  /// Whether nothing goes wrong in the game; the network may be damaged.
  public var leavesTheGame: Bool {
    var other = self
    (other.neurons, other.edges) = (0, 0)
    return other == Perturbation()
  }

  /// Whether the network is damaged.
  public var isLesion: Bool { neurons > 0 || edges > 0 }

  /// The rules with the ball's speed changed: whole units a step, at least one.
  public func apply(to rules: Rules) -> Rules { speed == 1 ? rules : rules.scaled(speed: speed) }
}

extension Rules {
  /// The same game with another ball speed, at the serve and at most; rounded to whole units a step.
  func scaled(speed factor: Double) -> Rules {
    func scaled(_ speed: Int32) -> Int32 { max(1, Int32((Double(speed) * factor).rounded())) }
    return Rules(
      ruleSet: ruleSet, unitsPerPixel: unitsPerPixel, fieldWidth: fieldWidth, fieldHeight: fieldHeight,
      paddleWidth: paddleWidth, paddleHeight: paddleHeight, paddleY: paddleY, paddleStartX: paddleStartX,
      paddleSpeed: paddleSpeed, ballSize: ballSize, serveSpeed: scaled(serveSpeed), speedGain: speedGain,
      maximumSpeed: scaled(maximumSpeed))
  }
}

/// A perturbation at work in one session: what is drawn depends on the session's generator and the step alone, not on who
/// plays.
public struct Disturbance: Sendable {
  private let perturbation: Perturbation
  private var views: SeededGenerator
  private var moves: SeededGenerator
  /// The last `delay` observations, the oldest first.
  private var waiting: [Observation] = []
  private var last: Observation?

  /// A session about to start.
  /// - Parameter serves: the session's own generator.
  public init(_ perturbation: Perturbation, serves: SeededGenerator) {
    self.perturbation = perturbation
    let generator = serves.split("perturbation")
    (views, moves) = (generator.split("views"), generator.split("moves"))
  }

  /// What the player sees where `observation` is to be seen: first it is late (at the start of a session the first one
  /// is seen until there is an older one), then it may be the last view again, then bits are flipped.
  public mutating func view(_ observation: Observation) -> Observation {
    var seen = observation
    if perturbation.delay > 0 {
      waiting.append(observation)
      seen = waiting.count > perturbation.delay ? waiting.removeFirst() : waiting[0]
    }
    if perturbation.drop > 0 {
      // Drawn in the first step too, which has nothing to repeat.
      if views.bernoulli(perturbation.drop), let last { seen = last }
      last = seen
    }
    guard perturbation.bits > 0 else { return seen }
    var flips: UInt32 = 0
    for bit in 0..<Observation.count where views.bernoulli(perturbation.bits) {
      flips |= 1 << UInt32(Observation.count - 1 - bit)
    }
    return Observation(bits: seen.bits ^ flips)
  }

  /// What the paddle does where the player does `action`.
  public mutating func move(_ action: Action) -> Action {
    perturbation.paddle > 0 && moves.bernoulli(perturbation.paddle) ? .stay : action
  }
}
