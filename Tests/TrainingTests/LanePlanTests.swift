import Demonstrations
import Determinism
import PongEngine
import Testing

@testable import Training

@Suite("LanePlan")
struct LanePlanTests {
  static func data(_ episodes: Int...) -> TrainingData { data(episodes) }

  static func data(_ episodes: [Int]) -> TrainingData {
    TrainingData(
      Dataset(
        metadata: DatasetMetadata(expert: "test"),
        episodes: episodes.map { count in
          Episode(
            observations: (0..<count).map { Observation(bits: UInt32($0)) },
            actions: [Action](repeating: .stay, count: count))
        }))
  }

  static func chunks(_ lane: LanePlan.Lane) -> [LanePlan.Chunk] { (0..<lane.chunks).compactMap { lane[$0] } }

  /// The steps of all lanes, in the order of their chunks.
  static func steps(_ plan: LanePlan) -> [Int] { plan.lanes.flatMap { chunks($0).flatMap(\.steps) } }

  /// Whether a lane is one stretch without a gap.
  static func isStretch(_ lane: LanePlan.Lane) -> Bool {
    let chunks = chunks(lane)
    return !chunks.isEmpty && chunks.count == lane.chunks && lane[lane.chunks] == nil
      && chunks.map(\.isStart) == chunks.indices.map { $0 == 0 }
      && zip(chunks, chunks.dropFirst()).allSatisfy { $0.steps.upperBound == $1.steps.lowerBound }
  }

  static func isWithinAnEpisode(_ lane: LanePlan.Lane, _ data: TrainingData) -> Bool {
    data.episodes.contains { episode in chunks(lane).allSatisfy { episode.clamped(to: $0.steps) == $0.steps }
    }
  }

  /// Episodes that are added keep the lanes as they are, go on in chunks of their own, and are covered once.
  @Test func addedEpisodesAreFurtherStretches() {
    var data = LanePlanTests.data(20_000)
    var plan = LanePlan.streams(data, streams: 32, chunk: 20)
    let before = plan
    for round in 1...5 {
      let episodes = data.append(
        Dataset(
          metadata: DatasetMetadata(expert: "test"),
          episodes: (0..<10).map { _ in
            Episode(
              observations: (0..<2_000).map { Observation(bits: UInt32($0)) },
              actions: [Action](repeating: .left, count: 2_000))
          }))
      plan.append(episodes)
      #expect(data.count == 20_000 * (round + 1) && data.episodes.count == 1 + 10 * round)
      #expect(LanePlanTests.steps(plan).sorted() == Array(data.rows.indices))
      #expect(zip(plan.lanes, before.lanes).allSatisfy { $0.stretches.starts(with: $1.stretches) })
      let counts = plan.lanes.map(\.chunks)
      #expect(plan.lanes.count == 32 && (counts.max() ?? 0) - (counts.min() ?? 0) <= 25 + 7)
      #expect(plan.chunks == counts.max())
    }
    // A stretch begins with a chunk, and its memory is empty there.
    for lane in plan.lanes {
      let chunks = LanePlanTests.chunks(lane)
      #expect(chunks.filter(\.isStart).map(\.steps.lowerBound) == lane.stretches.map(\.lowerBound))
      for (chunk, next) in zip(chunks, chunks.dropFirst()) {
        #expect(next.isStart || chunk.steps.upperBound == next.steps.lowerBound)
        #expect(next.isStart || chunk.steps.count == 20)
      }
    }
  }

  /// Rounds that are shorter than a stretch of the demonstration are not cut at all: a memory is worth as much in them.
  @Test func addedEpisodesAreNotCutShorter() {
    var data = LanePlanTests.data(3_200)
    var plan = LanePlan.streams(data, streams: 32, chunk: 20)
    #expect(plan.longestChunk == 20 && plan.lanes.allSatisfy { $0.steps == 100 })
    plan.append(
      data.append(
        Dataset(
          metadata: DatasetMetadata(expert: "test"),
          episodes: [60, 100, 101, 250].map { count in
            Episode(
              observations: (0..<count).map { Observation(bits: UInt32($0)) },
              actions: [Action](repeating: .stay, count: count))
          })))
    let added = plan.lanes.flatMap { $0.stretches.dropFirst() }.map(\.count)
    #expect(added == [60, 100, 50, 51, 83, 83, 84])
  }

  @Test func publishedRecipe() {
    let plan = LanePlan.windows(LanePlanTests.data(20_000), segments: 25, window: 40)
    #expect(plan.lanes.count == 1000)
    #expect(plan.lanes.allSatisfy { $0.steps == 19 * 40 })
    #expect(plan.chunks == 19)
    #expect(plan.lastStepOnly)
    // Segment s at offset o begins at 800 s + o.
    let starts = (0..<25).flatMap { (s: Int) -> [Int] in (0..<40).map { 800 * s + $0 } }
    #expect(plan.lanes.map { $0.stretches[0].lowerBound } == starts)
    #expect(plan.shardWidth == 64)
    #expect(plan.shards.count == 16)
  }

  @Test func publishedRecipeSupervisesEveryStepOnce() {
    // Last steps of windows: 40 offsets make them consecutive.
    let plan = LanePlan.windows(LanePlanTests.data(20_000), segments: 25, window: 40)
    let targets = plan.lanes.flatMap { lane in
      LanePlanTests.chunks(lane).flatMap { chunk in
        chunk.steps.enumerated().filter { plan.isSupervised(step: $0.offset) }.map(\.element)
      }
    }
    #expect((0..<plan.chunks).map { plan.supervisedSteps(ofChunk: $0) } == [Int](repeating: 1000, count: 19))
    #expect(Set(targets).count == targets.count)
    let expected = (0..<25).flatMap { (s: Int) -> [Int] in Array(800 * s + 39..<800 * s + 799) }
    #expect(targets.sorted() == expected)
  }

