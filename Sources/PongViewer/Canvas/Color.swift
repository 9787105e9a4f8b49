/// A colour with straight (not premultiplied) alpha, eight bits a channel, packed 0xAARRGGBB: the layout of
/// the canvas and of SDL's ARGB8888 textures.
public struct Color: Sendable, Equatable {
  /// 0xAARRGGBB.
  public let packed: UInt32

  /// An opaque colour from 0xRRGGBB.
  @inlinable
  public init(_ rgb: UInt32) { packed = 0xff00_0000 | rgb }

  /// A colour from 0xRRGGBB and an opacity, clamped to 0...1.
  @inlinable
  public init(_ rgb: UInt32, opacity: Double) {
    packed = UInt32((min(max(opacity, 0), 1) * 255).rounded()) << 24 | rgb & 0xff_ffff
  }

  /// The same hue at another opacity.
  @inlinable
  public func opacity(_ opacity: Double) -> Color { Color(packed & 0xff_ffff, opacity: opacity) }

  /// The opacity, 0...255.
  @inlinable public var alpha: UInt32 { packed >> 24 }

  /// The colour a share of the way (0...1) to another; both are taken as opaque.
  public func mixed(with other: Color, _ share: Double) -> Color {
    let weight = UInt32((min(max(share, 0), 1) * 256).rounded())
    return Color(blend(other.packed, over: packed, weight: weight) & 0xff_ffff)
  }
}

/// `source` over an opaque `target` with a weight of 0...256; the result is opaque. Two channels at a time:
/// each product stays below 2^16, so neighbours do not meet.
@inlinable @inline(__always)
func blend(_ source: UInt32, over target: UInt32, weight: UInt32) -> UInt32 {
  let rest = 256 &- weight
  let redBlue = ((source & 0xff_00ff) &* weight &+ (target & 0xff_00ff) &* rest &+ 0x80_0080) >> 8
  let green = ((source >> 8 & 0xff) &* weight &+ (target >> 8 & 0xff) &* rest &+ 0x80) & 0xff00
  return 0xff00_0000 | redBlue & 0xff_00ff | green
}

/// An opaque `target` with some light of `source` added, a weight of 0...256; channels stop at their brightest.
@inlinable @inline(__always)
func light(_ source: UInt32, onto target: UInt32, weight: UInt32) -> UInt32 {
  var redBlue = (((source & 0xff_00ff) &* weight) >> 8 & 0xff_00ff) &+ (target & 0xff_00ff)
  var green = (((source >> 8 & 0xff) &* weight) >> 8) &+ (target >> 8 & 0xff)
  // A carry out of a channel fills that channel.
  let carries = redBlue & 0x100_0100
  redBlue |= carries &- (carries >> 8)
  green = min(green, 255)
  return 0xff00_0000 | redBlue & 0xff_00ff | green << 8
}
