import Determinism
import PongEngine
import Testing

@testable import PongViewer

@Suite("Steering: keys, mouse and stick to actions")
struct SteeringTests {
  private static func state(_ paddleX: Int, _ rules: Rules = .reference) -> GameState {
    var state = GameState(rules: rules, serve: Serve(x: 0, y: 0, dx: 0, dy: 0))
    state.paddleX = Int32(paddleX) * rules.unitsPerPixel
    return state
  }

  private func actions(_ steering: inout Steering, _ count: Int) -> [Action] {
    (0..<count).map { _ in steering.action(SteeringTests.state(75), rules: .reference) }
  }

  @Test func heldKeysMoveAtEveryStep() {
    var steering = Steering()
    #expect(actions(&steering, 2) == [.stay, .stay])
    steering.steer(.left, isDown: true)
    #expect(actions(&steering, 3) == [.left, .left, .left])
    steering.steer(.right, isDown: true)
    #expect(actions(&steering, 2) == [.right, .right], "of two keys the later one counts")
    steering.steer(.right, isDown: false)
    #expect(actions(&steering, 1) == [.left])
    steering.steer(.left, isDown: false)
    #expect(actions(&steering, 2) == [.stay, .stay])
  }

  @Test func aTapBetweenTwoStepsMovesOnce() {
    var steering = Steering()
    steering.steer(.right, isDown: true)
    steering.steer(.right, isDown: false)
    #expect(actions(&steering, 3) == [.right, .stay, .stay])
  }

  @Test func releasingForgetsWhatIsHeld() {
    var steering = Steering()
    steering.steer(.left, isDown: true)
    steering.aim(x: 10)
    steering.release()
    #expect(steering == Steering() && actions(&steering, 1) == [.stay])
  }

  @Test(arguments: [Rules.reference, .classic], [-50.0, 0, 3, 31, 99.5, 100, 150, 169, 200, 260])
  func theMouseIsReachedAndThePaddleRests(_ rules: Rules, _ x: Double) {
    for start in stride(from: -2, through: 152, by: 7) {
      var steering = Steering()
      steering.aim(x: x)
      var state = SteeringTests.state(start, rules)
      var serves = ScriptedServes([Serve(x: 0, y: 0, dx: 0, dy: 0)])
      var last = Action.stay
      var turns = 0
      for _ in 0..<40 {
        let action = steering.action(state, rules: rules)
        if action != .stay, last != .stay, action != last { turns += 1 }
        if action != .stay { last = action }
        let before = state.paddleX
        _ = state.step(action, rules: rules, serves: &serves)
        #expect((action == .stay) == (state.paddleX == before), "no pushing against a wall")
      }
      #expect(turns == 0, "it never turns back")
      #expect(steering.action(state, rules: rules) == .stay)
      let center = Double(state.paddleX) / Double(rules.unitsPerPixel) + 25
      #expect(abs(min(max(x, 23), 177) - center) <= 7, "from \(start) to \(x): \(center)")
    }
  }

  @Test func aTremblingHandDoesNotMoveThePaddle() {
    var random = SeededGenerator(seed: 1)
    for offset in stride(from: -3.0, through: 3, by: 0.5) {
      var steering = Steering()
      var state = SteeringTests.state(75)
      var moves = 0
      for _ in 0..<500 {
        steering.aim(x: 100 + offset + 6 * (random.uniformDouble() - 0.5))
        let action = steering.action(state, rules: .reference)
        if action != .stay { moves += 1 }
        state.paddleX += 7 * action.direction
      }
      #expect(moves <= 1, "a mouse about \(offset) px off moves it \(moves) times")
    }
  }

  @Test func aStickPushedHalfWayMovesEveryOtherStep() {
    func moves(_ value: Double) -> Int {
      var steering = Steering()
      steering.tilt(value)
      return actions(&steering, 100).count { $0 != .stay }
    }
    #expect(moves(0) == 0 && moves(0.19) == 0 && moves(-0.2) == 0)
    #expect((48...50).contains(moves(0.55)) && moves(0.55) == moves(-0.55))
    #expect(moves(0.9) == 100 && moves(1) == 100 && moves(-1) == 100)
    var steering = Steering()
    steering.tilt(-1)
    #expect(actions(&steering, 2) == [.left, .left])
    steering.tilt(0)
    #expect(actions(&steering, 1) == [.stay])
  }

