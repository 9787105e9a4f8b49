/// How the streaks of all players went since the start, in bounded memory: one sample stands for `stride`
/// steps, and when all places are taken every two neighbours become one and `stride` doubles. The highest
/// streak and the records of the two are kept, so a short peak does not get lost.
public struct StreakTimeline: Sendable, Equatable {
  /// One player's streak over `stride` steps.
  public struct Sample: Sendable, Equatable {
    /// The highest streak.
    public var peak: Int32 = 0
    /// The streak at the end; less than `peak` after a miss.
    public var last: Int32 = 0
    /// Whether an earlier longest streak was passed.
    public var isRecord = false
  }

  /// The most samples kept for each player; even.
  public static let capacity = 512

  /// Players.
  public let players: Int
  /// Steps to a sample.
  public private(set) var stride = 4
  /// Samples there are of each player, less than `capacity`.
  public private(set) var count = 0
  /// The longest streak in any sample.
  public private(set) var top = 0
  // `capacity` places a player.
  private var samples: [Sample]

  /// A timeline without samples.
  public init(players: Int) {
    self.players = players
    samples = [Sample](repeating: Sample(), count: players * StreakTimeline.capacity)
  }

  /// The sample of a player, the oldest first.
  public subscript(player: Int, index: Int) -> Sample { samples[player * StreakTimeline.capacity + index] }

  /// Adds the next sample of every player.
  mutating func append(_ next: [Sample]) {
    precondition(next.count == players, "\(next.count) samples for \(players) players")
    for player in 0..<players {
      samples[player * StreakTimeline.capacity + count] = next[player]
      top = max(top, Int(next[player].peak))
    }
    count += 1
    if count == StreakTimeline.capacity { halve() }
  }

  private mutating func halve() {
    for player in 0..<players {
      let start = player * StreakTimeline.capacity
      for index in 0..<(count / 2) {
        let (first, second) = (samples[start + 2 * index], samples[start + 2 * index + 1])
        samples[start + index] = Sample(
          peak: max(first.peak, second.peak), last: second.last,
          isRecord: first.isRecord || second.isRecord)
      }
    }
    count /= 2
    stride *= 2
  }
}

/// Makes a timeline out of the streaks after every step.
struct TimelineRecorder {
  private(set) var timeline: StreakTimeline
  private var open: [StreakTimeline.Sample]
  private var longestEnded: [Int32]
  private var stepsInOpen = 0

  init(players: Int) {
    timeline = StreakTimeline(players: players)
    open = [StreakTimeline.Sample](repeating: .init(), count: players)
    longestEnded = [Int32](repeating: 0, count: players)
  }

  /// Takes in a player's streak after a step.
  mutating func note(_ streak: Int, player: Int) {
    let streak = Int32(clamping: streak)
    let before = open[player].last
    guard streak != before else { return }
    if streak < before {
      longestEnded[player] = max(longestEnded[player], before)
    } else if longestEnded[player] > 0, streak == longestEnded[player] + 1 {
      open[player].isRecord = true
    }
    open[player].peak = max(open[player].peak, streak)
    open[player].last = streak
  }

  /// Ends a step, after every player's streak was noted.
  mutating func endStep() {
    stepsInOpen += 1
    guard stepsInOpen >= timeline.stride else { return }
    stepsInOpen = 0
    timeline.append(open)
    for player in open.indices {
      open[player].peak = open[player].last
      open[player].isRecord = false
    }
  }
}
