import Demonstrations
import PongEngine

/// Keeps what is played, so that it can be saved as a replay at any time.
struct SessionTape {
  private(set) var replay: Replay
  private var stepsBefore = 0

  /// Whether the session has outgrown what a replay holds; what came before is kept.
  var isFull: Bool { stepsBefore + (replay.parts.last?.count ?? 0) >= Replay.mostSteps }

  init(names: [String], rules: Rules, seed: UInt64) {
    replay = Replay(ruleSet: rules.ruleSet, names: names)
    begin(seed: seed, speed: 1)
  }

  /// A new part begins, with the serves of a seed and what the ball's speed is multiplied by.
  mutating func begin(seed: UInt64, speed: Double) {
    if replay.parts.last?.count == 0 { replay.parts.removeLast() }
    stepsBefore += replay.parts.last?.count ?? 0
    let tracks = [Replay.Track](repeating: Replay.Track(), count: replay.names.count)
    replay.parts.append(Replay.Part(seed: seed, speed: speed, tracks: tracks))
  }

  /// Adds what was done in one court in this step; to be called for all courts, in any order.
  mutating func add(_ action: Action, by hand: Hand, court: Int) {
    let part = replay.parts.count - 1
    let step = replay.parts[part].tracks[court].actions.count
    replay.parts[part].tracks[court].hands.append(hand, step: step)
    replay.parts[part].tracks[court].actions.append(action)
  }
}
