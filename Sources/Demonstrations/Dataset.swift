import PongEngine

/// Where a demonstration comes from: all it takes to make generated data again.
public struct DatasetMetadata: Sendable, Equatable {
  /// The rules it was played by.
  public var ruleSet: RuleSet
  /// Who played: the name of an `Expert`, or "human", "unknown" ...
  public var expert: String
  /// The seed of serves and player; 0 where there was none.
  public var seed: UInt64
  /// `engineVersion` of the engine it was played on.
  public var engineVersion: Int
  /// What the paddle bits of its rows show.
  public var alignment: PaddleAlignment

  /// Metadata of a demonstration made here and now, unless said otherwise.
  public init(
    ruleSet: RuleSet = .reference, expert: String, seed: UInt64 = 0,
    engineVersion: Int = PongEngine.engineVersion, alignment: PaddleAlignment = .beforeMove
  ) {
    self.ruleSet = ruleSet
    self.expert = expert
    self.seed = seed
    self.engineVersion = engineVersion
    self.alignment = alignment
  }
}

/// An unbroken stretch of play: row t is an observation and the action of the same step.
public struct Episode: Sendable, Equatable {
  /// What was seen, or recorded (see `PaddleAlignment`), one a step.
  public private(set) var observations: [Observation]
  /// What was done, one a step.
  public private(set) var actions: [Action]
  /// The seed of its serves (`SeededServes(seed:)`) if it was recorded from a first serve on; nil where the
  /// dataset's metadata say how it was made, or nothing does. The text form does not keep it.
  public var seed: UInt64?

  /// An episode from its two columns, which must be of the same length.
  public init(observations: [Observation] = [], actions: [Action] = [], seed: UInt64? = nil) {
    precondition(
      observations.count == actions.count,
      "Episode: \(observations.count) observations but \(actions.count) actions")
    self.observations = observations
    self.actions = actions
    self.seed = seed
  }

  /// Number of steps.
  public var count: Int { actions.count }

  /// Adds a step.
  public mutating func append(_ observation: Observation, _ action: Action) {
    observations.append(observation)
    actions.append(action)
  }

  /// Makes room for this many steps.
  public mutating func reserveCapacity(_ count: Int) {
    observations.reserveCapacity(count)
    actions.reserveCapacity(count)
  }
}

/// A demonstration: episodes, verbatim, and where they come from.
public struct Dataset: Sendable, Equatable {
  /// Where it comes from and what its rows show.
  public var metadata: DatasetMetadata
  /// The stretches of play, in order.
  public var episodes: [Episode]

  /// A demonstration from its parts.
  public init(metadata: DatasetMetadata, episodes: [Episode]) {
    self.metadata = metadata
    self.episodes = episodes
  }

  /// Steps in all episodes.
  public var count: Int { episodes.reduce(0) { $0 + $1.count } }
}
