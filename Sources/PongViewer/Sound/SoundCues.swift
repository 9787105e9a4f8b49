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
