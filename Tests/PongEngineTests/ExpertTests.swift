import Determinism
import PongEngine
import TestSupport
import Testing

@Suite("Experts")
struct ExpertTests {
  static func play(_ expert: Expert, _ ruleSet: RuleSet, seed: UInt64, steps: Int) -> CountedSession<
    SeededServes
  > {
    let rules = Rules.preset(ruleSet)
    var session = CountedSession(rules: rules, serves: SeededServes(seed: seed))
    var policy = expert.policy(rules: rules, seed: seed)
    for _ in 0..<steps { session.step(policy.action(for: session.observation)) }
    return session
  }

  @Test("A million reference steps over ten seeds without a miss", arguments: [Expert.tracker, .interceptor])
  func neverMisses(_ expert: Expert) {
    for seed in 0..<10 as Range<UInt64> {
      let session = Self.play(expert, .reference, seed: seed, steps: 100_000)
      #expect(session.misses == 0, "seed \(seed)")
      #expect(session.catches > 750)
    }
  }

  @Test(
    "Classic: the paddle outruns the ball, so no ball is lost", arguments: [Expert.tracker, .interceptor])
  func neverMissesClassic(_ expert: Expert) {
    for seed in 0..<5 as Range<UInt64> {
      let session = Self.play(expert, .classic, seed: seed, steps: 20_000)
      #expect(session.misses == 0, "seed \(seed)")
      #expect(session.catches > 200)
    }
  }

  @Test("The same seed plays the same, after reset, too", arguments: Expert.allCases, RuleSet.allCases)
  func areDeterministic(_ expert: Expert, _ ruleSet: RuleSet) {
    let rules = Rules.preset(ruleSet)
    var policy = expert.policy(rules: rules, seed: 1)
    func actions() -> [Action] {
      var session = Session(rules: rules, serves: SeededServes(seed: 1))
      return (0..<3_000).map { _ in
        let action = policy.action(for: session.observation)
        session.step(action)
        return action
      }
    }
    let first = actions()
    policy.reset()
    #expect(actions() == first)
    #expect(Set(first).count == 3)
  }

  @Test func theSeedVariesTheHumanlikeOnly() {
    func actions(_ expert: Expert, _ seed: UInt64) -> [Action] {
      var policy = expert.policy(rules: .reference, seed: seed)
      var session = Session(rules: .reference, serves: SeededServes(seed: 1))
      return (0..<2_000).map { _ in
        let action = policy.action(for: session.observation)
        session.step(action)
        return action
      }
    }
    #expect(actions(.humanlike, 1) != actions(.humanlike, 2))
    #expect(actions(.tracker, 1) == actions(.tracker, 2))
    #expect(actions(.interceptor, 1) == actions(.interceptor, 2))
  }

  @Test("The interceptor goes where the true ball lands, also with y read wrapped and after every serve")
  func interceptorKnowsTheLandingPoint() {
    let rules = Rules.reference
    var interceptor = Interceptor(rules: rules)
    var (wrong, wrapped) = (0, 0)
    let session = BallMotionTests.follow(.reference, seed: 11, steps: 20_000) { _, truth, _ in
      let action = interceptor.action(for: Observation(truth, rules: rules))
      // Centres in half pixels.
      let offset = 2 * truth.landingX(rules: rules) + 15 - (2 * truth.paddleX + 50)
      let expected: Action = offset > 7 ? .right : offset < -7 ? .left : .stay
      if action != expected { wrong += 1 }
      if truth.ballY >= 254 { wrapped += 1 }
    }
    #expect(wrong == 0)
    #expect(wrapped > 100 && session.misses > 20)
  }

  @Test("The tracker keeps within half a paddle step of the ball, or at a wall")
  func trackerThresholds() {
    var tracker = Tracker(rules: .reference)
    // Centres meet at ball x = paddle x + 17.5.
    func action(_ ballX: Int) -> Action {
      tracker.action(for: Observation(ballX: ballX, ballY: 100, paddleX: 75))
    }
    #expect((89...96).allSatisfy { action($0) == .stay })
    #expect(action(88) == .left && action(97) == .right)
  }
}

