/// What an agent sees of a step: 24 bits (reference.md, section 2).
///
/// Eight bits each, most significant first, for (ball x + 2) mod 256, (ball y + 2) mod 256 and
/// (paddle x + 2) mod 256, in whole pixels. A ball y of 254 or more therefore reads as y - 256: part of the
/// task. There is no velocity in it.
public struct Observation: Sendable, Equatable, Hashable {
  /// Bit 23 is the first of the 24, bit 0 the last.
  public let bits: UInt32

  /// Number of bits.
  public static let count = 24

  /// From the 24 low bits of a word.
  @inlinable
  public init(bits: UInt32) { self.bits = bits & 0xff_ffff }

  /// What is seen of a game.
  @inlinable
  public init(_ state: GameState, rules: Rules) {
    // An arithmetic shift rounds down, also left of zero; units are powers of two.
    let shift = Int32(rules.unitsPerPixel.trailingZeroBitCount)
    self.init(
      ballX: Int(state.ballX >> shift), ballY: Int(state.ballY >> shift),
      paddleX: Int(state.paddleX >> shift))
  }

  /// From pixel positions.
  @inlinable
  public init(ballX: Int, ballY: Int, paddleX: Int) {
    let x = UInt32(truncatingIfNeeded: ballX &+ 2) & 0xff
    let y = UInt32(truncatingIfNeeded: ballY &+ 2) & 0xff
    let paddle = UInt32(truncatingIfNeeded: paddleX &+ 2) & 0xff
    bits = x << 16 | y << 8 | paddle
  }

  /// The ball's x in pixels, as read back: -2 to 253.
  @inlinable public var ballX: Int { Int(bits >> 16) - 2 }
  /// The ball's y in pixels, as read back: -2 to 253, so y - 256 for a y of 254 or more.
  @inlinable public var ballY: Int { Int(bits >> 8 & 0xff) - 2 }
  /// The paddle's x in pixels, as read back: -2 to 253.
  @inlinable public var paddleX: Int { Int(bits & 0xff) - 2 }

  /// Bit `index` in the published order, 0 ..< 24.
  @inlinable
  public subscript(index: Int) -> Bool { bits >> UInt32(23 - index) & 1 == 1 }

  /// Writes the 24 bits, 0 or 1 each, in the published order.
  /// - Parameter stride: numbers from one to the next.
  @inlinable
  public func write<Number: Numeric>(to numbers: UnsafeMutablePointer<Number>, stride: Int = 1) {
    for bit in 0..<Observation.count { numbers[bit * stride] = self[bit] ? 1 : 0 }
  }

  /// The same ball with another paddle position, in pixels.
  @inlinable
  public func withPaddle(_ paddleX: Int) -> Observation {
    Observation(bits: bits & 0xff_ff00 | UInt32(truncatingIfNeeded: paddleX &+ 2) & 0xff)
  }
}
