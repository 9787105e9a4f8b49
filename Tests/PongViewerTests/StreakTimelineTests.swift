import Determinism
import PictureGoldens
import PongEngine
import Testing

@testable import PongViewer

@Suite("Timeline: bounded, and nothing that matters gets lost")
struct StreakTimelineTests {
  private func recorder(_ streaks: [Int]) -> TimelineRecorder {
    var recorder = TimelineRecorder(players: 1)
    for streak in streaks {
      recorder.note(streak, player: 0)
      recorder.endStep()
    }
    return recorder
  }

  private func samples(_ timeline: StreakTimeline, player: Int = 0) -> [StreakTimeline.Sample] {
    (0..<timeline.count).map { timeline[player, $0] }
  }

  @Test func aSampleHoldsPeakAndEnd() {
    // Four steps a sample: three catches, a miss, then a record of four.
    let timeline = recorder([1, 2, 3, 3, 0, 0, 1, 2, 3, 4, 4, 4, 5]).timeline
    #expect(timeline.stride == 4 && timeline.count == 3 && timeline.top == 4)
    #expect(
      samples(timeline) == [
        .init(peak: 3, last: 3, isRecord: false), .init(peak: 3, last: 2, isRecord: false),
        .init(peak: 4, last: 4, isRecord: true),
      ])
  }

  @Test func theFirstStreakIsNoRecord() {
    let timeline = recorder(Array(1...400)).timeline
    #expect(samples(timeline).allSatisfy { !$0.isRecord })
  }

  /// Against the same numbers without bounds: a sample of any stride is the peak and the end of its steps.
  @Test(arguments: 0..<4 as Range<UInt64>)
  func halvingKeepsPeaksEndsAndRecords(_ seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    var streaks: [Int] = []
    var records: [Bool] = []
    var (streak, longest) = (0, 0)
    for _ in 0..<20_000 {
      let draw = generator.next() % 1000
      var isRecord = false
      if draw < 5 {
        longest = max(longest, streak)
        streak = 0
      } else if draw < 300 {
        streak += 1
        isRecord = longest > 0 && streak == longest + 1
      }
      streaks.append(streak)
      records.append(isRecord)
    }
    let timeline = recorder(streaks).timeline
    #expect(timeline.count < StreakTimeline.capacity && timeline.count >= StreakTimeline.capacity / 2)
    #expect(timeline.stride == 64)
    for (index, sample) in samples(timeline).enumerated() {
      let steps = index * timeline.stride..<(index + 1) * timeline.stride
      let before = steps.lowerBound == 0 ? 0 : streaks[steps.lowerBound - 1]
      #expect(Int(sample.last) == streaks[steps.upperBound - 1], "sample \(index)")
      #expect(Int(sample.peak) == max(before, streaks[steps].max()!), "sample \(index)")
      #expect(sample.isRecord == records[steps].contains(true), "sample \(index)")
    }
    #expect(timeline.top == streaks[..<(timeline.count * timeline.stride)].max())
  }

  @Test func handsAreKeptApart() {
    var recorder = TimelineRecorder(players: 1)
    // The agent catches 2, misses, catches 2; the person catches 1; the agent's third is its record.
    for (streak, isPersons) in [
      (2, false), (0, false), (2, false), (0, true), (1, true), (1, true), (0, true), (3, false),
    ] {
      recorder.note(streak, player: 0, isPersons: isPersons)
      for _ in 0..<4 { recorder.endStep() }
    }
    typealias Sample = StreakTimeline.Sample
    #expect(
      samples(recorder.timeline) == [
        Sample(peak: 2, last: 2), Sample(peak: 2, last: 0), Sample(peak: 2, last: 2),
        Sample(peak: 0, last: 0, isPersons: true), Sample(peak: 1, last: 1, isPersons: true),
        Sample(peak: 1, last: 1, isPersons: true), Sample(peak: 1, last: 0, isPersons: true),
        Sample(peak: 3, last: 3, isRecord: true),
      ])
  }

  @Test func theModelRecordsEveryPlayerAndStartsOver() {
    var model = WatchModel(
      players: [("still", Constant(.stay)), ("tracker", Tracker())], rules: .reference, seed: 3)
    for _ in 0..<3000 { model.advance(elapsed: 1 / 60, deadline: 1, clock: { 0 }) }
    let content = model.content
    #expect(content.timeline.count * content.timeline.stride == model.steps - model.steps % 8)
    for (player, court) in content.courts.enumerated() {
      let peaks = samples(content.timeline, player: player).map { Int($0.peak) }
      #expect(peaks.max() == court.best, "\(court.name)")
    }
    _ = model.perform(.restart)
    #expect(model.content.timeline == StreakTimeline(players: 2))
  }

  @Test func scalesEndInRoundNumbers() {
    #expect(
      [0, 9, 10, 11, 21, 31, 51, 99, 100, 101, 1603, 9_999].map(TimelineDrawing.scaleEnd)
        == [10, 10, 10, 20, 30, 50, 100, 100, 100, 200, 2000, 10_000])
  }
}

