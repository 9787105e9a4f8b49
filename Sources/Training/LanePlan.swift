import Determinism

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
    /// The steps of each stretch.
    public private(set) var stretches: [Range<Int>] = []
    /// The chunk that each stretch begins with.
    private var firstChunks: [Int] = []
    private let chunk: Int
    /// Chunks of all stretches.
    public private(set) var chunks = 0

    init(chunk: Int) { self.chunk = chunk }

    /// The steps of all stretches.
    public var steps: Int { stretches.reduce(0) { $0 + $1.count } }

    /// Appends a stretch.
    mutating func append(_ stretch: Range<Int>) {
      firstChunks.append(chunks)
      stretches.append(stretch)
      chunks += (stretch.count + chunk - 1) / chunk
    }

    /// Takes away what lies beyond some chunks, and returns it.
    mutating func cut(to limit: Int) -> [Range<Int>] {
      var over: [Range<Int>] = []
      while chunks > limit {
        let stretch = stretches.removeLast()
        chunks = firstChunks.removeLast()
        let kept = stretch.prefix(max(0, limit - chunks) * chunk)
        over.insert(kept.upperBound..<stretch.upperBound, at: 0)
        if !kept.isEmpty { append(kept) }
      }
      return over
    }

    /// A chunk by its number; nil where the lane has ended.
    public subscript(index: Int) -> Chunk? {
      guard index < chunks else { return nil }
      // The last stretch that begins at the chunk or before it.
      var (low, high) = (0, stretches.count - 1)
      while low < high {
        let middle = (low + high + 1) / 2
        if firstChunks[middle] <= index { low = middle } else { high = middle - 1 }
      }
      let start = stretches[low].lowerBound + (index - firstChunks[low]) * chunk
      return Chunk(
        steps: start..<min(start + chunk, stretches[low].upperBound), isStart: index == firstChunks[low])
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
  /// Steps of the longest stretch that the plan began with.
  private let stretch: Int

  /// A lane for each stretch or, where lanes are fewer, each stretch to the lane with the fewest chunks.
  init(stretches: [Range<Int>], lanes count: Int, chunk: Int, lastStepOnly: Bool) {
    lanes = stretches.prefix(count).map { stretch in
      var lane = Lane(chunk: chunk)
      lane.append(stretch)
      return lane
    }
    self.chunk = chunk
    self.lastStepOnly = lastStepOnly
    chunks = 0
    stretch = stretches.map(\.count).max() ?? 1
    append(stretches: stretches.dropFirst(count))
  }

  /// Every-step streams: episodes cut into stretches of about the total divided by `streams`. Short episodes make more
  /// stretches than that. Up to twice as many have lanes of their own, as in the runs of the committed results; more share as
  /// many lanes as there are streams, for a thousand episodes side by side would be a handful of updates a pass. Where more
  /// than a twentieth of the pass would be left to fewer than half of the lanes, all share what is over: an update is as
  /// large, however few labels it comes from, and a vanilla RNN that learned from 96 games of a tracker learned nothing
  /// from 97 whose last one had a quarter of the updates to itself.
  public static func streams(_ data: TrainingData, streams: Int, chunk: Int) -> LanePlan {
    let length = max(1, (data.count + streams - 1) / streams)
    let stretches = stretches(of: data.episodes, length: length)
    var plan = LanePlan(
      stretches: stretches, lanes: stretches.count > 2 * streams ? streams : stretches.count, chunk: chunk,
      lastStepOnly: false)
    if 20 * plan.thinChunks > plan.chunks { plan.shareOut() }
    return plan
  }

  /// Chunks in which fewer than half of the lanes have steps.
  var thinChunks: Int {
    let ends = lanes.map(\.chunks).sorted(by: >)
    return ends.isEmpty ? 0 : ends[0] - ends[(ends.count - 1) / 2]
  }

  /// Takes what lanes have beyond an equal share, cut between chunks, and gives it to those that have less.
  private mutating func shareOut() {
    let total = lanes.reduce(0) { $0 + $1.chunks }
    chunks = (total + lanes.count - 1) / lanes.count
    let over = lanes.indices.flatMap { lanes[$0].cut(to: chunks) }
    var lane = 0
    for stretch in over {
      var rest = stretch
      while !rest.isEmpty {
        while lanes[lane].chunks == chunks { lane += 1 }
        let piece = rest.prefix((chunks - lanes[lane].chunks) * chunk)
        lanes[lane].append(piece)
        rest = piece.upperBound..<rest.upperBound
      }
    }
  }

  /// The published recipe (reference.md, section 3): `segments` contiguous segments, each repeated at
  /// `window` offsets; 20,000 steps, 25 segments and windows of 40 make 1,000 sequences of 19 windows.
  public static func windows(_ data: TrainingData, segments: Int, window: Int) -> LanePlan {
    var stretches: [Range<Int>] = []
    let total = data.count
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
    return LanePlan(stretches: stretches, lanes: stretches.count, chunk: window, lastStepOnly: true)
  }

  /// Episodes cut into stretches of equal length, a given one at most.
  private static func stretches(of episodes: [Range<Int>], length: Int) -> [Range<Int>] {
    episodes.flatMap { $0.parts(($0.count + length - 1) / length) }
  }

  /// Adds episodes to the lanes that are there: cut to the length of the stretches that the plan began with, each to the lane
  /// with the fewest chunks, of equals the first.
  mutating func append(_ episodes: [Range<Int>]) {
    append(stretches: LanePlan.stretches(of: episodes, length: stretch))
  }

  private mutating func append(stretches: some Sequence<Range<Int>>) {
    for stretch in stretches {
      let shortest = lanes.indices.min { lanes[$0].chunks < lanes[$1].chunks } ?? 0
      lanes[shortest].append(stretch)
    }
    chunks = lanes.map(\.chunks).max() ?? 0
  }

  /// Lanes of a shard, a function of the number of lanes alone so that results do not depend on threads:
  /// wide shards use the machine best, but one shard for all would leave other cores idle.
  public var shardWidth: Int { lanes.count > 128 ? 64 : lanes.count > 32 ? 32 : 16 }

  /// The lanes of every shard, at most `shardWidth` each and evenly filled.
  public var shards: [Range<Int>] {
    lanes.indices.parts((lanes.count + shardWidth - 1) / shardWidth)
  }

  /// Steps of chunk `index`: those of the lane that has most.
  func steps(ofChunk index: Int) -> Int { lanes.reduce(0) { max($0, $1[index]?.steps.count ?? 0) } }

  /// Steps of the longest chunk there is, or may come.
  var longestChunk: Int { min(chunk, stretch) }

  /// Whether step `step` of a chunk has a target.
  func isSupervised(step: Int) -> Bool { !lastStepOnly || step == chunk - 1 }

  /// Supervised steps of chunk `index`, over all lanes.
  func supervisedSteps(ofChunk index: Int) -> Int {
    lanes.reduce(0) { total, lane in
      let steps = lane[index]?.steps.count ?? 0
      return total + (lastStepOnly ? (steps == chunk ? 1 : 0) : steps)
    }
  }
}
