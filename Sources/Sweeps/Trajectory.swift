import Agents
import Evaluation
import PongEngine
import Storage

/// The course of a network's hidden vector over one session, seen in its plane of greatest variance.
public struct Trajectory: Sendable, Equatable {
  /// The hidden vector after every step, projected on the first two principal components.
  public var points: [SIMD2<Float>]
  /// The fractions of the whole variance that lie along the two components.
  public var explained: [Double]
  /// `HiddenPlane.smoothness`.
  public var smoothness: Double
}

extension Trajectory {
  /// As the result of a cell keeps it.
  var setting: Setting {
    .map([
      .init("steps", .integer(points.count)),
      .init(
        "points",
        .list(points.map { .list([.init($0.x), .init($0.y)]) })),
      .init("explained", .list(explained.map { .number($0) })),
      .init("smoothness", .number(smoothness)),
    ])
  }

  /// Reads `setting` back.
  init(_ reader: inout SettingReader, source: String) throws(SettingError) {
    let steps = try reader.integer("steps", in: 0...1_000_000)
    points = []
    for element in try reader.list("points") {
      guard case .list(let pair) = element, pair.count == 2, let x = pair[0].asNumber.map(Float.init),
        let y = pair[1].asNumber.map(Float.init), x.isFinite, y.isFinite
      else {
        throw SettingError(
          source: source, key: "trajectory.points", found: element.found, expected: "pairs of numbers")
      }
      points.append(SIMD2(x, y))
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

extension Trajectory {
  /// Steps of the trajectory that a cell keeps.
  static let recordedSteps = 600

  /// The trajectory of hidden vectors, one a step.
  init(hidden: [[Float]]) {
    let plane = HiddenPlane(of: hidden)
    self.init(
      points: plane.places, explained: plane.explained, smoothness: HiddenPlane.smoothness(of: hidden))
  }

  /// The trajectory of an agent over the first steps of session 0 of an evaluation.
  static func record(_ agent: Agent, seed: UInt64, steps: Int = recordedSteps) -> Trajectory {
    let policy = ModelPolicy(agent)
    policy.reset()
    let serves = EvaluationSettings(.all, seed: seed).serves(session: 0)
    var session = Session(rules: Rules.preset(agent.rules), serves: SeededServes(generator: serves))
    var hidden: [[Float]] = []
    for _ in 0..<steps {
      session.step(policy.action(for: session.observation))
      hidden.append(Array(policy.hidden))
    }
    return Trajectory(hidden: hidden)
  }
}
