/// The game seen in a mirror, left and right exchanged.
///
/// Under the reference rules the ball's x runs over the even numbers from -2 to 188 and the paddle's over
/// -2, 5, ..., 152; x -> 186 - x and x -> 150 - x map each range onto itself, and the mirror image of a ball's way from
/// wall to wall is such a way. Centre upon centre it is a pixel off, which no ball is caught or missed by but those at
/// the very edge of the paddle. Under the classic rules, whose ball is seen in the pixels 0 to 185, the same image of a
/// ball is two pixels to the right of the ball's in the mirrored game, or one where it stands on a whole pixel. All results
/// under these rules are made so; what it costs is measured (Benchmarks/README.md).
extension Observation {
  /// What would be seen in the mirror. A ball's x that no game has is taken modulo 256, as in every observation.
  public var mirrored: Observation {
    // As read, both are 2 more than in the game.
    let x = (190 &- (bits >> 16)) & 0xff
    let paddle = (154 &- (bits & 0xff)) & 0xff
    return Observation(bits: x << 16 | bits & 0x00_ff00 | paddle)
  }
}

extension Action {
  /// The move in the mirror.
  public var mirrored: Action {
    switch self {
    case .right: .left
    case .left: .right
    case .stay: .stay
    }
  }
}
