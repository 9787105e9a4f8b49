import Determinism
import PongEngine
import SequenceModels

/// Where a player meets the serves of an evaluation: splits sessions into shards of lanes and plays those on
/// a team of threads.
struct Arena {
  /// Sessions that are worth playing at once.
  let batch: Int
  private let player: Player
  private let weights: (any ModelWeights)?
  private let settings: EvaluationSettings
  private let rules: Rules
  private let team: ThreadTeam
  private let shouldStop: @Sendable () -> Bool

  /// - Parameter shouldStop: whether to end at once; what is played is worth nothing then.
  init(
    _ player: Player, _ settings: EvaluationSettings, _ team: ThreadTeam,
    shouldStop: @escaping @Sendable () -> Bool = { false }
  ) {
    self.shouldStop = shouldStop
    self.player = player
    self.settings = settings
    self.team = team
    rules = Rules.preset(settings.rules)
    batch = team.threads * LanePlay.width
    if case .agent(let agent) = player {
      let weights = agent.model.makeWeights()
      weights.load(agent.parameters)
      self.weights = weights
    } else {
      weights = nil
    }
  }

  /// The serves of one try of a session; training draws from other streams.
  static func generator(_ key: SessionKey, seed: UInt64) -> SeededGenerator {
    SeededGenerator(seed: seed).split("evaluation").split(UInt64(key.session)).split(UInt64(key.attempt))
  }

  private func generator(_ key: SessionKey) -> SeededGenerator {
    Arena.generator(key, seed: settings.seed)
  }

  /// Plays sessions of fixed length; records in the order of the keys.
  func play(_ keys: [SessionKey], paddles: Bool) -> [SessionRecord] {
    play(keys, SessionRecord(steps: settings.steps, paddles: paddles), shards: LanePlay.width)
  }

  /// Plays rounds, each from one serve with an empty memory to its miss or the cap. Some are a thousand
  /// times as long as others, so a thread gets its share at once and fills lanes that are done.
  func playRounds(_ count: Int) -> [RoundRecord] {
    play((0..<count).map { SessionKey(session: $0, attempt: 0) }, RoundRecord(), shards: count)
  }

  private func play<Record: PlayRecord>(
    _ keys: [SessionKey], _ start: Record, shards width: Int
  ) -> [Record] {
    let (player, weights, rules, stop) = (player, weights, rules, shouldStop)
    return team.mapShards(keys.map(generator), width: max(width, 1)) { serves in
      if let weights {
        return LanePlay.run(weights, rules: rules, serves: serves, start, shouldStop: stop)
      }
      return serves.map { PolicyPlay.run(player.makePolicy(seed:), rules, $0, start) }
    }
  }
}

/// Plays of a network side by side, a lane each.
enum LanePlay {
  /// Plays that are played at once.
  static let width = 64

  /// Plays one play from its start to its end for each generator of serves; worth nothing once `shouldStop` has
  /// said so. A lane that is done takes the next play; when there is none, those left move together on fewer
  /// lanes, as soon as that makes a step cheaper.
  static func run<Record: PlayRecord>(
    _ weights: any ModelWeights, rules: Rules, serves: [SeededGenerator], _ start: Record,
    shouldStop: () -> Bool = { false }
  ) -> [Record] {
    var records = [Record](repeating: start, count: serves.count)
    guard !start.isOver else { return records }
    // Which play is on which lane.
    var plays = Array(serves.indices.prefix(width))
    var player = LanePlayer(weights, rules: rules, serves: plays.map { serves[$0] })
    var next = plays.count
    var open = plays.count
    while open > 0, !shouldStop() {
      if LanePlayer.lanes(for: open) < player.lanes {
        let kept = plays.indices.filter { !records[plays[$0]].isOver }
        player = player.keeping(kept)
        plays = kept.map { plays[$0] }
      }
      player.step()
      for (lane, play) in plays.enumerated() where !records[play].isOver {
        let event = Event(rawValue: player.games.events[lane]) ?? .none
        records[play].count(event, paddleX: player.games.observation(lane).paddleX)
        guard records[play].isOver else { continue }
        if next < serves.count {
          player.start(lane, serves: serves[next])
          plays[lane] = next
          next += 1
        } else {
          open -= 1
        }
      }
    }
    return records
  }
}

/// Plays of a policy that is not a network.
enum PolicyPlay {
  static func run<Record: PlayRecord>(
    _ make: (UInt64) -> any Policy, _ rules: Rules, _ generator: SeededGenerator, _ start: Record
  ) -> Record {
    var policy = make(generator.state[0])
    policy.reset()
    var session = Session(rules: rules, serves: SeededServes(generator: generator))
    var record = start
    while !record.isOver {
      let event = session.step(policy.action(for: session.observation))
      record.count(event, paddleX: session.observation.paddleX)
    }
    return record
  }
}
