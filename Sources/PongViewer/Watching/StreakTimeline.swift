/// How the streaks of all players went since the start, in bounded memory: one sample stands for `stride`
/// steps, and when all places are taken every two neighbours become one and `stride` doubles. The highest
/// streak and the records of the two are kept, so a short peak does not get lost; where the paddle changed hands
/// between them, the second is kept.
public struct StreakTimeline: Sendable, Equatable {
  /// One player's streak over `stride` steps.
  public struct Sample: Sendable, Equatable {
    /// The highest streak.
    public var peak: Int32 = 0
    /// The streak at the end; less than `peak` after a miss.
    public var last: Int32 = 0
    /// Whether an earlier longest streak was passed.
    public var isRecord = false
    /// Whether it is a person's streak rather than the agent's.
    public var isPersons = false
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
        guard first.isPersons == second.isPersons else {
          samples[start + index] = second
          continue
        }
        samples[start + index] = Sample(
          peak: max(first.peak, second.peak), last: second.last,
          isRecord: first.isRecord || second.isRecord, isPersons: second.isPersons)
      }
    }
    count /= 2
    stride *= 2
  }
}

/// Makes a timeline out of the streaks after every step.
struct TimelineRecorder {
  /// A hand's streak goes on where it stood when the hand comes back.
  private struct Hand {
    var streak: Int32 = 0
    var longestEnded: Int32 = 0
  }

  private(set) var timeline: StreakTimeline
  private var open: [StreakTimeline.Sample]
  /// The agent's hand, then the person's, of every player.
  private var hands: [Hand]
  private var stepsInOpen = 0

  init(players: Int) {
    timeline = StreakTimeline(players: players)
    open = [StreakTimeline.Sample](repeating: .init(), count: players)
    hands = [Hand](repeating: .init(), count: 2 * players)
  }

  /// Takes in the streak, after a step, of the hand that holds a player's paddle.
  mutating func note(_ streak: Int, player: Int, isPersons: Bool = false) {
    let streak = Int32(clamping: streak)
    let hand = 2 * player + (isPersons ? 1 : 0)
    let before = hands[hand].streak
    if isPersons != open[player].isPersons {
      open[player] = StreakTimeline.Sample(peak: before, last: before, isPersons: isPersons)
    }
    guard streak != before else { return }
    let longest = hands[hand].longestEnded
    if streak < before {
      hands[hand].longestEnded = max(longest, before)
    } else if longest > 0, streak == longest + 1 {
      open[player].isRecord = true
    }
    hands[hand].streak = streak
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
