/// What there was to hear of a player since it was last asked.
public struct SoundCues: OptionSet, Sendable, Equatable {
  /// One bit a sound.
  public let rawValue: UInt8

  /// Cues by their bits.
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// The ball was missed.
  public static let miss = SoundCues(rawValue: 1)
  /// The paddle met the ball.
  public static let `catch` = SoundCues(rawValue: 2)
  /// The ball met a wall.
  public static let wall = SoundCues(rawValue: 4)
  /// The longest streak that ever ended was passed.
  public static let record = SoundCues(rawValue: 8)
}

/// Decides which sounds are played, so that they stay few and calm: at most one of a kind a frame, not sooner
/// after another of its kind than its gap, and at high speed only what matters. No clock of its own.
struct SoundDirector {
  /// A sound to start.
  struct Start: Equatable {
    var effect: SoundEffect
    /// -1 left, 0 middle, 1 right.
    var pan: Float
  }

  // Seconds until a sound of the kind may come again.
  private var waits = [Double](repeating: 0, count: SoundEffect.allCases.count)

  /// The sounds of a frame.
  ///
  /// - Parameters:
  ///   - cues: what happened to each player since the last frame.
  ///   - elapsed: seconds since then.
  ///   - speed: above fourfold, walls and catches that come faster than one could tell apart are left out.
  mutating func sounds(for cues: [SoundCues], elapsed: Double, speed: Speed) -> [Start] {
    for index in waits.indices { waits[index] = max(0, waits[index] - elapsed) }
    var starts: [Start] = []
    for (effect, cue) in SoundDirector.cues where waits[effect.rawValue] == 0 {
      guard let gap = SoundDirector.gap(effect, speed),
        let player = cues.firstIndex(where: { $0.contains(cue) })
      else { continue }
      waits[effect.rawValue] = gap
      starts.append(Start(effect: effect, pan: SoundDirector.pan(player: player, of: cues.count)))
    }
    return starts
  }

  /// The most telling first.
  private static let cues: [(SoundEffect, SoundCues)] = [
    (.miss, .miss), (.record, .record), (.catch, .catch), (.wall, .wall),
  ]

  /// Seconds between two sounds of a kind; nil if it is not to be heard at a speed.
  static func gap(_ effect: SoundEffect, _ speed: Speed) -> Double? {
    let isFast: Bool
    switch speed {
    case .maximum: isFast = true
    case .times(let factor): isFast = factor > 4
    }
    switch effect {
    case .miss: return isFast ? 0.6 : 0.15
    case .record: return isFast ? 1.5 : 0.5
    case .catch: return isFast ? nil : 0.06
    case .wall: return isFast ? nil : 0.06
    }
  }

  /// Where a player's court stands from left to right; a single one in the middle. Not quite to the ends,
  /// because a sound in one ear only is unpleasant.
  static func pan(player: Int, of players: Int) -> Float {
    players < 2 ? 0 : 0.7 * (2 * Float(player) / Float(players - 1) - 1)
  }
}
