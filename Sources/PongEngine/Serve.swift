import Determinism

/// A ball put into play: position and velocity in units.
public struct Serve: Sendable, Equatable {
  /// The ball's left edge.
  public var x: Int32
  /// The ball's top edge.
  public var y: Int32
  /// Velocity along x, units a step.
  public var dx: Int32
  /// Velocity along y, units a step.
  public var dy: Int32

  /// A serve with a given velocity.
  @inlinable
  public init(x: Int32, y: Int32, dx: Int32, dy: Int32) {
    self.x = x
    self.y = y
    self.dx = dx
    self.dy = dy
  }

  /// A serve of the `reference` rules: velocity (4, -4).
  @inlinable
  public init(referenceX x: Int32, y: Int32) {
    self.init(x: x, y: y, dx: Rules.reference.serveSpeed, dy: -Rules.reference.serveSpeed)
  }
}

/// Where serves come from. Asked once at the start of a session and once after every miss.
public protocol ServeSource {
  /// The next serve.
  mutating func next(_ rules: Rules) -> Serve
}

/// Serves drawn from a seeded generator.
///
/// `reference`: x uniform in 30, 40, ..., 160 and y uniform in 30, 40, ..., 240 pixels, velocity (4, -4).
/// `classic`: the same positions, upwards, at one of the angles of `Direction` within 45 degrees.
public struct SeededServes: ServeSource, Sendable {
  /// The generator the serves are drawn from.
  public var generator: SeededGenerator

  /// Serves that are a function of `seed`.
  public init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

  /// Serves that go on from a generator.
  public init(generator: SeededGenerator) { self.generator = generator }

  /// The next serve.
  public mutating func next(_ rules: Rules) -> Serve {
    let x = Int32(30 + 10 * generator.uniform(below: 14)) * rules.unitsPerPixel
    let y = Int32(30 + 10 * generator.uniform(below: 22)) * rules.unitsPerPixel
    switch rules.ruleSet {
    case .reference:
      return Serve(x: x, y: y, dx: rules.serveSpeed, dy: -rules.serveSpeed)
    case .classic:
      let angle = generator.uniform(below: 2 * Direction.serveLimit + 1) - Direction.serveLimit
      let velocity = Direction.up(angle, speed: rules.serveSpeed)
      return Serve(x: x, y: y, dx: velocity.dx, dy: velocity.dy)
    }
  }
}

/// The same serve again and again, for a step that asks for one at most: a list would be allocated.
struct ConstantServe: ServeSource {
  /// For a look ahead, which ends with the flight, whatever is served then.
  static let ignored = ConstantServe(Serve(x: 0, y: 0, dx: 0, dy: 0))

  private let serve: Serve

  init(_ serve: Serve) { self.serve = serve }

  mutating func next(_ rules: Rules) -> Serve { serve }
}

/// A fixed list of serves, as in a trace. When the list is used up it starts over; callers that must not
/// reuse serves check `used` against the list's length.
public struct ScriptedServes: ServeSource, Sendable {
  /// The serves, in order.
  public let serves: [Serve]
  /// How many have been asked for.
  public private(set) var used = 0

  /// Serves from a list that is not empty.
  public init(_ serves: [Serve]) {
    precondition(!serves.isEmpty, "ScriptedServes needs at least one serve")
    self.serves = serves
  }

  /// The next serve.
  public mutating func next(_ rules: Rules) -> Serve {
    defer { used += 1 }
    return serves[used % serves.count]
  }
}
