/// Which steps of the training data every lane plays in an update: each lane runs through stretches of its own,
/// `chunk` steps an update, its state carried along within a stretch.
public struct LanePlan: Sendable, Equatable {
  /// Steps of one chunk of a lane.
  public struct Chunk: Sendable, Equatable {
    /// The steps, at most as many as a chunk has.
    public let steps: Range<Int>
    /// Whether a stretch begins here: with an empty memory.
    public let isStart: Bool
  }

  /// What a lane runs through: stretch after stretch, each beginning with a chunk.
  public struct Lane: Sendable, Equatable {
    /// Chunk after chunk.
    public private(set) var chunks: [Chunk] = []

    /// The steps of all chunks.
    public var steps: Int { chunks.reduce(0) { $0 + $1.steps.count } }

    /// Appends a stretch, cut into chunks.
    mutating func append(_ stretch: Range<Int>, chunk: Int) {
      for start in stride(from: stretch.lowerBound, to: stretch.upperBound, by: chunk) {
        chunks.append(
          Chunk(steps: start..<min(start + chunk, stretch.upperBound), isStart: start == stretch.lowerBound))
      }
    }
  }

  /// The lanes.
  public private(set) var lanes: [Lane]
  /// Steps of a chunk.
  public let chunk: Int
  /// Whether only the last step of a full chunk is supervised.
  public let lastStepOnly: Bool
  /// Chunks in a pass: those of the longest lane.
  public private(set) var chunks: Int

  /// A lane for each stretch.
  init(stretches: [Range<Int>], chunk: Int, lastStepOnly: Bool) {
    lanes = stretches.map { stretch in
      var lane = Lane()
      lane.append(stretch, chunk: chunk)
      return lane
    }
    self.chunk = chunk
    self.lastStepOnly = lastStepOnly
    chunks = lanes.map(\.chunks.count).max() ?? 0
  }

  /// Every-step streams: episodes cut into stretches of about the total divided by `streams`.
  public static func streams(_ data: TrainingData, streams: Int, chunk: Int) -> LanePlan {
    LanePlan(
      stretches: stretches(of: data.episodes, streams: streams), chunk: chunk, lastStepOnly: false)
  }

  /// The published recipe (reference.md, section 3): `segments` contiguous segments, each repeated at
  /// `window` offsets; 20,000 steps, 25 segments and windows of 40 make 1,000 sequences of 19 windows.
  public static func windows(_ data: TrainingData, segments: Int, window: Int) -> LanePlan {
    var stretches: [Range<Int>] = []
    let total = data.observations.count
    for episode in data.episodes {
      let pieces = max(1, (segments * episode.count + total / 2) / total)
      let length = episode.count / pieces
      let windows = (length - window) / window
      guard windows > 0 else { continue }
      for piece in 0..<pieces {
        for offset in 0..<window {
          let start = episode.lowerBound + piece * length + offset
          stretches.append(start..<start + windows * window)
        }
      }
    }
    return LanePlan(stretches: stretches, chunk: window, lastStepOnly: true)
  }

  /// Episodes cut into stretches of about their total divided by `streams`.
  private static func stretches(of episodes: [Range<Int>], streams: Int) -> [Range<Int>] {
    let total = episodes.reduce(0) { $0 + $1.count }
    let target = max(1, (total + streams - 1) / streams)
    return episodes.flatMap { episode in
      let pieces = (episode.count + target - 1) / target
      return (0..<pieces).map { piece in
        let start = episode.lowerBound + episode.count * piece / pieces
        return start..<episode.lowerBound + episode.count * (piece + 1) / pieces
      }
    }
  }

  /// Adds episodes to the lanes that are there: cut like those before, each stretch to the lane with the fewest chunks,
  /// of equals the first.
  mutating func append(_ episodes: [Range<Int>]) {
    for stretch in LanePlan.stretches(of: episodes, streams: lanes.count) {
      let shortest = lanes.indices.min { lanes[$0].chunks.count < lanes[$1].chunks.count } ?? 0
      lanes[shortest].append(stretch, chunk: chunk)
    }
    chunks = lanes.map(\.chunks.count).max() ?? 0
  }

  /// Lanes of a shard, a function of the number of lanes alone so that results do not depend on threads:
  /// wide shards use the machine best, but one shard for all would leave other cores idle.
  public var shardWidth: Int { lanes.count > 128 ? 64 : lanes.count > 32 ? 32 : 16 }

  /// The lanes of every shard, at most `shardWidth` each and evenly filled.
  public var shards: [Range<Int>] {
    let count = (lanes.count + shardWidth - 1) / shardWidth
    return (0..<count).map { lanes.count * $0 / count..<lanes.count * ($0 + 1) / count }
  }

  /// Steps of chunk `index`: those of the lane that has most.
  func steps(ofChunk index: Int) -> Int {
    lanes.reduce(0) { index < $1.chunks.count ? max($0, $1.chunks[index].steps.count) : $0 }
  }

  /// Whether step `step` of a chunk has a target.
  func isSupervised(step: Int) -> Bool { !lastStepOnly || step == chunk - 1 }

  /// Supervised steps of chunk `index`, over all lanes.
  func supervisedSteps(ofChunk index: Int) -> Int {
    lanes.reduce(0) { total, lane in
      let steps = index < lane.chunks.count ? lane.chunks[index].steps.count : 0
      return total + (lastStepOnly ? (steps == chunk ? 1 : 0) : steps)
    }
  }
}
