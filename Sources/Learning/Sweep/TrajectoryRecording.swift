import Determinism
import PongEngine

extension Trajectory {
  /// Steps of the trajectory that a cell keeps.
  static let recordedSteps = 600

  /// The trajectory of hidden vectors, one a step.
  init(hidden: [[Float]]) {
    let components = PrincipalComponents(of: hidden)
    self.init(
      points: zip(components.scores[0], components.scores[1]).map { Point(x: Float($0), y: Float($1)) },
      explained: components.explained, smoothness: Trajectory.smoothness(CentredRows(hidden).rows))
  }

  /// Mean squared second difference over mean squared distance from the mean; 0 where nothing moves.
  private static func smoothness(_ rows: [[Double]]) -> Double {
    guard rows.count >= 3 else { return 0 }
    var bends = 0.0
    for t in 1..<rows.count - 1 {
      let bend = rows[t].indices.map { rows[t + 1][$0] - 2 * rows[t][$0] + rows[t - 1][$0] }
      bends += dot(bend, bend)
    }
    let spread = rows.reduce(0) { $0 + dot($1, $1) } / Double(rows.count)
    return spread > 0 ? bends / Double(rows.count - 2) / spread : 0
  }

  /// The trajectory of an agent over the first steps of session 0 of an evaluation.
  static func record(_ agent: Agent, seed: UInt64, steps: Int = recordedSteps) -> Trajectory {
    let policy = ModelPolicy(agent)
    policy.reset()
    let serves = Arena.generator(SessionKey(session: 0, attempt: 0), seed: seed)
    var session = Session(rules: Rules.preset(agent.rules), serves: SeededServes(generator: serves))
    var hidden: [[Float]] = []
    for _ in 0..<steps {
      session.step(policy.action(for: session.observation))
      hidden.append(Array(policy.hidden))
    }
    return Trajectory(hidden: hidden)
  }
}
