import Agents
import Determinism
import PongEngine
import SequenceModels

/// A network playing many games side by side, one a lane. A game's course is a function of its serves alone, whatever
/// is played beside it.
package final class LanePlayer {
  /// The games, as many as there are serves.
  package let games: BatchEngine
  private let policy: BatchPolicy
  private let perturbation: Perturbation
  /// What goes wrong in each game; none where nothing does.
  private var disturbances: [Disturbance]

  /// Games about to start, with empty memories.
  package convenience init(
    _ weights: any ModelWeights, rules: Rules, serves: [SeededGenerator],
    _ perturbation: Perturbation = Perturbation()
  ) {
    self.init(
      BatchPolicy(weights, count: serves.count),
      BatchEngine(rules: perturbation.apply(to: rules), serves: serves), perturbation,
      perturbation.leavesTheGame ? [] : serves.map { Disturbance(perturbation, serves: $0) })
  }

  private init(
    _ policy: BatchPolicy, _ games: BatchEngine, _ perturbation: Perturbation, _ disturbances: [Disturbance]
  ) {
    self.policy = policy
    self.games = games
    self.perturbation = perturbation
    self.disturbances = disturbances
  }

  /// Starts one game anew, with an empty memory.
  func start(_ game: Int, serves: SeededGenerator) {
    games.start(game, serves: serves)
    policy.reset(game)
    if !disturbances.isEmpty { disturbances[game] = Disturbance(perturbation, serves: serves) }
  }

  /// Lanes that a step computes, played on or not.
  var lanes: Int { policy.lanes }

  /// These games alone, as they stand, on as few lanes as they need.
  func keeping(_ kept: [Int]) -> LanePlayer {
    LanePlayer(
      policy.keeping(kept), games.keeping(kept), perturbation,
      disturbances.isEmpty ? [] : kept.map { disturbances[$0] })
  }

  /// All games: observe, decide, play one step.
  func step() {
    decide()
    games.step()
  }

  /// All games: observe and decide, which leaves the actions with the games.
  package func decide() {
    for game in 0..<games.count {
      var observation = games.observation(game)
      if !disturbances.isEmpty { observation = disturbances[game].view(observation) }
      policy.show(game, observation)
    }
    policy.decide { game, action in
      games.actions[game] = (disturbances.isEmpty ? action : disturbances[game].move(action)).rawValue
    }
  }
}