  @Test func theDeviceUsedLastCounts() {
    var steering = Steering()
    steering.aim(x: 190)
    #expect(actions(&steering, 1) == [.right] && steering.followsMouse)
    steering.tilt(0.1)
    #expect(steering.followsMouse, "a stick at rest takes nothing")
    steering.tilt(-1)
    #expect(actions(&steering, 1) == [.left])
    steering.steer(.right, isDown: true)
    #expect(actions(&steering, 1) == [.right])
    steering.steer(.right, isDown: false)
    #expect(actions(&steering, 1) == [.stay])
  }

  @Test func keysAreArrowsAndLetters() {
    let (right, left): (Int32, Int32) = (1 << 30 | 79, 1 << 30 | 80)
    #expect(PersonInput(keyCode: left, isDown: true) == .steer(.left, isDown: true))
    #expect(PersonInput(keyCode: right, isDown: false) == .steer(.right, isDown: false))
    #expect(
      PersonInput(keyCode: 97, isDown: true, isRepeat: true) == .steer(.left, isDown: true, isRepeat: true))
    #expect(PersonInput(keyCode: 100, isDown: true) == .steer(.right, isDown: true))
    #expect(PersonInput(keyCode: 49, isDown: true) == .select(0))
    #expect(PersonInput(keyCode: 54, isDown: true) == .select(5))
    for key in [48, 49, 55] as [Int32] { #expect(PersonInput(keyCode: key, isDown: false) == nil) }
    #expect(PersonInput(keyCode: 48, isDown: true) == nil && PersonInput(keyCode: 55, isDown: true) == nil)
    // No key is both.
    for key in (0..<128).map({ Int32($0) }) + (0..<128).map({ 1 << 30 | Int32($0) }) {
      #expect(
        PersonInput(keyCode: key, isDown: true) == nil || ViewerCommand(keyCode: key) == nil, "key \(key)")
    }
  }
}

@Suite("Gamepad: what controls mean")
struct GamepadTests {
  @Test func sticksTiltToBothEnds() {
    #expect(Gamepad.tilt(0) == 0 && Gamepad.tilt(.max) == 1 && Gamepad.tilt(.min) == -1)
    #expect(Gamepad.meaning(of: .axis(0, value: 16384)) == .person(.tilt(16384.0 / 32767)))
    for axis in 1...5 { #expect(Gamepad.meaning(of: .axis(axis, value: .max)) == nil) }
  }

  @Test func theCrossSteersAndButtonsCommand() {
    for isDown in [true, false] {
      #expect(Gamepad.meaning(of: .button(13, isDown: isDown)) == .person(.steer(.left, isDown: isDown)))
      #expect(Gamepad.meaning(of: .button(14, isDown: isDown)) == .person(.steer(.right, isDown: isDown)))
    }
    let commands: [Int: ViewerCommand] = [
      0: .togglePause, 1: .nextSeed, 2: .restart, 3: .takeOrGive, 6: .togglePause, 9: .slower, 10: .faster,
    ]
    for button in 0..<21 where button != 13 && button != 14 {
      let expected = commands[button].map { Gamepad.Meaning.command($0) }
      #expect(Gamepad.meaning(of: .button(button, isDown: true)) == expected, "button \(button)")
      #expect(Gamepad.meaning(of: .button(button, isDown: false)) == nil, "letting go of button \(button)")
    }
  }
}

@Suite("Steering in a terminal, which never tells that a key is let go")
struct TerminalSteeringTests {
  @Test func aTapHoldsForAMoment() {
    var steering = TerminalSteering()
    #expect(steering.press(.left, at: 10) == [.steer(.left, isDown: true)])
    #expect(steering.pass(to: 10.049).isEmpty)
    #expect(steering.pass(to: 10.05) == [.steer(.left, isDown: false)])
    #expect(steering.pass(to: 11).isEmpty)
  }

  @Test func repeatsHoldOn() {
    var steering = TerminalSteering()
    _ = steering.press(.right, at: 0)
    _ = steering.pass(to: 0.1)
    for time in stride(from: 0.5, to: 1, by: 0.1) {
      #expect(steering.pass(to: time).isEmpty, "held at \(time)")
      #expect(steering.press(.right, at: time) == [.steer(.right, isDown: true)])
    }
    #expect(steering.pass(to: 1).isEmpty)
    #expect(steering.pass(to: 1.1) == [.steer(.right, isDown: false)])
  }

  @Test func theOtherSideLetsGoOfTheFirst() {
    var steering = TerminalSteering()
    _ = steering.press(.left, at: 0)
    #expect(steering.press(.right, at: 0.01) == [.steer(.left, isDown: false), .steer(.right, isDown: true)])
    #expect(steering.pass(to: 0.07) == [.steer(.right, isDown: false)])
  }
}
