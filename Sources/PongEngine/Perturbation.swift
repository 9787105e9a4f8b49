import Determinism

/// What goes wrong in play, and how often (reference.md, section 8). It acts in play only, never in training.
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

  /// The rules with the ball's speed changed.
  public func apply(to rules: Rules) -> Rules { rules.scaled(speed: speed) }

  /// What can go wrong, by the names and in the order in which it is written.
  public enum Kind: String, CaseIterable, Sendable {
    case bits, drop, delay, speed, paddle, neurons, edges

    /// How strong it may be.
    public var range: ClosedRange<Double> {
      switch self {
      case .delay: 0...1000
      case .speed: 0.25...3
      case .bits, .drop, .paddle, .neurons, .edges: 0...1
      }
    }
  }

  /// What goes wrong.
  public var kinds: [Kind] {
    let none = Perturbation()
    return Kind.allCases.filter { self[$0] != none[$0] }
  }

  /// How strong it is; a delay is a whole number.
  public subscript(kind: Kind) -> Double {
    get {
      switch kind {
      case .bits: bits
      case .drop: drop
      case .delay: Double(delay)
      case .speed: speed
      case .paddle: paddle
      case .neurons: neurons
      case .edges: edges
      }
    }
    set {
      switch kind {
      case .bits: bits = newValue
      case .drop: drop = newValue
      case .delay: delay = Int(newValue)
      case .speed: speed = newValue
      case .paddle: paddle = newValue
      case .neurons: neurons = newValue
      case .edges: edges = newValue
      }
    }
  }
}

extension Rules {
  /// The same game with another ball speed, at the serve and at most; rounded to whole units a step, at least one.
  public func scaled(speed factor: Double) -> Rules {
    guard factor != 1 else { return self }
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
  private var late: DelayLine<Observation>
  private var last: Observation?

  /// A session about to start.
  /// - Parameter serves: the session's own generator.
  public init(_ perturbation: Perturbation, serves: SeededGenerator) {
    self.perturbation = perturbation
    late = DelayLine(delay: perturbation.delay)
    let generator = serves.split("perturbation")
    (views, moves) = (generator.split("views"), generator.split("moves"))
  }

  /// What the player sees where `observation` is to be seen: first it is late (at the start of a session the first one
  /// is seen until there is an older one), then it may be the last view again, then bits are flipped.
  public mutating func view(_ observation: Observation) -> Observation {
    var seen = observation
    if perturbation.delay > 0 { seen = late.push(observation) }
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
