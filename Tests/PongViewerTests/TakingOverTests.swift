import Demonstrations
import PongEngine
import Testing

@testable import PongViewer

/// Does nothing, and remembers how often it was asked.
final class Onlooker: Policy {
  var seen: [Observation] = []
  func reset() { seen = [] }
  func action(for observation: Observation) -> Action {
    seen.append(observation)
    return .stay
  }
}

final class Notebook: DemonstrationRecorder {
  var seeds: [UInt64] = []
  var rows: [(Observation, Action)] = []
  var problem: String?
  func begin(seed: UInt64) { seeds.append(seed) }
  func add(_ observation: Observation, _ action: Action) { rows.append((observation, action)) }
}

extension WatchModel {
  mutating func run(_ frames: Int) {
    for _ in 0..<frames { advance(elapsed: 1 / 60, deadline: 1, clock: { 0 }) }
  }
}

/// The mouse in a court, at an x of its field, after a move.
func mouse(_ court: Int?, x: Double = 100, moved: Double = 20, _ button: Mouse.Button = .none) -> Mouse {
  Mouse(
    place: court.map { .court($0) } ?? .elsewhere, fieldX: [x, x - 300], share: 0, moved: moved,
    button: button)
}

@Suite("Taking the paddle and giving it back")
struct TakingOverTests {
  private func model(_ policy: any Policy = Onlooker()) -> WatchModel {
    WatchModel(players: [("one", policy), ("two", Tracker())], rules: .reference, seed: 3)
  }

  @Test func anArrowKeyTakesThePaddleAndTGivesItBack() {
    var model = model()
    model.run(10)
    let start = model.content.courts[0].state.paddleX
    model.handle(.steer(.left, isDown: true))
    #expect(model.content.courts[0].hand == .person && model.content.courts[1].hand == .agent)
    #expect(model.content.message == "you play for one")
    model.run(5)
    #expect(model.content.courts[0].state.paddleX == start - 35)
    model.handle(.steer(.left, isDown: false))
    model.run(5)
    #expect(model.content.courts[0].state.paddleX == start - 35)
    #expect(model.perform(.takeOrGive) == .none)
    #expect(model.content.courts[0].hand == .agent && model.content.message == "one plays on")
    _ = model.perform(.takeOrGive)
    #expect(model.content.courts[0].hand == .person, "and takes it again")
  }

  @Test func aHeldKeyThatRepeatsTakesNothing() {
    var model = model()
    model.handle(.steer(.left, isDown: true))
    _ = model.perform(.takeOrGive)
    model.handle(.steer(.left, isDown: true, isRepeat: true))
    #expect(model.content.courts[0].hand == .agent)
  }

  @Test func theAgentWatchesAllTheTime() {
    let policy = Onlooker()
    var model = model(policy)
    model.run(20)
    model.handle(.steer(.right, isDown: true))
    model.run(20)
    _ = model.perform(.takeOrGive)
    model.run(20)
    #expect(policy.seen.count == model.steps)
    var session = Session(rules: .reference, serves: SeededServes(seed: 3))
    for step in 0..<model.steps {
      #expect(policy.seen[step] == session.observation, "step \(step)")
      session.step((20..<40).contains(step) ? .right : .stay)
    }
  }

  @Test func keysActOnTheChosenCourt() {
    var model = model()
    #expect(model.content.selected == nil)
    _ = model.perform(.selectNext)
    #expect(model.content.selected == 0)
    model.handle(.select(1))
    #expect(model.content.selected == 1 && model.content.message == "2: two")
    model.handle(.select(4))
    #expect(model.content.selected == 1, "there is no fifth")
    model.handle(.steer(.left, isDown: true))
    #expect(model.content.courts.map(\.hand) == [.agent, .person])
    _ = model.perform(.selectNext)
    model.handle(.tilt(0.9))
    #expect(model.content.courts.map(\.hand) == [.person, .agent], "a person holds one paddle at most")
    model.run(3)
    #expect(model.content.courts[0].state.paddleX == 75 + 21)
  }

  @Test func aTiltedStickDoesNotTakeBackWhatWasGiven() {
    var model = model()
    model.handle(.tilt(0.9))
    #expect(model.content.courts[0].hand == .person)
    _ = model.perform(.takeOrGive)
    model.handle(.tilt(0.8))
    #expect(model.content.courts.map(\.hand) == [.agent, .agent])
    model.run(120)
    model.handle(.tilt(0.8))
    #expect(model.content.courts[0].hand == .person, "after a second it is meant")
  }

  @Test func theMouseTakesTheCourtItMovesIn() {
    var model = model()
    model.handle(.mouse(mouse(1, moved: 6)))
    model.handle(.mouse(mouse(1, moved: 6)))
    #expect(model.content.courts.map(\.hand) == [.agent, .agent], "a nudge is not meant")
    model.handle(.mouse(mouse(1, x: 480, moved: 6)))
    #expect(model.content.courts.map(\.hand) == [.agent, .person])
    model.run(60)
    #expect(abs(model.content.courts[1].state.paddleX + 25 - 177) <= 7, "x 480 is beyond its right wall")
    // It goes on guiding from outside, until it moves in another court.
    model.handle(.mouse(mouse(nil, x: 330)))
    model.run(60)
    #expect(abs(model.content.courts[1].state.paddleX + 25 - 30) <= 7)
    var looking = mouse(nil, x: 450)
    looking.place = .panel
    model.handle(.mouse(looking))
    model.run(60)
    #expect(abs(model.content.courts[1].state.paddleX + 25 - 30) <= 7, "over the panel it looks at neurons")
    model.handle(.mouse(mouse(0, x: 60, moved: 1, .pressed)))
    #expect(model.content.courts.map(\.hand) == [.person, .agent], "a button is meant at once")
  }

