import PongEngine
import Testing

@testable import PongViewer

/// Always does the same; counts resets.
final class Constant: Policy {
  let choice: Action
  var resets = 0
  init(_ choice: Action) { self.choice = choice }
  func reset() { resets += 1 }
  func action(for observation: Observation) -> Action { choice }
}

/// Catches nearly everything, misses now and then by giving up every third approach.
struct Tracker: Policy {
  mutating func reset() {}
  mutating func action(for observation: Observation) -> Action {
    let offset = (observation.ballX + 7) - (observation.paddleX + 25)
    return offset > 4 ? .right : offset < -4 ? .left : .stay
  }
}

@Suite("WatchModel: clock, speeds and keys")
struct WatchModelTests {
  private func model(speed: Speed = .normal, isPaused: Bool = false, rules: Rules = .reference) -> WatchModel
  {
    WatchModel(
      players: [("still", Constant(.stay)), ("tracker", Tracker())], rules: rules, seed: 3, speed: speed,
      isPaused: isPaused)
  }

  private func run(_ model: inout WatchModel, frames: Int, rate: Double = 60) {
    for _ in 0..<frames { model.advance(elapsed: 1 / rate, deadline: 1, clock: { 0 }) }
  }

  @Test(arguments: [30.0, 60, 75, 120, 144, 240])
  func playsSixtyStepsASecondAtAnyRefreshRate(_ rate: Double) {
    var model = model()
    run(&model, frames: Int(rate) * 2, rate: rate)
    #expect((119...120).contains(model.steps))
  }

  @Test(arguments: [(0.25, 15), (0.5, 30), (1, 60), (2, 120), (64, 3840)])
  func playsAtTheSpeed(_ factor: Double, _ steps: Int) {
    var model = model(speed: .times(factor))
    run(&model, frames: 60)
    #expect((steps - 1...steps).contains(model.steps))
  }

  @Test func interpolatesBetweenSteps() {
    var model = model()
    run(&model, frames: 5, rate: 120)
    let content = model.content
    #expect(content.steps == 2)
    #expect(abs(content.fraction - 0.5) < 1e-9)
    #expect(content.courts[0].before?.ballX == content.courts[0].state.ballX - 4)
  }

  @Test func aPausedGameStandsStillAndIsShownAsItIs() {
    var model = model()
    run(&model, frames: 5, rate: 120)
    #expect(model.perform(.togglePause) == .none)
    #expect(model.isPaused && model.content.fraction == 1)
    run(&model, frames: 100)
    #expect(model.steps == 2)
    _ = model.perform(.togglePause)
    run(&model, frames: 10)
    #expect(model.steps == 12)
  }

  @Test func singleStepsPauseAndPlayOne() {
    var model = model()
    run(&model, frames: 3)
    for expected in 4...6 {
      #expect(model.perform(.singleStep) == .none)
      #expect(model.isPaused && model.steps == expected)
    }
    run(&model, frames: 10)
    #expect(model.steps == 6)
  }

  @Test func maximumSpeedStopsAtTheDeadline() {
    var model = model(speed: .maximum)
    var time = 0.0
    model.advance(elapsed: 1 / 60, deadline: 0.012) {
      time += 0.001
      return time
    }
    #expect(model.steps == 12)
    #expect(model.content.fraction == 1)
  }

  @Test func aSlowGameDropsStepsInsteadOfFreezing() {
    var model = model(speed: .times(64))
    var time = 0.0
    for _ in 0..<10 {
      let deadline = time + 0.01
      model.advance(elapsed: 1, deadline: deadline) {
        time += 0.002
        return time
      }
    }
    // Five looks at the clock fit in each frame; what is left over is not owed later.
    #expect((50...60).contains(model.steps))
    let before = model.steps
    model.advance(elapsed: 0, deadline: time + 1, clock: { time })
    #expect(model.steps == before)
  }

  @Test func aSuspendedMachineIsNotCaughtUpWith() {
    var model = model()
    model.advance(elapsed: 3600, deadline: .infinity, clock: { 0 })
    #expect(model.steps == 15)
  }

