import Determinism
import PongEngine

/// Lets an expert, or anyone else, play and keeps what they saw and did.
public struct DemonstrationGenerator: Sendable {
  /// The name of who plays.
  public var name: String
  /// Makes who plays, from a seed.
  public var makePolicy: @Sendable (UInt64) -> any Policy
  /// By which rules.
  public var ruleSet: RuleSet
  /// Decides the serves and the expert's variation, each by a stream of its own.
  public var seed: UInt64
  /// The probability that the paddle's move is drawn from the three instead of being the expert's. Rows say what the
  /// expert would have done all the same, so they show how it gets back (DART, Laskey et al. 2017).
  public var noise: Double

  /// A generator of an expert's demonstrations.
  public init(expert: Expert, ruleSet: RuleSet = .reference, seed: UInt64, noise: Double = 0) {
    self.init(name: expert.name, ruleSet: ruleSet, seed: seed, noise: noise) {
      expert.policy(rules: Rules.preset(ruleSet), seed: $0)
    }
  }

  /// A generator of anyone's demonstrations.
  public init(
    name: String, ruleSet: RuleSet, seed: UInt64, noise: Double = 0,
    makePolicy: @escaping @Sendable (UInt64) -> any Policy
  ) {
    self.name = name
    self.makePolicy = makePolicy
    self.ruleSet = ruleSet
    self.seed = seed
    self.noise = noise
  }

  /// One episode of `frames` steps, as the expert saw them. The same inputs give the same rows.
  /// - Parameter shouldStop: whether to give up; what is made is worth nothing then.
  public func dataset(frames: Int, shouldStop: () -> Bool = { false }) -> Dataset {
    precondition(frames >= 0, "DemonstrationGenerator: \(frames) frames")
    let rules = Rules.preset(ruleSet)
    let root = SeededGenerator(seed: seed)
    var session = Session(rules: rules, serves: SeededServes(generator: root.split("serves")))
    var policy = makePolicy(seed)
    var coins = root.split("noise")
    let episode = DemonstrationGenerator.record(&policy, &session, frames, shouldStop: shouldStop) { action in
      guard noise > 0, coins.bernoulli(noise) else { return action }
      return Action.allCases[coins.uniform(below: Action.allCases.count)]
    }
    let metadata = DatasetMetadata(
      ruleSet: ruleSet, expert: noise > 0 ? "\(name), disturbed" : name, seed: seed)
    return Dataset(metadata: metadata, episodes: [episode])
  }

  /// Independent episodes of the given lengths, which noise does not disturb, each from a serve of its own by a fresh
  /// expert, played side by side on the batch engine. One length gives the same as `dataset(frames:)`.
  /// - Parameter shouldStop: whether to give up; what is made is worth nothing then.
  public func dataset(lengths: [Int], shouldStop: () -> Bool = { false }) -> Dataset {
    precondition(noise == 0, "DemonstrationGenerator: noise \(noise) for several episodes")
    guard lengths.count != 1 else { return dataset(frames: lengths[0], shouldStop: shouldStop) }
    let rules = Rules.preset(ruleSet)
    let root = SeededGenerator(seed: seed)
    let (serves, players) = (root.split("serves"), root.split("players"))
    let games = BatchEngine(rules: rules, serves: lengths.indices.map { serves.split(UInt64($0)) })
    var policies: [any Policy] = lengths.indices.map {
      makePolicy(players.split(UInt64($0)).state[0])
    }
    var episodes = [Episode](repeating: Episode(), count: lengths.count)
    for game in lengths.indices { episodes[game].reserveCapacity(lengths[game]) }
    for game in lengths.indices { policies[game].reset() }
    for step in 0..<(lengths.max() ?? 0) where !shouldStop() {
      for game in lengths.indices where step < lengths[game] {
        let observation = games.observation(game)
        let action = policies[game].action(for: observation)
        episodes[game].append(observation, action)
        games.actions[game] = action.rawValue
      }
      games.step()
    }
    let metadata = DatasetMetadata(ruleSet: ruleSet, expert: name, seed: seed)
    return Dataset(metadata: metadata, episodes: episodes)
  }

  /// Lets any policy play on in a session, and keeps what it saw and would do.
  /// - Parameter done: what is done where the policy says an action.
  public static func record(
    _ policy: inout some Policy, _ session: inout Session<some ServeSource>, _ frames: Int,
    shouldStop: () -> Bool = { false }, done: (Action) -> Action = { $0 }
  ) -> Episode {
    var episode = Episode()
    episode.reserveCapacity(frames)
    policy.reset()
    for _ in 0..<frames where !shouldStop() {
      let observation = session.observation
      let action = policy.action(for: observation)
      episode.append(observation, action)
      session.step(done(action))
    }
    return episode
  }
}