  @Test func streamsCoverEveryStepOnce() {
    var generator = SeededGenerator(seed: 1)
    var cases: [[Int]] = [[20_000], [1], [1, 1, 1], [7, 1000, 3], []]
    for _ in 0..<100 {
      cases.append((0..<1 + generator.uniform(below: 12)).map { _ in 1 + generator.uniform(below: 700) })
    }
    for episodes in cases {
      let data = LanePlanTests.data(episodes)
      for streams in [1, 2, 25, 64, 1000] {
        let plan = LanePlan.streams(data, streams: streams, chunk: 40)
        #expect(LanePlanTests.steps(plan).sorted() == Array(data.rows.indices))
        // No stretch crosses from one episode to the next, no lane is empty.
        let stretches = plan.lanes.flatMap(\.stretches)
        #expect(
          stretches.allSatisfy { stretch in
            !stretch.isEmpty && data.episodes.contains { $0.clamped(to: stretch) == stretch }
          })
        #expect(plan.lanes.allSatisfy { !$0.stretches.isEmpty })
        #expect(plan.lanes.count <= 2 * streams)
        #expect(plan.thinChunks <= max(1, plan.chunks / 20), "\(episodes), \(streams)")
      }
    }
  }

  /// A batch is what the config says, however many episodes there are; up to twice as many stretches are left side by side.
  @Test(arguments: [(64, 64), (96, 32), (512, 32)]) func shortEpisodesShareLanes(episodes: Int, lanes: Int) {
    let data = LanePlanTests.data([Int](repeating: 200, count: episodes))
    let plan = LanePlan.streams(data, streams: 32, chunk: 20)
    #expect(plan.lanes.count == lanes)
    #expect(plan.chunks == (episodes + lanes - 1) / lanes * 10)
    #expect(plan.lanes[0].stretches.first == 0..<200)
    #expect(plan.lanes.last?.stretches.first == (lanes - 1) * 200..<lanes * 200)
    #expect(
      LanePlanTests.chunks(plan.lanes[0]).map(\.isStart) == (0..<plan.lanes[0].chunks).map { $0 % 10 == 0 })
  }

  /// An update of one lane is as large as one of all, so a pass must not end in many of them.
  @Test(arguments: [65, 97, 130, 481]) func noLaneIsLeftAlone(episodes: Int) {
    let data = LanePlanTests.data([Int](repeating: 1031, count: episodes))
    let plan = LanePlan.streams(data, streams: 32, chunk: 20)
    #expect(LanePlanTests.steps(plan).sorted() == Array(data.rows.indices))
    // 1031 steps are 52 chunks; cuts lie between them.
    #expect(plan.chunks == (52 * episodes + 31) / 32)
    #expect(20 * plan.thinChunks <= plan.chunks && plan.lanes.count == 32)
    #expect(plan.lanes.allSatisfy { lane in lane.chunks == LanePlanTests.chunks(lane).count })
    // Whole games are where they would be without those that are over.
    let whole = LanePlan.streams(
      LanePlanTests.data([Int](repeating: 1031, count: episodes / 32 * 32)), streams: 32, chunk: 20)
    for (lane, full) in zip(plan.lanes, whole.lanes) where whole.lanes.count == 32 {
      #expect(lane.stretches.starts(with: full.stretches))
    }
  }

  /// A short end is not worth cuts, each of which is a memory that begins empty.
  @Test func aFewLabelsOverAreLeftAlone() {
    let lengths = [Int](repeating: 1040, count: 96) + [160]
    let plan = LanePlan.streams(LanePlanTests.data(lengths), streams: 32, chunk: 20)
    #expect(plan.chunks == 164 && plan.thinChunks == 8 && plan.lanes[0].stretches.count == 4)
    #expect(plan.lanes.dropFirst().allSatisfy { $0.stretches.count == 3 })
  }

  @Test func streamsAreEven() {
    let plan = LanePlan.streams(LanePlanTests.data(20_000), streams: 32, chunk: 40)
    #expect(plan.lanes.count == 32)
    #expect(plan.lanes.allSatisfy { $0.steps == 625 })
    #expect(plan.chunks == 16)
    #expect(!plan.lastStepOnly)
  }

  @Test func windowsStayInsideTheirEpisode() {
    var generator = SeededGenerator(seed: 2)
    for _ in 0..<100 {
      let data = LanePlanTests.data((0..<6).map { _ in generator.uniform(below: 900) })
      for lane in LanePlan.windows(data, segments: 10, window: 20).lanes {
        #expect(lane.steps % 20 == 0 && LanePlanTests.isStretch(lane))
        #expect(LanePlanTests.isWithinAnEpisode(lane, data))
      }
    }
  }

  @Test(arguments: [(1, 16), (16, 16), (32, 16), (33, 32), (128, 32), (129, 64), (1000, 64)])
  func shardsAreAFunctionOfTheLanes(lanes: Int, width: Int) {
    let plan = LanePlan(
      stretches: (0..<lanes).map { $0..<$0 + 1 }, lanes: lanes, chunk: 1, lastStepOnly: false)
    #expect(plan.shardWidth == width)
    #expect(plan.shards.flatMap { $0 } == Array(0..<lanes))
    #expect(plan.shards.allSatisfy { !$0.isEmpty && $0.count <= width })
  }
}
