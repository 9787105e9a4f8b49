import Demonstrations
import PongEngine

/// A replay and a place in it. Every place can be reached at once: the courts are kept as they were every few
/// thousand steps, and played on from there.
struct ReplayPlayback {
  let replay: Replay
  /// Steps of all parts together.
  let total: Int
  /// What the time bar marks.
  private(set) var marks: ReplayMarks
  /// Steps played since the start of the replay.
  private(set) var position = 0
  /// The courts at this place.
  private(set) var players: [WatchedPlayer]

  /// The part of the last step played.
  private(set) var part = 0
  /// Steps before each part, and all of them at the end.
  private let starts: [Int]
  private(set) var snapshots: [Snapshot] = []

  /// Steps between two snapshots: played again in less than a millisecond.
  static let interval = 4096

  struct Snapshot {
    var players: [WatchedPlayer]
    var part: Int
  }

  /// The start of a replay that has at least one step. Plays it through once.
  init(_ replay: Replay) {
    var replay = replay
    replay.parts.removeAll { $0.count == 0 }
    precondition(!replay.parts.isEmpty, "a ReplayPlayback needs at least one step")
    self.replay = replay
    total = replay.count
    starts = replay.parts.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.count) }
    marks = ReplayMarks(total: total)
    let first = replay.parts[0]
    players = zip(replay.names, first.tracks).map { name, track in
      WatchedPlayer(
        name: name, policy: nil, hand: track.hands.first, rules: replay.rules(of: first), seed: first.seed)
    }
    snapshots.reserveCapacity(total / ReplayPlayback.interval + 1)
    while position < total {
      if position % ReplayPlayback.interval == 0 { snapshots.append(Snapshot(players: players, part: part)) }
      mark(step())
    }
    seek(0)
  }

  /// The seed of the part at this place.
  var seed: UInt64 { replay.parts[part].seed }
  /// What its ball's speed is multiplied by.
  var speed: Double { replay.parts[part].speed }
  /// Steps since that part began.
  var stepsInPart: Int { position - starts[part] }

  /// Plays the next step of every court; at the end nothing is left to play. Returns what happened.
  @discardableResult
  mutating func step() -> ReplayMarks.Kinds {
    guard position < total else { return [] }
    var kinds: ReplayMarks.Kinds = []
    if position == starts[part + 1] {
      part += 1
      let rules = replay.rules(of: replay.parts[part])
      for court in players.indices { players[court].restart(seed: seed, rules: rules) }
      kinds.formUnion(.part)
    }
    let step = position - starts[part]
    for court in players.indices {
      let track = replay.parts[part].tracks[court]
      players[court].give(to: track.hands[step])
      let outcome = players[court].play(track.actions[step])
      if outcome.event == .miss { kinds.formUnion(.miss) }
      if outcome.isNewRecord { kinds.formUnion(.record) }
      if players[court].hand == .person { kinds.formUnion(.person) }
    }
    position += 1
    return kinds
  }

  /// Goes to a place, forwards or back: after so many steps, 0 to `total`.
  mutating func seek(_ target: Int) {
    let target = min(max(target, 0), total)
    if target < position || target - position > ReplayPlayback.interval {
      let index = min(target / ReplayPlayback.interval, snapshots.count - 1)
      (players, part) = (snapshots[index].players, snapshots[index].part)
      position = index * ReplayPlayback.interval
    }
    while position < target { step() }
    // What flashed and sounded on the way there is not news.
    fade(by: 1)
    for court in players.indices { _ = players[court].takeCues() }
  }

  /// Adds what there was to hear since the last call, a value a player.
  mutating func takeCues(_ cues: inout [SoundCues]) {
    for court in players.indices { cues.append(players[court].takeCues()) }
  }

  /// Lets flashes fade by a share of their strength.
  mutating func fade(by amount: Double) {
    for court in players.indices { players[court].fade(by: amount) }
  }

  private mutating func mark(_ kinds: ReplayMarks.Kinds) {
    if !kinds.isEmpty { marks.add(kinds, step: position - 1) }
  }
}
