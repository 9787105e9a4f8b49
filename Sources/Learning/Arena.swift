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
    batch = team.threads * SessionPlay.width
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
    let (player, weights, rules, steps, stop) = (player, weights, rules, settings.steps, shouldStop)
    return team.mapShards(keys.map(generator), width: SessionPlay.width) { serves in
      if let weights {
        return SessionPlay.run(
          weights, rules: rules, serves: serves, steps: steps, paddles: paddles, shouldStop: stop)
      }
      return serves.map { PolicyPlay.session(player.makePolicy(seed:), rules, $0, steps, paddles: paddles) }
    }
  }

  /// Plays rounds, each from one serve with an empty memory to its miss or the cap.
  func playRounds(_ count: Int) -> [RoundRecord] {
    let (player, weights, rules, stop) = (player, weights, rules, shouldStop)
    let serves = (0..<count).map { generator(SessionKey(session: $0, attempt: 0)) }
    return team.mapShards(serves, width: SessionPlay.width) { serves in
      if let weights { return RoundPlay.run(weights, rules: rules, serves: serves, shouldStop: stop) }
      return serves.map { PolicyPlay.round(player.makePolicy(seed:), rules, $0) }
    }
  }
}

/// What one round came to.
struct RoundRecord: Sendable, Equatable {
  var catches = 0
  var steps = 0
}

/// Rounds of a network, side by side; a lane that is done takes the next round.
enum RoundPlay {
  static func run(
    _ weights: any ModelWeights, rules: Rules, serves: [SeededGenerator],
    shouldStop: () -> Bool = { false }
  ) -> [RoundRecord] {
    let lanes = min(serves.count, SessionPlay.width)
    let player = LanePlayer(weights, rules: rules, serves: Array(serves[..<lanes]))
    var records = [RoundRecord](repeating: RoundRecord(), count: serves.count)
    var rounds: [Int?] = Array(0..<lanes)
    var next = lanes
    while rounds.contains(where: { $0 != nil }), !shouldStop() {
      player.step()
      for lane in 0..<lanes {
        guard let round = rounds[lane] else { continue }
        let event = Event(rawValue: player.games.events[lane]) ?? .none
        records[round].steps += 1
        if event == .catch { records[round].catches += 1 }
        guard event == .miss || records[round].catches >= EvaluationSettings.roundCap else { continue }
        rounds[lane] = next < serves.count ? next : nil
        if next < serves.count {
          player.start(lane, serves: serves[next])
          next += 1
        }
      }
    }
    return records
  }
}

/// Sessions and rounds of a policy that is not a network.
enum PolicyPlay {
  static func session(
    _ make: (UInt64) -> any Policy, _ rules: Rules, _ generator: SeededGenerator, _ steps: Int, paddles: Bool
  ) -> SessionRecord {
    var policy = make(generator.state[0])
    policy.reset()
    var session = Session(rules: rules, serves: SeededServes(generator: generator))
    var record = SessionRecord()
    for _ in 0..<steps {
      record.count(session.step(policy.action(for: session.observation)))
      if paddles { record.paddlePath.append(Int16(session.observation.paddleX)) }
    }
    return record
  }

  static func round(
    _ make: (UInt64) -> any Policy, _ rules: Rules, _ generator: SeededGenerator
  ) -> RoundRecord {
    var policy = make(generator.state[0])
    policy.reset()
    var session = Session(rules: rules, serves: SeededServes(generator: generator))
    while session.misses == 0 && session.catches < EvaluationSettings.roundCap {
      session.step(policy.action(for: session.observation))
    }
    return RoundRecord(catches: session.catches, steps: session.steps)
  }
}
