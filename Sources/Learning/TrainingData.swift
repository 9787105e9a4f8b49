import Demonstrations
import NeuralCore
import PongEngine
import Storage

/// A demonstration as the trainer reads it: flat columns, as seen by the agent, and where episodes begin.
public struct TrainingData: Sendable {
  /// 24 bits a step.
  public let observations: [UInt32]
  /// The action of the same step, its raw value.
  public let actions: [UInt8]
  /// The steps of each episode.
  public let episodes: [Range<Int>]

  /// The columns of a dataset; rows that no agent could have seen are dropped (`asSeenByAgent`).
  public init(_ dataset: Dataset) {
    var observations: [UInt32] = []
    var actions: [UInt8] = []
    var episodes: [Range<Int>] = []
    for episode in dataset.asSeenByAgent.episodes where episode.count > 0 {
      episodes.append(observations.count..<observations.count + episode.count)
      observations.append(contentsOf: episode.observations.map(\.bits))
      actions.append(contentsOf: episode.actions.map(\.rawValue))
    }
    self.observations = observations
    self.actions = actions
    self.episodes = episodes
  }

  /// A checksum of all of it, eight hexadecimal digits: that a run goes on with the data it was started with.
  public var checksum: String {
    var crc = CRC32()
    func add(_ word: UInt32) { withUnsafeBytes(of: word.littleEndian) { crc.update($0) } }
    for episode in episodes {
      add(UInt32(truncatingIfNeeded: episode.count))
      for step in episode { add(observations[step] | UInt32(actions[step]) << 24) }
    }
    return hexadecimal(crc.value)
  }
}

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
}
