/// Which steps of the demonstration every lane plays in an update: each lane runs through a stretch of its
/// own, `chunk` steps an update, its state carried along.
public struct LanePlan: Sendable, Equatable {
  /// The stretch of every lane.
  public let lanes: [Range<Int>]
  /// Steps of a chunk.
  public let chunk: Int
  /// Whether only the last step of a full chunk is supervised.
  public let lastStepOnly: Bool

  /// Chunks in a pass.
  public var chunks: Int { ((lanes.map(\.count).max() ?? 0) + chunk - 1) / chunk }

  /// Every-step streams: episodes cut into stretches of about the total divided by `streams`.
  public static func streams(_ data: TrainingData, streams: Int, chunk: Int) -> LanePlan {
    let target = max(1, (data.observations.count + streams - 1) / streams)
    var lanes: [Range<Int>] = []
    for episode in data.episodes {
      let pieces = (episode.count + target - 1) / target
      for piece in 0..<pieces {
        let start = episode.lowerBound + episode.count * piece / pieces
        lanes.append(start..<episode.lowerBound + episode.count * (piece + 1) / pieces)
      }
    }
    return LanePlan(lanes: lanes, chunk: chunk, lastStepOnly: false)
  }

  /// The published recipe (reference.md, section 3): `segments` contiguous segments, each repeated at
  /// `window` offsets; 20,000 steps, 25 segments and windows of 40 make 1,000 sequences of 19 windows.
  public static func windows(_ data: TrainingData, segments: Int, window: Int) -> LanePlan {
    var lanes: [Range<Int>] = []
    let total = data.observations.count
    for episode in data.episodes {
      let pieces = max(1, (segments * episode.count + total / 2) / total)
      let length = episode.count / pieces
      let windows = (length - window) / window
      guard windows > 0 else { continue }
      for piece in 0..<pieces {
        for offset in 0..<window {
          let start = episode.lowerBound + piece * length + offset
          lanes.append(start..<start + windows * window)
        }
      }
    }
    return LanePlan(lanes: lanes, chunk: window, lastStepOnly: true)
  }

  /// Lanes of a shard, a function of the number of lanes alone so that results do not depend on threads:
  /// wide shards use the machine best, but one shard for all would leave other cores idle.
  public var shardWidth: Int { lanes.count > 128 ? 64 : lanes.count > 32 ? 32 : 16 }

  /// The lanes of every shard, at most `shardWidth` each and evenly filled.
  public var shards: [Range<Int>] {
    let count = (lanes.count + shardWidth - 1) / shardWidth
    return (0..<count).map { lanes.count * $0 / count..<lanes.count * ($0 + 1) / count }
  }

  /// Steps of chunk `index`: those of the longest lane.
  func steps(ofChunk index: Int) -> Int {
    min(chunk, (lanes.map(\.count).max() ?? 0) - index * chunk)
  }

  /// Whether step `step` of a chunk has a target.
  func isSupervised(step: Int) -> Bool { !lastStepOnly || step == chunk - 1 }

  /// Supervised steps of chunk `index`, over all lanes.
  func supervisedSteps(ofChunk index: Int) -> Int {
    lanes.reduce(0) { total, lane in
      let steps = max(0, min(chunk, lane.count - index * chunk))
      return total + (lastStepOnly ? (steps == chunk ? 1 : 0) : steps)
    }
  }
}
