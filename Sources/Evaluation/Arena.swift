import Agents
import Determinism
import PongEngine
import SequenceModels

/// Who looks on while plays are played, asked and told by any thread.
struct PlayWatch: Sendable {
  /// Whether to end at once; what is played is worth nothing then.
  var shouldStop: @Sendable () -> Bool = { false }
  /// So much more has been played, in plays: told every thousand steps or so.
  var played: @Sendable (Double) -> Void = { _ in }

  /// Plays that a thread has told of.
  struct Told {
    private var steps = 0
    private var plays = 0.0

    /// After each step.
    mutating func step(_ watch: PlayWatch, _ plays: () -> Double) {
      steps += 1
      if steps % 1024 == 0 { tell(watch, plays()) }
    }

    mutating func tell(_ watch: PlayWatch, _ plays: Double) {
      watch.played(plays - self.plays)
      self.plays = plays
    }
  }
}

/// Where a player meets serves: splits games, one for each generator of serves, into shards of lanes and plays those
/// on a team of threads. What a game comes to is a function of the player and its serves alone.
public struct Arena: Sendable {
  private enum Side {
    case network(any ModelWeights)
    /// Made anew for every game, from a seed.
    case policy(@Sendable (UInt64) -> any Policy)
  }

  /// Games that are worth playing at once.
  let batch: Int
  private let side: Side
  private let rules: Rules
  private let perturbation: Perturbation
  private let team: ThreadTeam
  private let watch: PlayWatch

  /// An arena for a player.
  /// - Parameter perturbation: what goes wrong in the game.
  init(
    _ player: Player, rules: RuleSet, _ perturbation: Perturbation = Perturbation(), _ team: ThreadTeam,
    _ watch: PlayWatch = PlayWatch()
  ) {
    let side: Side
    switch player {
    case .agent(let agent):
      let weights = agent.model.makeWeights()
      weights.load(agent.parameters)
      side = .network(weights)
    case .policy(_, let make): side = .policy(make)
    }
    self.init(side, rules, perturbation, team, watch)
  }

  /// An arena for a network whose weights are loaded already.
  public init(_ weights: any ModelWeights, rules: RuleSet, _ team: ThreadTeam) {
    self.init(.network(weights), rules, Perturbation(), team, PlayWatch())
  }

  private init(
    _ side: Side, _ rules: RuleSet, _ perturbation: Perturbation, _ team: ThreadTeam,
    _ watch: PlayWatch
  ) {
    self.side = side
    self.rules = Rules.preset(rules)
    self.perturbation = perturbation
    self.team = team
    self.watch = watch
    batch = team.threads * LanePlay.width
  }

  /// Plays sessions of `steps` steps and adds them up.
  public func totals(_ serves: [SeededGenerator], steps: Int) -> PlayTotals {
    sessions(serves, steps: steps, looksForCycle: false).reduce(PlayTotals()) { $0 + $1.totals }
  }

  /// Plays sessions of `steps` steps; records in the order of the serves.
  /// - Parameter looksForCycle: whether they are to say if they ended in limit cycles.
  func sessions(_ serves: [SeededGenerator], steps: Int, looksForCycle: Bool) -> [SessionRecord] {
    play(serves, SessionRecord(steps: steps, looksForCycle: looksForCycle), width: LanePlay.width)
  }

  /// Plays rounds, each from one serve with an empty memory to its miss or the cap. Some are a thousand
  /// times as long as others, so a thread gets its share at once and fills lanes that are done.
  func rounds(_ serves: [SeededGenerator]) -> [RoundRecord] {
    play(serves, RoundRecord(), width: max(serves.count, 1))
  }

  private func play<Record: PlayRecord>(
    _ serves: [SeededGenerator], _ start: Record, width: Int
  ) -> [Record] {
    let (side, rules, perturbation, watch) = (side, rules, perturbation, watch)
    return team.mapShards(serves, width: width) { serves in
      switch side {
      case .network(let weights):
        LanePlay.run(weights, rules: rules, serves: serves, start, perturbation, watch)
      case .policy(let make):
        serves.map { PolicyPlay.run(make, rules, $0, start, perturbation, watch) }
      }
    }
  }
}

/// Plays of a network side by side, a lane each.
enum LanePlay {
  /// Plays that are played at once.
  static let width = 64

  /// Plays one play from its start to its end for each generator of serves; worth nothing once the watch has
  /// stopped it. A lane that is done takes the next play; when there is none, those left move together on fewer
  /// lanes, as soon as that makes a step cheaper.
  static func run<Record: PlayRecord>(
    _ weights: any ModelWeights, rules: Rules, serves: [SeededGenerator], _ start: Record,
    _ perturbation: Perturbation = Perturbation(), _ watch: PlayWatch = PlayWatch()
  ) -> [Record] {
    var records = [Record](repeating: start, count: serves.count)
    guard !start.isOver else { return records }
    // Which play is on which lane.
    var plays = Array(serves.indices.prefix(width))
    var player = LanePlayer(weights, rules: rules, serves: plays.map { serves[$0] }, perturbation)
    var next = plays.count
    var open = plays.count
    var told = PlayWatch.Told()
    while open > 0, !watch.shouldStop() {
      if BatchPolicy.lanes(for: open) < player.lanes {
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
      told.step(watch) { records.reduce(0) { $0 + $1.share } }
    }
    told.tell(watch, records.reduce(0) { $0 + $1.share })
    return records
  }
}

/// Plays of a policy that is not a network; worth nothing once the watch has stopped it.
enum PolicyPlay {
  static func run<Record: PlayRecord>(
    _ make: (UInt64) -> any Policy, _ rules: Rules, _ generator: SeededGenerator, _ start: Record,
    _ perturbation: Perturbation = Perturbation(), _ watch: PlayWatch = PlayWatch()
  ) -> Record {
    var policy = make(generator.state[0])
    policy.reset()
    var session = Session(
      rules: perturbation.apply(to: rules), serves: SeededServes(generator: generator))
    var disturbance = Disturbance(perturbation, serves: generator)
    var record = start
    var told = PlayWatch.Told()
    while !record.isOver, !watch.shouldStop() {
      let action = policy.action(for: disturbance.view(session.observation))
      let event = session.step(disturbance.move(action))
      record.count(event, paddleX: session.observation.paddleX)
      told.step(watch) { record.share }
    }
    told.tell(watch, record.share)
    return record
  }
}
