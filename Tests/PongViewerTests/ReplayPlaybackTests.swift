import Demonstrations
import Determinism
import PongEngine
import Testing

@testable import PongViewer

/// A session in which a person takes paddles, gives them back, restarts and changes seeds at random, and the
/// courts as they were after every step.
struct RecordedSession {
  var replay: Replay
  var courts: [[CourtView]] = []
  var seeds: [UInt64] = []

  init(seed: UInt64, frames: Int, rules: Rules = .classic) {
    var random = SeededGenerator(seed: seed)
    var model = WatchModel(
      players: [("still", Constant(.stay)), ("tracker", Tracker())], rules: rules, seed: seed)
    replay = Replay(ruleSet: rules.ruleSet, names: ["", ""])
    for _ in 0..<frames {
      switch random.uniform(below: 160) {
      case 0: _ = model.perform(.takeOrGive)
      case 1: model.handle(.select(random.uniform(below: 2)))
      case 2..<6: model.handle(.steer(.left, isDown: random.bernoulli(0.7)))
      case 6..<10: model.handle(.steer(.right, isDown: random.bernoulli(0.7)))
      case 10..<14: model.handle(.mouse(mouse(random.uniform(below: 2), x: random.uniformDouble() * 500)))
      case 14 where random.bernoulli(0.2): _ = model.perform(.restart)
      case 15 where random.bernoulli(0.2): _ = model.perform(.nextSeed)
      case 16 where random.bernoulli(0.2): model.disturb(ball(random.bernoulli(0.5) ? 1 : 1.5))
      default: break
      }
      let steps = model.steps
      model.run(1)
      guard model.steps == steps + 1 else { continue }
      courts.append(RecordedSession.still(model.content.courts))
      seeds.append(model.seed)
    }
    replay = model.replay ?? replay
  }

  private func ball(_ speed: Double) -> Perturbation {
    var perturbation = Perturbation()
    perturbation.speed = speed
    return perturbation
  }

  /// Without flashes, which are a matter of time, not of the game.
  static func still(_ courts: [CourtView]) -> [CourtView] {
    courts.map {
      var court = $0
      (court.missGlow, court.recordGlow) = (0, 0)
      return court
    }
  }
}