  @Test func allMeetTheSameServes() {
    var model = WatchModel(
      players: [("a", Constant(.stay)), ("b", Constant(.left)), ("c", Constant(.stay))], rules: .classic,
      seed: 11)
    let start = model.content.courts.map(\.state)
    #expect(start[0] == start[1] && start[1] == start[2])
    run(&model, frames: 2000)
    #expect(
      model.content.courts[0]
        == {
          var c = model.content.courts[2]; c.name = "a"; return c
        }())
    #expect(model.content.courts[0].state != model.content.courts[1].state)
  }

  @Test func restartsWithTheSameServesAndGoesOnToOthers() {
    let policy = Constant(.right)
    var model = WatchModel(players: [("one", policy)], rules: .reference, seed: 7)
    #expect(policy.resets == 1)
    let start = model.content.courts
    run(&model, frames: 700)
    let later = model.content.courts
    #expect(later[0].misses > 0)
    #expect(model.perform(.restart) == .none)
    #expect(policy.resets == 2)
    #expect(model.content.courts == start && model.steps == 0 && model.seed == 7)
    #expect(model.content.message == "restarted")
    run(&model, frames: 700)
    #expect(model.content.courts == later)
    _ = model.perform(.nextSeed)
    #expect(model.seed == 8 && model.content.courts != start && model.content.message == "seed 8")
    run(&model, frames: 91)
    #expect(model.content.message == nil)
  }

  @Test func speedsGoThroughTheirLevels() {
    var model = model(speed: .times(0.25))
    var seen: [String] = []
    for _ in 0..<11 {
      seen.append(model.speed.label)
      _ = model.perform(.faster)
    }
    #expect(seen == ["0.25×", "0.5×", "1×", "2×", "4×", "8×", "16×", "32×", "64×", "max", "max"])
    for _ in 0..<12 { _ = model.perform(.slower) }
    #expect(model.speed == .times(0.25))
    #expect(Speed.times(3).faster == .times(4) && Speed.times(3).slower == .times(2))
  }

  @Test func readsSpeeds() {
    #expect(Speed("1") == .normal && Speed("0.25") == .times(0.25) && Speed("64x") == .times(64))
    #expect(Speed("max") == .maximum)
    for wrong in ["", "0", "0.2", "65", "-1", "nan", "inf", "fast", "1xx"] { #expect(Speed(wrong) == nil) }
  }

  @Test func escapeHidesTheKeysFirst() {
    var model = model()
    #expect(model.perform(.toggleHelp) == .none)
    #expect(model.showsHelp)
    #expect(model.perform(.escape) == .none)
    #expect(!model.showsHelp)
    #expect(model.perform(.escape) == .quit)
    #expect(model.perform(.quit) == .quit)
    #expect(model.perform(.toggleFullScreen) == .toggleFullScreen)
  }

  @Test func keysAreWhatTheHelpSays() {
    let keys: [(String, ViewerCommand)] = [
      (" ", .togglePause), (".", .singleStep), ("+", .faster), ("=", .faster), ("-", .slower),
      ("r", .restart),
      ("n", .nextSeed), ("t", .takeOrGive), ("\t", .selectNext), ("s", .save), (",", .stepBack),
      ("m", .toggleMute), ("h", .toggleHelp), ("?", .toggleHelp), ("f", .toggleFullScreen),
      ("\u{1b}", .escape),
      ("q", .quit), ("g", .toggleInside), ("x", .silence), ("v", .disturb), ("b", .chooseDisturbance),
    ]
    for (key, command) in keys {
      #expect(ViewerCommand(keyCode: Int32(key.unicodeScalars.first!.value)) == command, "\(key)")
    }
    #expect(
      ViewerCommand(keyCode: 1 << 30 | 74) == .goToStart && ViewerCommand(keyCode: 1 << 30 | 77) == .goToEnd)
    #expect(ViewerCommand(keyCode: 97) == nil)
    #expect(Set(keys.map { "\($0.1)" } + ["goToStart", "goToEnd"]).count == ViewerCommand.allCases.count)
  }

  @Test func missesFlashAndClearTheTrail() {
    var model = model()
    var flashed = false
    for _ in 0..<2000 where !flashed {
      let misses = model.content.courts[0].misses
      run(&model, frames: 1)
      let court = model.content.courts[0]
      guard court.misses > misses else { continue }
      flashed = true
      #expect(court.missGlow == 1 && court.before == nil && court.trail.count == 0 && court.streak == 0)
    }
    #expect(flashed)
    run(&model, frames: 15)
    #expect(abs(model.content.courts[0].missGlow - 0.5) < 0.05)
    run(&model, frames: 16)
    #expect(model.content.courts[0].missGlow == 0)
  }

  @Test func flashesNeverFlicker() {
    var model = model(speed: .maximum)
    var starts = 0
    var last = 0.0
    for _ in 0..<60 {
      var looks = 0.0
      model.advance(elapsed: 1 / 60, deadline: 5000) {
        looks += 1
        return looks
      }
      let glow = model.content.courts[0].missGlow
      if glow > last { starts += 1 }
      last = glow
    }
    #expect(model.content.courts[0].misses > 1000)
    #expect((1...2).contains(starts), "\(starts) flashes in a second")
  }

  @Test func recordsAreStreaksLongerThanAnyThatEnded() {
    // Plays well for a while, then gives up, then plays well again.
    struct Moody: Policy {
      var steps = 0
      var tracker = Tracker()
      mutating func reset() { steps = 0 }
      mutating func action(for observation: Observation) -> Action {
        steps += 1
        let action = tracker.action(for: observation)
        return (1000..<1600).contains(steps) ? .stay : action
      }
    }
    var model = WatchModel(players: [("moody", Moody())], rules: .reference, seed: 0)
    run(&model, frames: 1000)
    #expect(!model.content.courts[0].isRecord, "the first streak has nothing to beat")
    let best = model.content.courts[0].best
    var flashedAt: Int?
    for _ in 0..<4000 where flashedAt == nil {
      run(&model, frames: 1)
      if model.content.courts[0].recordGlow == 1 { flashedAt = model.content.courts[0].streak }
    }
    #expect(best > 0 && model.content.courts[0].misses > 0)
    #expect(flashedAt.map { $0 > best } == true)
    #expect(model.content.courts[0].isRecord)
  }

  @Test func trailsKeepTheNewestPlacesFirst() {
    var trail = Trail()
    for step in 0..<20 { trail.add(x: Int32(step), y: Int32(-step)) }
    #expect(trail.count == Trail.capacity)
    #expect((0..<trail.count).map { trail[$0].x } == Array((4...19).reversed().map(Int32.init)))
    #expect(trail[0].y == -19)
  }

  @Test func updatingContentEqualsMakingIt() {
    var model = model()
    var content = model.content
    for command in ViewerCommand.allCases {
      _ = model.perform(command)
      run(&model, frames: 7)
      model.update(&content)
      #expect(content == model.content)
    }
  }
}