@Suite("What a policy infers from observations")
struct BallMotionTests {
  /// Plays at random with a bad player, so that balls are lost, y reads wrapped and serves interrupt flights.
  static func follow(
    _ ruleSet: RuleSet, seed: UInt64, steps: Int,
    _ check: (_ known: GameState, _ truth: GameState, _ motion: BallMotion) -> Void
  ) -> CountedSession<SeededServes> {
    let rules = Rules.preset(ruleSet)
    var session = CountedSession(rules: rules, serves: SeededServes(seed: seed))
    var generator = SeededGenerator(seed: seed).split("actions")
    var motion = BallMotion(rules: rules)
    var action = Action.stay
    for _ in 0..<steps {
      check(motion.observe(session.observation), session.state, motion)
      if generator.bernoulli(0.1) { action = Action.allCases[generator.uniform(below: 3)] }
      session.step(action)
    }
    return session
  }

  @Test(
    "Reference: the whole state, exactly, wrapped y and new serves included",
    arguments: 0..<5 as Range<UInt64>)
  func referenceIsExact(_ seed: UInt64) {
    var wrong = 0
    var wrapped = 0
    var jumps = 0
    let session = Self.follow(.reference, seed: seed, steps: 20_000) { known, truth, motion in
      var expected = truth
      expected.streak = known.streak
      if known != expected { wrong += 1 }
      if truth.ballY >= 254 { wrapped += 1 }
      if motion.jumped { jumps += 1 }
    }
    #expect(wrong == 0)
    #expect(wrapped > 100)
    #expect(jumps == session.misses + 1)
  }

  @Test("Reference: put to work in the middle of a flight, it knows all after two observations")
  func referenceCatchesUp() {
    var serves = SeededServes(seed: 1)
    for (dx, dy) in [(4, 4), (-4, 4), (4, -4), (-4, -4)] as [(Int32, Int32)] {
      var state = GameState(rules: .reference, serve: Serve(x: 101, y: 150, dx: dx, dy: dy))
      var motion = BallMotion(rules: .reference)
      _ = motion.observe(Observation(state, rules: .reference))
      _ = state.step(.right, rules: .reference, serves: &serves)
      #expect(motion.observe(Observation(state, rules: .reference)) == state)
    }
  }

  @Test(
    "Classic: y within a pixel, speeds within the error of measurement", arguments: 0..<5 as Range<UInt64>)
  func classicIsClose(_ seed: UInt64) {
    var sinceTurn = 0
    var last = (Int32(0), Int32(0))
    var compared = 0
    var off = 0
    var lost = 0
    _ = Self.follow(.classic, seed: seed, steps: 20_000) { known, truth, _ in
      // Speeds of one flight: the walls change only their signs.
      let speeds = (abs(truth.ballDX), abs(truth.ballDY))
      sinceTurn = speeds == last ? sinceTurn + 1 : 0
      last = speeds
      if abs(known.ballY - truth.ballY) > 256 { lost += 1 }
      guard sinceTurn >= 10 else { return }
      compared += 1
      if abs(abs(known.ballDX) - speeds.0) > 64 || abs(abs(known.ballDY) - speeds.1) > 64 { off += 1 }
    }
    #expect(compared > 10_000)
    #expect(lost == 0)
    // A serve that goes on where the last ball was about to be would be measured with it for a flight.
    #expect(off < compared / 100)
  }

  @Test("Landing is where an untouched ball passes the paddle's edge")
  func landing() {
    // From y = 100 upwards: 25 steps to y = 0, then 62 down to 248, 8 units past 240... x goes 4 a step.
    let state = GameState(rules: .reference, serve: Serve(referenceX: 30, y: 100))
    var played = state
    played.paddleX = -800
    var serves = ScriptedServes([Serve(referenceX: 30, y: 100)])
    for _ in 0..<87 { _ = played.step(.stay, rules: .reference, serves: &serves) }
    #expect(played.ballX == state.landingX(rules: .reference) && played.ballY == 248 && played.ballDY == 4)
    #expect(serves.used == 0)
    #expect(Rules.reference.distance(paddleX: 75, ballX: 92) == 0.5)
  }
}