@Suite("Replays are the session again")
struct ReplayPlaybackTests {
  @Test(arguments: 0..<6 as Range<UInt64>)
  func everyStateIsTheSame(_ seed: UInt64) throws {
    let session = RecordedSession(
      seed: seed, frames: 6000, rules: seed % 2 == 0 ? .classic : .reference)
    let replay = try ReplayFile.decode(ReplayFile.encode(session.replay), path: "a")
    #expect(replay == session.replay && replay.count == session.courts.count)
    #expect(
      replay.parts.count > 1 && replay.parts.contains { $0.tracks.contains { !$0.hands.changes.isEmpty } })
    var model = WatchModel(replay: replay)
    for (step, courts) in session.courts.enumerated() {
      _ = model.perform(.singleStep)
      try #require(RecordedSession.still(model.content.courts) == courts, "step \(step)")
      try #require(model.seed == session.seeds[step])
      #expect(model.content.timeBar?.position == step + 1)
    }
    #expect(model.content.timeBar?.total == session.courts.count)
  }

  @Test func everyPlaceIsReachedFromEveryOther() throws {
    let session = RecordedSession(seed: 9, frames: 14_000)
    var playback = ReplayPlayback(session.replay)
    #expect(playback.total > 3 * ReplayPlayback.interval)
    var random = SeededGenerator(seed: 2)
    let edges = [1, 4095, 4096, 4097, 8192, playback.total, 1, 2, 3, playback.total - 1]
    for target in edges + (0..<200).map({ _ in 1 + random.uniform(below: playback.total) }) {
      playback.seek(target)
      try #require(playback.position == target)
      try #require(RecordedSession.still(playback.players.map(\.view)) == session.courts[target - 1])
    }
    playback.seek(-5)
    #expect(playback.position == 0)
    playback.seek(.max / 2)
    #expect(playback.position == playback.total)
  }

  @Test func keysGoBackAndForth() {
    let session = RecordedSession(seed: 1, frames: 1000)
    var model = WatchModel(replay: session.replay)
    var position: Int { model.content.timeBar?.position ?? -1 }
    model.run(30)
    #expect(position == 30)
    model.handle(.steer(.right, isDown: true))
    model.handle(.steer(.right, isDown: true, isRepeat: true))
    model.handle(.steer(.right, isDown: false))
    #expect(position == 150)
    model.handle(.steer(.left, isDown: true))
    #expect(position == 90)
    _ = model.perform(.stepBack)
    #expect(position == 89 && model.isPaused)
    _ = model.perform(.singleStep)
    #expect(position == 90)
    _ = model.perform(.goToEnd)
    #expect(position == session.courts.count)
    _ = model.perform(.togglePause)
    #expect(position == 0 && !model.isPaused, "from the end it starts over")
    _ = model.perform(.faster)
    model.run(10)
    #expect(position == 20)
    _ = model.perform(.goToStart)
    #expect(position == 0)
    model.run(2 * session.courts.count)
    #expect(position == session.courts.count && model.isPaused, "it stands still at the end")
    #expect(model.content.fraction == 1)
    _ = model.perform(.restart)
    #expect(position == 0 && !model.isPaused)
  }

  @Test func theBarIsDragged() {
    let session = RecordedSession(seed: 1, frames: 1000)
    let total = session.courts.count
    var model = WatchModel(replay: session.replay, isPaused: true)
    func drag(_ place: Mouse.Place, _ share: Double, _ button: Mouse.Button) {
      model.handle(.mouse(Mouse(place: place, fieldX: [], share: share, moved: 5, button: button)))
    }
    drag(.timeBar, 0.5, .none)
    #expect(model.content.timeBar?.position == 0, "only with a button")
    drag(.timeBar, 0.5, .pressed)
    #expect(model.content.timeBar?.position == total / 2)
    drag(.elsewhere, 1, .held)
    #expect(model.content.timeBar?.position == total, "once it is held it may leave the bar")
    drag(.elsewhere, 0.25, .released)
    drag(.timeBar, 0, .held)
    #expect(model.content.timeBar?.position == total)
    drag(.court(0), 0.1, .pressed)
    drag(.timeBar, 0, .held)
    #expect(model.content.timeBar?.position == total, "a drag begins on the bar")
  }

  @Test func nobodyTakesAPaddleInAReplay() {
    let session = RecordedSession(seed: 1, frames: 500)
    var model = WatchModel(replay: session.replay)
    model.run(1)
    let hands = model.content.courts.map(\.hand)
    _ = model.perform(.takeOrGive)
    model.handle(.tilt(1))
    model.handle(.mouse(mouse(0, .pressed)))
    #expect(model.content.courts.map(\.hand) == hands)
    #expect(model.perform(.save) == .none && model.replay == nil)
    _ = model.perform(.toggleInside)
    _ = model.perform(.selectNext)
    #expect(model.content.inside == nil && model.content.selected == nil)
  }

  @Test func marksSayWhatHappened() {
    let session = RecordedSession(seed: 3, frames: 1500, rules: .reference)
    let marks = ReplayPlayback(session.replay).marks
    #expect(marks.kinds.count == session.courts.count, "short ones have a stretch a step")
    let starts = session.replay.parts.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.count) }
    for (step, courts) in session.courts.enumerated() {
      let isStart = starts.contains(step)
      let missed = courts.indices.contains {
        courts[$0].hand == session.courts[max(step - 1, 0)][$0].hand && !isStart
          && courts[$0].misses > session.courts[step - 1][$0].misses
      }
      if missed { #expect(marks.kinds[step].contains(.miss), "step \(step)") }
      #expect(marks.kinds[step].contains(.person) == courts.contains { $0.hand == .person })
      #expect(marks.kinds[step].contains(.part) == (isStart && step > 0))
    }
    #expect(marks.kinds.contains { $0.contains(.miss) } && marks.kinds.contains { $0.contains(.person) })
  }

  /// Of a long session every place lies a few thousand steps behind one that is kept.
  @Test func placesAreKeptAllAlong() {
    var tape = SessionTape(names: ["a"], rules: .reference, seed: 1)
    for _ in 0..<50_000 { tape.add(.stay, by: .agent, court: 0) }
    #expect(ReplayPlayback(tape.replay).snapshots.count == 50_000 / ReplayPlayback.interval + 1)
  }

  @Test func aTapeEndsWhereAReplayDoes() {
    var tape = SessionTape(names: ["a"], rules: .reference, seed: 1)
    for _ in 0..<Replay.mostSteps { tape.add(.left, by: .agent, court: 0) }
    #expect(tape.isFull)
    tape.begin(seed: 2, speed: 1)
    #expect(tape.isFull && tape.replay.count == Replay.mostSteps)
  }
}