  @Test func aSlowMouseIsNotMeant() {
    var model = model()
    for _ in 0..<20 {
      model.handle(.mouse(mouse(0, moved: 5)))
      model.run(40)
    }
    #expect(model.content.courts[0].hand == .agent)
  }

  @Test func afterGivingBackTheMouseHasAMomentToComeToRest() {
    var model = model()
    model.handle(.mouse(mouse(0)))
    _ = model.perform(.takeOrGive)
    model.handle(.mouse(mouse(0, moved: 50)))
    #expect(model.content.courts[0].hand == .agent)
    model.run(70)
    model.handle(.mouse(mouse(0, moved: 50)))
    #expect(model.content.courts[0].hand == .person)
  }

  @Test func countsAreKeptForEachHand() {
    var model = WatchModel(players: [("one", Tracker())], rules: .reference, seed: 3)
    model.run(1200)
    let agent = model.content.courts[0]
    #expect(agent.streak > 5 && agent.misses == 0 && agent.otherBest == nil)
    model.handle(.steer(.left, isDown: true))
    var person = model.content.courts[0]
    #expect(person.streak == 0 && person.best == 0 && person.catchRate == nil)
    #expect(person.otherBest == agent.best)
    for _ in 0..<4000 where person.misses < 2 {
      model.run(1)
      person = model.content.courts[0]
    }
    #expect(person.misses == 2)
    _ = model.perform(.takeOrGive)
    let again = model.content.courts[0]
    #expect(again.streak == agent.streak && again.misses == 0 && again.catchRate == 1, "its streak goes on")
    #expect(again.otherBest == person.best)
    model.run(600)
    #expect(model.content.courts[0].streak > agent.streak)
  }

  @Test func aWindowWithoutTheKeyboardPausesAPersonsGame() {
    var model = model()
    model.handle(.inputLost)
    #expect(!model.isPaused, "agents play on")
    model.handle(.steer(.left, isDown: true))
    model.handle(.inputLost)
    #expect(model.isPaused)
    _ = model.perform(.togglePause)
    let x = model.content.courts[0].state.paddleX
    model.run(5)
    #expect(model.content.courts[0].state.paddleX == x, "no key is held any more")
  }

  @Test func restartingKeepsThePaddleInTheHand() {
    var model = model()
    model.handle(.steer(.left, isDown: true))
    model.run(10)
    _ = model.perform(.nextSeed)
    #expect(model.content.courts[0].hand == .person && model.content.courts[0].state.paddleX == 75)
  }
}

@Suite("A person's own game")
struct PlayTests {
  private func model(_ notebook: Notebook? = nil) -> WatchModel {
    WatchModel(playing: [("two", Tracker())], rules: .reference, seed: 3, recorder: notebook)
  }

  @Test func countsDownAtTheStartAndAfterAPause() {
    var model = model()
    #expect(model.content.courts.map(\.name) == ["you", "two"])
    #expect(model.content.courts.map(\.hand) == [.person, .agent])
    var shown: [Int] = []
    for _ in 0..<600 where model.steps == 0 {
      if shown.last != model.content.countdown { shown.append(model.content.countdown) }
      model.run(1)
    }
    #expect(shown == [3, 2, 1, 0])
    model.run(10)
    for command in [ViewerCommand.restart, .nextSeed] {
      _ = model.perform(command)
      #expect(model.content.countdown == 3 && model.steps == 0)
      model.run(150)
      #expect(model.steps > 0)
    }
    let steps = model.steps
    _ = model.perform(.togglePause)
    #expect(model.content.countdown == 0 && model.isPaused)
    model.run(100)
    _ = model.perform(.togglePause)
    #expect(model.content.countdown == 3)
    model.run(100)
    #expect(model.steps == steps && model.content.countdown == 1)
    model.run(100)
    #expect(model.steps > steps)
  }

  @Test func thePaddleIsThePersonsFromTheFirstStep() {
    var model = model()
    model.handle(.steer(.right, isDown: true))
    for _ in 0..<600 where model.steps < 4 { model.run(1) }
    #expect(model.content.courts[0].state.paddleX == 75 + 28)
    #expect(model.content.courts[1].hand == .agent)
    _ = model.perform(.takeOrGive)
    #expect(model.content.courts.map(\.hand) == [.person, .agent])
    model.handle(.select(1))
    model.handle(.mouse(mouse(1, .pressed)))
    #expect(model.content.courts.map(\.hand) == [.person, .agent], "the opponent's paddle is its own")
    model.handle(.mouse(mouse(nil, x: 20)))
    #expect(model.person.steering.followsMouse, "wherever the mouse is")
  }

  @Test func whatIsPlayedIsRecordedWithItsSeeds() {
    let notebook = Notebook()
    var model = model(notebook)
    model.handle(.steer(.right, isDown: true))
    model.run(200)
    let steps = model.steps
    #expect(notebook.rows.count == steps && notebook.seeds == [3])
    var session = Session(rules: .reference, serves: SeededServes(seed: 3))
    for (observation, action) in notebook.rows {
      #expect(observation == session.observation && action == .right)
      session.step(action)
    }
    _ = model.perform(.restart)
    _ = model.perform(.nextSeed)
    #expect(notebook.seeds == [3, 3, 4])
  }

  @Test func aRecordingThatCannotBeWrittenIsSaidOnce() {
    let notebook = Notebook()
    var model = model(notebook)
    notebook.problem = "a.pong: cannot be written: No space left on device"
    model.run(1)
    #expect(model.content.message == notebook.problem)
    model.run(200)
    #expect(model.content.message == nil)
  }

  @Test func helpPauses() {
    var model = model()
    _ = model.perform(.toggleHelp)
    #expect(model.isPaused)
  }
}
