import Determinism
import Testing

@testable import PongEngine

@Suite("Looking ahead step by step")
struct GlanceTests {
  @Test(
    "It is what looking ahead anew finds, in play by all rules and after any jump",
    arguments: RuleSet.allCases)
  func isLookAhead(_ ruleSet: RuleSet) {
    let rules = Rules.preset(ruleSet)
    var generator = SeededGenerator(seed: 5)
    for horizons in [(0, 19), (7, 3), (1, 400)] {
      var session = Session(rules: rules, serves: SeededServes(seed: 8))
      var motion = BallMotion(rules: rules)
      var glance = Glance()
      for step in 0..<4_000 {
        // What an expert knows, and now and then the game itself or a ball anywhere.
        var state = step % 7 < 5 ? motion.observe(session.observation) : session.state
        if generator.bernoulli(0.02) {
          state.ballX = Int32(generator.uniform(below: 150)) * rules.unitsPerPixel
        }
        let steps = state.ballDY < 0 ? horizons.0 : horizons.1
        let found = glance.ahead(of: state, rules: rules, steps: steps)
        let expected = state.lookAhead(rules: rules, steps: steps)
        #expect(found.ballX == expected.ballX && found.ballY == expected.ballY)
        #expect(found.ballDX == expected.ballDX && found.ballDY == expected.ballDY)
        #expect(found.hasLanded(rules) == expected.hasLanded(rules))
        session.step(Action.allCases[generator.uniform(below: 3)])
      }
    }
  }

  @Test("A delay line is a list whose first value is taken off", arguments: [0, 1, 4, 9])
  func delayLine(_ delay: Int) {
    var generator = SeededGenerator(seed: 2)
    var line = DelayLine<Int32>(delay: delay)
    var list: [Int32] = []
    for value in 0..<500 as Range<Int32> {
      if generator.bernoulli(0.05) {
        line.clear()
        list = []
      }
      list.append(value)
      #expect(line.push(value) == (list.count > delay ? list[list.count - 1 - delay] : list[0]))
    }
  }
}
