import PongEngine

/// A session as it was watched or played: seeds and actions, from which every state follows.
///
/// All courts of a part meet the serves of `SeededServes(seed:)`, so the actions are all that needs keeping:
/// two bits a step and court, 900 bytes a minute.
public struct Replay: Sendable, Equatable {
  /// What was played in one court.
  public struct Track: Sendable, Equatable {
    /// One action a step.
    public var actions: ActionColumn
    /// Who held the paddle.
    public var hands: HandColumn

    /// A track with nothing played yet.
    public init(hand: Hand = .agent) {
      actions = ActionColumn()
      hands = HandColumn(first: hand)
    }
  }

  /// An unbroken stretch from a first serve on: a start, a restart or another seed begins a new one.
  public struct Part: Sendable, Equatable {
    /// Decides the serves.
    public var seed: UInt64
    /// What the ball's speed is multiplied by (`Perturbation.speed`).
    public var speed: Double
    /// One for every court, all of the same number of steps.
    public var tracks: [Track]

    /// A part from its tracks.
    public init(seed: UInt64, speed: Double = 1, tracks: [Track]) {
      self.seed = seed
      self.speed = speed
      self.tracks = tracks
    }

    /// Number of steps.
    public var count: Int { tracks.first?.actions.count ?? 0 }
  }

  /// The rules of all courts.
  public var ruleSet: RuleSet
  /// `engineVersion` of the engine it was played on.
  public var engineVersion: Int
  /// The name of the player of every court, at least one.
  public var names: [String]
  /// The stretches of play, in order.
  public var parts: [Part]

  /// Most courts of a session.
  public static let mostCourts = 6
  /// Most steps of all parts together: 77 hours at normal speed, 4 MiB a court.
  public static let mostSteps = 1 << 24

  /// A session of players by their names.
  public init(
    ruleSet: RuleSet, engineVersion: Int = PongEngine.engineVersion, names: [String], parts: [Part] = []
  ) {
    precondition(
      (1...Replay.mostCourts).contains(names.count),
      "Replay: \(names.count) courts, expected 1 to \(Replay.mostCourts)")
    self.ruleSet = ruleSet
    self.engineVersion = engineVersion
    self.names = names
    self.parts = parts
  }

  /// The rules that a part was played by.
  public func rules(of part: Part) -> Rules { Rules.preset(ruleSet).scaled(speed: part.speed) }

  /// Steps of all parts together.
  public var count: Int { parts.reduce(0) { $0 + $1.count } }
}

/// Actions, two bits each, four to a byte from the lowest bits up.
public struct ActionColumn: Sendable, Equatable {
  /// The packed actions; unused bits of the last byte are zero.
  public private(set) var bytes: [UInt8]
  /// Number of actions.
  public private(set) var count: Int

  /// No actions yet.
  public init() {
    bytes = []
    count = 0
  }

  /// Packed actions; nil if the bytes are not those of `count` actions.
  public init?(bytes: some Collection<UInt8>, count: Int) {
    guard count >= 0, bytes.count == ActionColumn.bytes(count) else { return nil }
    self.bytes = Array(bytes)
    self.count = count
    // Two set bits side by side name no action; beyond the last action nothing is set.
    guard self.bytes.allSatisfy({ $0 & $0 >> 1 & 0x55 == 0 }) else { return nil }
    if count % 4 > 0, let last = self.bytes.last, last >> UInt8(2 * (count % 4)) != 0 { return nil }
  }

  /// Bytes that a number of actions takes.
  public static func bytes(_ count: Int) -> Int { count / 4 + (count % 4 > 0 ? 1 : 0) }

  /// The action of a step.
  public subscript(step: Int) -> Action {
    precondition(step < count, "ActionColumn: step \(step) of \(count)")
    return Action(rawValue: bytes[step / 4] >> UInt8(2 * (step % 4)) & 3) ?? .stay
  }

  /// Adds an action.
  public mutating func append(_ action: Action) {
    if count % 4 == 0 { bytes.append(0) }
    bytes[count / 4] |= action.rawValue << UInt8(2 * (count % 4))
    count += 1
  }
}

/// Who held a paddle, as the steps at which it changed hands.
public struct HandColumn: Sendable, Equatable {
  /// The hand of the first step.
  public private(set) var first: Hand
  /// The first steps of the other hand, then of the first again and so on; ascending.
  public private(set) var changes: [Int]

  /// The same hand all the time.
  public init(first: Hand) {
    self.first = first
    changes = []
  }

  /// A hand that changes before the steps given; nil unless they ascend from 1.
  public init?(first: Hand, changes: [Int]) {
    guard changes.first ?? 1 >= 1, zip(changes, changes.dropFirst()).allSatisfy({ $0 < $1 }) else {
      return nil
    }
    self.first = first
    self.changes = changes
  }

  /// The hand of a step.
  public subscript(step: Int) -> Hand {
    // How many changes lie at or before the step, by bisection.
    var (low, high) = (0, changes.count)
    while low < high {
      let middle = (low + high) / 2
      if changes[middle] <= step { low = middle + 1 } else { high = middle }
    }
    return low % 2 == 0 ? first : HandColumn.other(first)
  }

  /// Notes the hand of step `step`, which comes after all that are noted.
  public mutating func append(_ hand: Hand, step: Int) {
    if step == 0 {
      first = hand
    } else if hand != (changes.count % 2 == 0 ? first : HandColumn.other(first)) {
      changes.append(step)
    }
  }

  private static func other(_ hand: Hand) -> Hand { hand == .agent ? .person : .agent }
}

/// Who holds a paddle.
public enum Hand: UInt8, CaseIterable, Sendable {
  /// The agent or expert of the court.
  case agent = 0
  /// A person, with keys, mouse or gamepad.
  case person = 1
}