@Suite("Timeline: what is seen", .enabled(if: Viewer.hasWindow))
struct TimelineDrawingTests {
  private func content(_ streaks: [[Int]]) -> SceneContent {
    var recorder = TimelineRecorder(players: streaks.count)
    for step in streaks[0].indices {
      for player in streaks.indices { recorder.note(streaks[player][step], player: player) }
      recorder.endStep()
    }
    let state = GameState(rules: .reference, serve: Serve(x: 90, y: 60, dx: 4, dy: -4))
    return SceneContent(
      courts: streaks.indices.map { CourtView(name: "player \($0)", state: state) }, rules: .reference,
      timeline: recorder.timeline)
  }

  /// Streaks that climb every `pace` steps and end at `end`.
  private func saw(_ pace: Int, _ ends: [Int]) -> [Int] {
    ends.flatMap { end in (0...end).flatMap { [Int](repeating: $0, count: pace) } }
  }

  @Test func drawsTheTimelineAsStored() throws {
    let first = saw(8, [6, 12, 30, 3, 45]).prefix(700)
    let second = saw(9, [2, 1, 4, 0, 3, 70]).prefix(700)
    var canvas = Canvas(width: 420, height: 500)
    try Scene().draw(content([Array(first), Array(second)]), on: &canvas)
    try expectPicture(canvas, "timeline")
  }

  @Test func aMissDropsTheLineInThePlayersColour() throws {
    // 100 samples at ten catches, then none.
    let content = content([[Int](repeating: 10, count: 400) + [Int](repeating: 0, count: 400)])
    var canvas = Canvas(width: 800, height: 600)
    try Scene().draw(content, on: &canvas)
    let strip = try #require(Layout(width: 800, height: 600, courts: 1).timeline)
    let color = Palette.player(0).packed
    func rows(_ column: Int) -> [Int] {
      (strip.top..<strip.bottom).filter { canvas.pixel(column, $0) == color }
    }
    let columns = (strip.left..<strip.right).filter { !rows($0).isEmpty }
    let high = columns.filter { rows($0).allSatisfy { $0 < (strip.top + strip.bottom) / 2 } }
    let low = columns.filter { rows($0).allSatisfy { $0 > (strip.top + strip.bottom) / 2 } }
    #expect(abs(high.count - low.count) < 8 && high.count > 200, "\(high.count) high, \(low.count) low")
    #expect(high.max()! < low.min()!)
    #expect(columns.contains { rows($0).count > strip.height / 2 }, "the drop")
  }

  @Test func isOnlyThereWhereThereIsRoom() {
    for (width, height, isThere) in [
      (960, 720, true), (400, 500, true), (399, 720, false), (960, 499, false), (160, 120, false),
    ] {
      let layout = Layout(width: width, height: height, courts: 1)
      #expect((layout.timeline != nil) == isThere, "\(width) x \(height)")
      if let strip = layout.timeline {
        #expect(strip.bottom == layout.footer.top && strip.left == 0 && strip.right == width)
      }
    }
  }
}
