import Determinism
import PongEngine

/// The plane in which an agent's hidden vector varies most: its first two principal components over a game.
public struct HiddenPlane: Sendable {
  /// Unit vectors, one number a unit of the hidden vector.
  public let axes: [[Float]]
  /// What the projections of the mean are: to be taken from those of a vector.
  public let offsets: [Float]
  /// The fractions of the variance along the two.
  public let explained: [Double]
  /// The places of the game's steps in the plane.
  public let places: [SIMD2<Float>]

  /// Steps of the game, after as many as one serve takes to come down. Fewer for very large networks.
  private static let steps = 1000
  private static let warmUp = 100
  /// Every second step says as much as all of them, in a quarter of the time.
  private static let stride = 2
  private static let mostNumbers = 20_000_000

  /// Plays a game by itself, on serves of its own.
  public init(_ agent: Agent) {
    let policy = ModelPolicy(agent)
    policy.reset()
    let rules = Rules.preset(agent.rules)
    let serves = SeededGenerator(seed: 0).split("hidden plane")
    var session = Session(rules: rules, serves: SeededServes(generator: serves))
    var hidden: [[Float]] = []
    var steps = HiddenPlane.steps
    for step in 0..<(HiddenPlane.warmUp + HiddenPlane.steps) {
      session.step(policy.action(for: session.observation))
      if step == 0 { steps = min(steps, HiddenPlane.mostNumbers / max(policy.hidden.count, 1)) }
      if step >= HiddenPlane.warmUp + max(steps, 8) { break }
      if step >= HiddenPlane.warmUp, step.isMultiple(of: HiddenPlane.stride) {
        hidden.append(Array(policy.hidden))
      }
    }
    self.init(of: hidden)
  }

  /// The plane of hidden vectors, one a row, one a step.
  public init(of hidden: [[Float]]) {
    let components = PrincipalComponents(of: hidden)
    axes = components.axes.map { $0.map { Float($0) } }
    explained = components.explained
    let mean = CentredRows.mean(of: hidden)
    offsets = components.axes.map { Float(dot($0, mean)) }
    places = zip(components.scores[0], components.scores[1]).map { SIMD2(Float($0), Float($1)) }
  }

  /// Mean squared second difference of hidden vectors, one a step, over their mean squared distance from their mean:
  /// 0 for a straight line at constant speed and where nothing moves, 6 for independent noise, up to 16 for a flip at
  /// every step.
  public static func smoothness(of hidden: [[Float]]) -> Double {
    let rows = CentredRows(hidden).rows
    guard rows.count >= 3 else { return 0 }
    var bends = 0.0
    for t in 1..<rows.count - 1 {
      let bend = rows[t].indices.map { rows[t + 1][$0] - 2 * rows[t][$0] + rows[t - 1][$0] }
      bends += dot(bend, bend)
    }
    let spread = rows.reduce(0) { $0 + dot($1, $1) } / Double(rows.count)
    return spread > 0 ? bends / Double(rows.count - 2) / spread : 0
  }
}
