import Agents
import CInterface
import Determinism
import Evaluation
import PongEngine
import Testing

@Suite("Games for other languages")
struct VectorGamesTests {
  /// What steps write, for `count` games.
  final class Buffers {
    let observations: UnsafeMutablePointer<Int8>
    let rewards: UnsafeMutablePointer<Double>
    let terminated: UnsafeMutablePointer<UInt8>
    let truncated: UnsafeMutablePointer<UInt8>
    let last: UnsafeMutablePointer<Int8>

    init(_ count: Int) {
      observations = .allocate(capacity: 24 * count)
      rewards = .allocate(capacity: count)
      terminated = .allocate(capacity: count)
      truncated = .allocate(capacity: count)
      last = .allocate(capacity: 24 * count)
      truncated.initialize(repeating: 0, count: count)
    }

    deinit {
      observations.deallocate()
      rewards.deallocate()
      terminated.deallocate()
      truncated.deallocate()
      last.deallocate()
    }

    func games(_ rules: RuleSet, _ count: Int, limit: Int32, endsAtMiss: Bool) throws
      -> UnsafeMutableRawPointer
    {
      try #require(
        makeGames(
          rules: Int32(rules.rawValue), count: count, limit: limit, endsAtMiss: endsAtMiss ? 1 : 0,
          autoreset: 0,
          isDrawn: 0, observations: observations, rewards: rewards, terminated: terminated,
          truncated: truncated,
          finalObservations: last))
    }
  }

  /// A player through these functions is the one of an evaluation: the same sessions, the same catches and misses.
  @Test(arguments: [("tnd", RuleSet.reference), ("tnd-classic", .classic), ("tracker", .reference)])
  func sessionsAreThoseOfAnEvaluation(_ name: String, _ rules: RuleSet) throws {
    let (sessions, steps) = (5, 1500)
    let settings = EvaluationSettings(.all, sessions: sessions, steps: steps, seed: 3, rules: rules)
    let player = try PlayerCatalog.players([name], rules: rules).all[0]
    let expected = Evaluator(team: ThreadTeam(threads: 1)).evaluate(player, settings).totals

    let buffers = Buffers(sessions)
    let games = try buffers.games(rules, sessions, limit: 0, endsAtMiss: false)
    defer { freeGames(games) }
    var message = [CChar](repeating: 0, count: 200)
    let agent = try #require(
      openPlayer(name: name, rules: Int32(rules.rawValue), error: &message, capacity: 200))
    defer { freePlayer(agent) }
    #expect(rulesOfPlayer(agent) == Int32(rules.rawValue))
    for session in 0..<sessions { startGame(games, game: session, seed: 3, session: session) }
    beginGames(agent, count: sessions, seed: 0)
    observeGames(games)
    var actions = [Int64](repeating: 2, count: sessions)
    var totals = PlayTotals()
    for _ in 0..<steps {
      act(agent, observations: buffers.observations, actions: &actions)
      #expect(stepGames(games, actions: actions) == 0)
      for session in 0..<sessions {
        totals.catches += buffers.rewards[session] > 0 ? 1 : 0
        totals.misses += buffers.rewards[session] < 0 ? 1 : 0
      }
    }
    #expect((totals.catches, totals.misses) == (expected.catches, expected.misses))
  }

  /// Bits as the scalar game shows them, for every game and under both rules.
  @Test(arguments: RuleSet.allCases)
  func observations(_ rules: RuleSet) throws {
    let count = 37
    let buffers = Buffers(count)
    let games = try buffers.games(rules, count, limit: 0, endsAtMiss: false)
    defer { freeGames(games) }
    var sessions = (0..<count).map { game in
      startGame(games, game: game, seed: UInt64(game), session: 2)
      let settings = EvaluationSettings(.all, seed: UInt64(game), rules: rules)
      return Session(rules: .preset(rules), serves: SeededServes(generator: settings.serves(session: 2)))
    }
    observeGames(games)
    var random = SeededGenerator(seed: 1)
    var rewards = [Double](repeating: 0, count: count)
    var events = 0
    for step in 0..<500 {
      var actions: [Int64] = []
      for game in 0..<count {
        if step > 0 { #expect(Double(buffers.rewards[game]) == rewards[game]) }
        let seen = (0..<24).map { buffers.observations[24 * game + $0] == 1 }
        #expect(seen == (0..<24).map { sessions[game].observation[$0] })
        actions.append(Int64(random.uniform(below: 3)))
        let event = sessions[game].step(Action.allCases[Int(actions[game])])
        rewards[game] = event == .catch ? 1 : event == .miss ? -1 : 0
        if event != .none { events += 1 }
      }
      #expect(stepGames(games, actions: actions) == 0)
    }
    #expect(events > 100)
  }

  @Test func wrongArguments() throws {
    let buffers = Buffers(2)
    func make(rules: Int32 = 0, count: Int = 2, autoreset: Int32 = 0) -> UnsafeMutableRawPointer? {
      makeGames(
        rules: rules, count: count, limit: 0, endsAtMiss: 1, autoreset: autoreset, isDrawn: 0,
        observations: buffers.observations, rewards: buffers.rewards, terminated: buffers.terminated,
        truncated: buffers.truncated, finalObservations: buffers.last)
    }
    #expect(make(rules: 2) == nil)
    #expect(make(count: 0) == nil)
    #expect(make(autoreset: 3) == nil)
    let games = try #require(make())
    defer { freeGames(games) }
    #expect(stepGames(games, actions: [0, 3]) == -1)
    #expect(stepGames(games, actions: [0, -1]) == -1)
    #expect(stepGames(games, actions: [0, 1]) == 0)
  }

  /// An error is its exit code, then as much of its line as there is room for.
  @Test func errorTexts() {
    var message = [CChar](repeating: 1, count: 20)
    #expect(openPlayer(name: "nobody", rules: -1, error: &message, capacity: 20) == nil)
    #expect(message[0] == 66)
    #expect(String(cString: Array(message[1...])) == "nobody: found no s")
    #expect(openDemonstration(path: "a.csv", rules: 0, error: &message, capacity: 20) == nil)
    #expect(message[0] == 64)
  }
}
