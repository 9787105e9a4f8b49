import Determinism
import PongEngine
import Testing

@Suite("Step: properties on seeds")
struct StepPropertyTests {
  /// Random play: keys held for a while, so that the paddle reaches both walls.
  static func randomPlay(
    _ rules: Rules, seed: UInt64, steps: Int, _ check: (GameState, Action, GameState, Event) -> Bool
  ) -> Bool {
    var generator = SeededGenerator(seed: seed).split("actions")
    var serves = SeededServes(seed: seed)
    var state = GameState(rules: rules, serve: serves.next(rules))
    var action = Action.stay
    for _ in 0..<steps {
      if generator.bernoulli(0.1) { action = Action.allCases[generator.uniform(below: 3)] }
      let before = state
      let event = state.step(action, rules: rules, serves: &serves)
      if !check(before, action, state, event) { return false }
    }
    return true
  }

  @Test(arguments: 0..<5 as Range<UInt64>)
  func referencePaddleStandsOnItsGrid(_ seed: UInt64) {
    let grid = Set(stride(from: Int32(-2), through: 152, by: 7))
    var seen = Set<Int32>()
    let held = Self.randomPlay(.reference, seed: seed, steps: 20_000) { _, _, state, _ in
      seen.insert(state.paddleX)
      return grid.contains(state.paddleX)
    }
    #expect(held)
    #expect(seen == grid)
  }

  @Test(arguments: RuleSet.allCases, 0..<4 as Range<UInt64>)
  func ballStaysInBounds(_ ruleSet: RuleSet, _ seed: UInt64) {
    let rules = Rules.preset(ruleSet)
    // The reference flips the velocity of a ball that is already over the wall by less than a step.
    let slack = ruleSet == .reference ? rules.serveSpeed - 1 : 0
    let held = Self.randomPlay(rules, seed: seed, steps: 20_000) { _, _, state, _ in
      state.ballX >= -slack && state.ballX + rules.ballSize <= rules.fieldWidth + slack
        && state.ballY >= -slack && state.ballY + rules.ballSize < rules.fieldHeight
    }
    #expect(held)
  }

  @Test(arguments: RuleSet.allCases)
  func isAPureFunction(_ ruleSet: RuleSet) {
    func states(_ seed: UInt64) -> [GameState] {
      var states: [GameState] = []
      _ = Self.randomPlay(.preset(ruleSet), seed: seed, steps: 2_000) { _, _, state, _ in
        states.append(state)
        return true
      }
      return states
    }
    #expect(states(1) == states(1))
    #expect(states(1) != states(2))
  }

  @Test("Events and only they change what they name", arguments: RuleSet.allCases)
  func eventsTellWhatHappened(_ ruleSet: RuleSet) {
    let rules = Rules.preset(ruleSet)
    var events: [Event: Int] = [:]
    let held = Self.randomPlay(rules, seed: 8, steps: 20_000) { before, _, after, event in
      events[event, default: 0] += 1
      switch event {
      case .none: return after.streak == before.streak
      case .catch: return before.ballDY > 0 && after.ballDY < 0 && after.streak == before.streak + 1
      case .miss: return after.streak == 0 && after.ballDY < 0 && after.ballY <= 240 * rules.unitsPerPixel
      }
    }
    #expect(held)
    #expect(events[.catch, default: 0] > 20 && events[.miss, default: 0] > 20)
  }

  @Test("Nothing of a step's types lives on the heap, so a step has nothing to allocate or to retain")
  func typesArePlainValues() {
    #expect(_isPOD(GameState.self) && _isPOD(Rules.self) && _isPOD(Serve.self) && _isPOD(SeededServes.self))
    #expect(MemoryLayout<GameState>.size == 24)
  }

  @Test(arguments: RuleSet.allCases)
  func servesComeFromTheirGrid(_ ruleSet: RuleSet) {
    let rules = Rules.preset(ruleSet)
    var serves = SeededServes(seed: 2)
    var xs = Set<Int32>()
    var ys = Set<Int32>()
    for _ in 0..<2_000 {
      let serve = serves.next(rules)
      xs.insert(serve.x)
      ys.insert(serve.y)
      #expect(serve.dy < 0)
    }
    #expect(xs == Set(stride(from: Int32(30), through: 160, by: 10).map { $0 * rules.unitsPerPixel }))
    #expect(ys == Set(stride(from: Int32(30), through: 240, by: 10).map { $0 * rules.unitsPerPixel }))
  }
}

@Suite("Session")
struct SessionTests {
  @Test(arguments: RuleSet.allCases)
  func stepsAndStreakAgreeWithTheEvents(_ ruleSet: RuleSet) {
    let rules = Rules.preset(ruleSet)
    var session = Session(rules: rules, serves: SeededServes(seed: 3))
    var generator = SeededGenerator(seed: 3)
    var action = Action.stay
    var (catches, misses, streak) = (0, 0, 0)
    for step in 1...20_000 {
      if generator.bernoulli(0.1) { action = Action.allCases[generator.uniform(below: 3)] }
      switch session.step(action) {
      case .none: break
      case .catch:
        catches += 1
        streak += 1
      case .miss:
        misses += 1
        streak = 0
      }
      if session.steps != step || session.state.streak != streak { Issue.record("step \(step)") }
    }
    #expect(catches > 20 && misses > 20)
  }
}
