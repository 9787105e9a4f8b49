import Storage

/// The course of a network's hidden vector over one session, seen in its plane of greatest variance.
public struct Trajectory: Sendable, Equatable {
  /// The hidden vector after a step, projected on the first two principal components.
  public struct Point: Sendable, Equatable {
    /// Along the first component.
    public var x: Float
    /// Along the second.
    public var y: Float

    /// A point.
    public init(x: Float, y: Float) {
      self.x = x
      self.y = y
    }
  }

  /// A point a step.
  public var points: [Point]
  /// The fractions of the whole variance that lie along the two components.
  public var explained: [Double]
  /// Mean squared second difference of the hidden vector over its mean squared distance from its mean: 0 for a
  /// straight line at constant speed, 6 for independent noise, up to 16 for a flip at every step.
  public var smoothness: Double

  /// A trajectory from its parts.
  public init(points: [Point], explained: [Double], smoothness: Double) {
    self.points = points
    self.explained = explained
    self.smoothness = smoothness
  }
}

extension Trajectory {
  /// As the result of a cell keeps it.
  var setting: Setting {
    .map([
      .init("steps", .integer(points.count)),
      .init(
        "points",
        .list(points.map { .list([.number(shortest($0.x)), .number(shortest($0.y))]) })),
      .init("explained", .list(explained.map { .number($0) })),
      .init("smoothness", .number(smoothness)),
    ])
  }

  /// Reads `setting` back.
  init(_ reader: inout SettingReader, source: String) throws(SettingError) {
    let steps = try reader.integer("steps", in: 0...1_000_000)
    points = []
    for element in try reader.list("points") {
      guard case .list(let pair) = element, pair.count == 2, let x = pair[0].asNumber,
        let y = pair[1].asNumber
      else {
        throw SettingError(
          source: source, key: "trajectory.points", found: element.found, expected: "pairs of numbers")
      }
      points.append(Point(x: Float(x), y: Float(y)))
    }
    guard points.count == steps else {
      throw SettingError(
        source: source, key: "trajectory.points", found: "\(points.count) points", expected: "\(steps)")
    }
    explained = try reader.numbers("explained")
    smoothness = try reader.number("smoothness", in: 0...Double.greatestFiniteMagnitude)
    try reader.finish()
  }
}
