import PongEngine
import SequenceModels
import Storage

@testable import Evaluation
@testable import Reporting
@testable import Sweeps

/// Results as sweeps might write them, small and made up.
enum SampleResults {
  /// What sets a sample cell apart.
  struct Recipe {
    var sweep: String
    var model = "rnn"
    /// The model's keys beside its type.
    var settings: [Setting.Entry] = []
    var parameters = 276_995
    var denseParameters = 276_995
    var window = 40
    var recipe = "streams"
    var learningRate = 0.001
    var grid: [Setting.Entry] = []
    /// Catches of the rounds, a seed a list.
    var rounds: [[Int]]
  }

  static let tnd = Recipe(
    sweep: "tnd", model: "tnd", settings: [.init("neurons", .integer(600)), .init("density", .number(0.4))],
    parameters: 144_300, denseParameters: 361_224,
    rounds: [[8, 12, 30, 1000], [5, 9, 20, 40], [6, 6, 7, 80]])
  static let rnn = Recipe(sweep: "rnn", rounds: [[0, 1, 1, 2], [0, 0, 3, 4]])
  static let lstm = Recipe(
    sweep: "lstm", model: "lstm", parameters: 3_203_075, denseParameters: 3_203_075,
    rounds: [[2, 3, 8, 9], [1, 2, 30, 4]])
  static let smallRNN = Recipe(
    sweep: "rnn-small", parameters: 360_393, denseParameters: 360_393, rounds: [[1, 1, 2, 3], [0, 2, 2, 9]])

  static func config(_ recipe: Recipe, seed: Int, learningRate: Double? = nil) -> Setting {
    .map([
      .init("name", .string(recipe.sweep)), .init("seed", .integer(seed)),
      .init("model", .map([.init("type", .string(recipe.model))] + recipe.settings)),
      .init(
        "training",
        .map([
          .init("recipe", .string(recipe.recipe)), .init("chunk", .integer(recipe.window)),
          .init("learning_rate", .number(learningRate ?? recipe.learningRate)),
        ])),
    ])
  }

  private static func record(_ kind: EvaluationProtocol, rounds: [Int], cell: String) -> EvaluationResult {
    let sessions = kind == .rounds ? rounds.count : 10
    var result = EvaluationResult(cell, EvaluationSettings(kind, sessions: sessions))
    result.discarded = kind == .paper ? 3 : 0
    result.steps = 200_000
    result.totals = PlayTotals(
      catches: rounds.reduce(0, +), misses: rounds.count { $0 < EvaluationSettings.roundCap },
      longest: rounds.max() ?? 0)
    if kind == .rounds { result.rounds = RoundStatistics(rounds, seed: 0) }
    return result
  }

  /// The runs of a recipe, one a list of rounds.
  static func runs(_ recipe: Recipe) -> [CellResult] {
    recipe.rounds.enumerated().map { seed, rounds in
      let point = recipe.grid.map { "/\($0.key.split(separator: ".").last ?? "")=\($0.value.json)" }.joined()
      var cell = blank(recipe, "\(recipe.sweep)\(point)/seed=\(seed)", .run, seed: seed)
      cell.best = .init(agentCRC32: "0123e567", pass: 30, validationRate: 0.75)
      let path = (0..<50).map { SIMD2(Float($0 % 7), Float($0 % 11) / 3) }
      cell.play = .init(
        paper: record(.paper, rounds: rounds, cell: cell.cell),
        all: record(.all, rounds: rounds, cell: cell.cell),
        rounds: record(.rounds, rounds: rounds, cell: cell.cell),
        trajectory: Trajectory(points: path, explained: [0.5, 0.125], smoothness: 0.25 * Double(seed + 1)))
      return cell
    }
  }

  /// Tuning cells for three rates; the last diverged.
  static func tuning(_ recipe: Recipe) -> [CellResult] {
    [0.0003, 0.001, 0.003].enumerated().map { index, rate in
      var cell = blank(recipe, "\(recipe.sweep)/tune/learning_rate=\(rate)", .tune, seed: 1000)
      cell.grid = [.init("training.learning_rate", .number(rate))]
      cell.config = config(recipe, seed: 1000, learningRate: rate)
      if index == 2 {
        cell.diverged = .init(pass: 2, update: 3, learningRate: rate)
      } else {
        cell.best = .init(agentCRC32: "0123e567", pass: 20, validationRate: 0.25 + 0.5 * Double(index))
      }
      return cell
    }
  }

  private static func blank(_ recipe: Recipe, _ name: String, _ role: CellResult.Role, seed: Int)
    -> CellResult
  {
    CellResult(
      sweep: recipe.sweep, cell: name, role: role, grid: recipe.grid, seed: UInt64(seed),
      config: config(recipe, seed: seed), demonstrationCRC32: "00ce1c29",
      cost: ModelCost(
        parameters: recipe.parameters, denseParameters: recipe.denseParameters, multiplyAdds: 1000,
        stateFloats: 10),
      curve: (1...30).map { pass in
        .init(
          pass: pass, loss: 1 / Double(pass),
          validationRate: pass.isMultiple(of: 10) ? Double(pass + seed) / 40 : nil)
      })
  }

  /// The same recipe with other settings of the model, as a point of a sweep over them.
  static func point(_ recipe: Recipe, sweep: String, key: String, _ value: Setting, rounds: [[Int]]) -> Recipe
  {
    var point = recipe
    point.sweep = sweep
    point.grid = [.init(key, value)]
    point.rounds = rounds
    let name = String(key.split(separator: ".").last ?? "")
    if let index = point.settings.firstIndex(where: { $0.key == name }) {
      point.settings[index].value = value
    }
    if case .integer(let window) = value, key == "training.chunk" { point.window = window }
    return point
  }

  /// Something in every section.
  static var everything: [CellResult] {
    var noRecurrence = tnd
    noRecurrence.sweep = "no_rec"
    noRecurrence.settings.append(.init("recurrent", .boolean(false)))
    noRecurrence.rounds = [[0, 0, 1, 2]]
    let recipes =
      [tnd, rnn, lstm, smallRNN, noRecurrence]
      + [0.1].map {
        point(tnd, sweep: "density", key: "model.density", .number($0), rounds: [[1, 2, 3, 4]])
      }
      + [100].map {
        point(tnd, sweep: "neurons", key: "model.neurons", .integer($0), rounds: [[3, 9, 3, 4]])
      }
      + [20, 60].map {
        point(rnn, sweep: "length-rnn", key: "training.chunk", .integer($0), rounds: [[1, 2]])
      }
    return recipes.flatMap(runs) + [tnd, rnn].flatMap(tuning)
  }

  static func report(_ cells: [CellResult]) -> Report {
    SweepReport(SweepResults(path: "runs/sweep", cells: cells)).report
  }

  /// The embedded agent's network at play.
  static func graph() throws -> NeuronGraph? {
    try PortrayedAgent(for: SweepResults(path: "runs/none", cells: []))?.graph
  }

  /// A report that shows the embedded agent.
  static func illustrated(_ cells: [CellResult]) throws -> Report {
    let agent = try PortrayedAgent(for: SweepResults(path: "runs/none", cells: []))
    return try SweepReport(SweepResults(path: "runs/sweep", cells: cells), showing: agent).report
  }
}
