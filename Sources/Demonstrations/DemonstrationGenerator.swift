import Determinism
import PongEngine
import Synchronization

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

  /// What its datasets say of themselves.
  public var metadata: DatasetMetadata {
    let name = noise > 0 ? "\(name)\(DemonstrationGenerator.noiseMark)\(noise)" : name
    return DatasetMetadata(ruleSet: ruleSet, expert: name, seed: seed)
  }

  /// Between a player's name and the noise.
  private static let noiseMark = ", noise "

  /// The generator of a dataset; nil where no expert of this program played it.
  init?(of metadata: DatasetMetadata) {
    let parts = metadata.expert.split(separator: DemonstrationGenerator.noiseMark, maxSplits: 1)
    guard let name = parts.first, let expert = Expert(name: String(name)) else { return nil }
    let noise = parts.count > 1 ? Double(parts[1]) ?? -1 : 0
    self.init(expert: expert, ruleSet: metadata.ruleSet, seed: metadata.seed, noise: noise)
    // Only what it would say itself: "tracker, noise 0.10" is somebody else's.
    guard (0...1).contains(noise), self.metadata.expert == metadata.expert else { return nil }
  }

  /// One episode of `frames` steps, as the expert saw them. The same inputs give the same rows.
  /// - Parameter shouldStop: whether to give up; what is made is worth nothing then.
  public func dataset(frames: Int, shouldStop: @Sendable () -> Bool = { false }) -> Dataset {
    dataset(lengths: [frames], shouldStop: shouldStop)
  }

  /// Independent episodes of the given lengths, each from a serve of its own by a fresh expert.
  /// - Parameter shouldStop: whether to give up; what is made is worth nothing then.
  public func dataset(
    lengths: [Int], on team: ThreadTeam = ThreadTeam(), shouldStop: @Sendable () -> Bool = { false }
  ) -> Dataset {
    let episodes = Mutex(
      lengths.map { length in
        var episode = Episode()
        episode.reserveCapacity(length)
        return episode
      })
    team.forEach(lengths.count) { number in
      _ = play(number, of: lengths.count, steps: lengths[number]) { rows in
        episodes.withLock { $0[number].append(rows: rows) }
        return !shouldStop()
      }
    }
    return Dataset(metadata: metadata, episodes: episodes.withLock { $0 })
  }

  /// Plays episodes of a dataset on all threads, and hands their rows to `take` in their order. Constant memory: no
  /// thread is further ahead than an episode or `blocksAhead` blocks.
  ///
  /// - Parameters:
  ///   - range: numbers of the episodes.
  ///   - episodes: episodes of the whole dataset.
  ///   - lengths: steps of those of `range`.
  ///   - take: takes in the next rows, as they stand in a `.pong` file, 65,536 at most; called by one thread at a time.
  ///   - afterEpisode: called by the thread that has played an episode, when its rows are taken or wait to be; the
  ///     others play on meanwhile.
  /// - Returns: whether all were played, rather than stopped.
  /// - Throws: what `take` and `afterEpisode` throw.
  public func play(
    _ range: Range<Int>, of episodes: Int, lengths: [Int], on team: ThreadTeam,
    shouldStop: @Sendable () -> Bool = { false }, take: @escaping @Sendable ([UInt32]) throws -> Void,
    afterEpisode: @Sendable () throws -> Void = {}
  ) throws -> Bool {
    precondition(range.count == lengths.count, "DemonstrationGenerator: \(range) of \(lengths.count) lengths")
    let handover = OrderedHandover<[UInt32]>(limit: DemonstrationGenerator.blocksAhead * team.threads) {
      _, rows in
      try take(rows)
    }
    let isStopped = Atomic(false)
    team.forEach(range.count) { piece in
      guard !isStopped.load(ordering: .relaxed) else { return }
      let isWhole = play(range.lowerBound + piece, of: episodes, steps: lengths[piece]) { rows in
        // Asked first: a player that has failed has made nothing of these rows.
        !shouldStop() && handover.put(rows, of: piece)
      }
      do {
        if isWhole {
          handover.finish(piece)
          try afterEpisode()
          return
        }
        handover.stop()
      } catch {
        handover.fail(error)
      }
      isStopped.store(true, ordering: .relaxed)
    }
    try handover.check()
    return !isStopped.load(ordering: .relaxed)
  }

  /// Blocks that wait for their turn, a thread: an episode of a million steps.
  private static let blocksAhead = 16

  /// Plays one episode, block by block.
  /// - Returns: whether to its end; `take` says whether to go on.
  private func play(_ number: Int, of episodes: Int, steps: Int, _ take: ([UInt32]) -> Bool) -> Bool {
    var player = player(ofEpisode: number, of: episodes)
    var left = steps
    while left > 0 {
      let rows = player.rows(min(left, DatasetReader.blockRows))
      left -= rows.count
      guard take(rows) else { return false }
    }
    return true
  }

  /// Who plays an episode of a dataset. A single one has the generator's own seed.
  func player(ofEpisode number: Int, of episodes: Int) -> EpisodePlayer {
    let rules = Rules.preset(ruleSet)
    let root = SeededGenerator(seed: seed)
    let (serves, players, coins) = (root.split("serves"), root.split("players"), root.split("noise"))
    let isSingle = episodes == 1
    return EpisodePlayer(
      makePolicy(isSingle ? seed : players.split(UInt64(number)).state[0]), rules: rules,
      serves: SeededServes(generator: isSingle ? serves : serves.split(UInt64(number))), noise: noise,
      coins: isSingle ? coins : coins.split(UInt64(number)))
  }
}
