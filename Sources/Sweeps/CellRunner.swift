import Agents
import Determinism
import Evaluation
import PongEngine
import Storage
import Training

/// What a cell is at.
public enum CellActivity: Sendable, Equatable {
  /// It trains; the fraction of all updates made.
  case training(Double)
  /// It plays by a protocol.
  case evaluating(EvaluationProtocol)
}

/// How much a run's agent plays: the defaults of `pong evaluate`, for every result; less only in tests.
struct EvaluationSizes: Sendable {
  var sessions: Int?
  var steps = 20_000
  /// Where the cell does not say how many.
  var rounds = EvaluationSettings.standardRounds

  /// The seed of all evaluations.
  static let seed: UInt64 = 0

  func rounds(of cell: SweepCell) -> Int { cell.rounds ?? rounds }

  func settings(
    _ evaluationProtocol: EvaluationProtocol, of cell: SweepCell, rules: RuleSet
  ) -> EvaluationSettings {
    EvaluationSettings(
      evaluationProtocol, sessions: evaluationProtocol == .rounds ? rounds(of: cell) : sessions, steps: steps,
      seed: EvaluationSizes.seed, rules: rules)
  }
}

/// Makes the result of one cell: trains in its run directory, or goes on there, and evaluates.
struct CellRunner: Sendable {
  let directory: SweepDirectory
  let team: ThreadTeam
  var sizes = EvaluationSizes()
  /// A folder on a disk of this machine's own to train in; nil for none.
  var scratch: String?
  /// Asked all the time; what it said once it must not take back.
  let shouldStop: @Sendable () -> Bool
  /// Told what the cell is at.
  let report: @Sendable (CellActivity) -> Void
  /// Told what a person should know; one line.
  let note: @Sendable (String) -> Void

  /// The cell's result, or nil where it was asked to stop; then the run is saved.
  /// - Parameter trained: a result of the same training, which is not made again if its agent is still there.
  func run(
    _ cell: SweepCell, _ config: RunConfig, _ data: TrainingData, trained: CellResult? = nil
  ) throws -> CellResult? {
    if var trained, let agent = try? Agent(contentsOf: directory.run(cell).bestPath),
      agent.checksum == trained.best?.agentCRC32
    {
      guard let play = play(agent, in: cell) else { return nil }
      trained.play = play
      return trained
    }
    var workplace = CellWorkplace(of: cell, in: directory, scratch: scratch)
    defer { workplace.leave() }
    let run = try open(workplace, config, data)
    var result = CellResult(
      sweep: cell.sweep, cell: cell.name, role: cell.role, grid: cell.grid, seed: cell.seed,
      config: config.setting, demonstrationCRC32: data.demonstrationCRC32, cost: config.model.cost, curve: [])
    // So that others see that it has begun.
    try workplace.bring()
    do {
      let outcome = try train(run, &workplace)
      try workplace.bring()
      if outcome == .stopped { return nil }
    } catch TrainingError.diverged(let pass, let update, let rate) {
      try workplace.bring()
      result.diverged = .init(pass: pass, update: update, learningRate: rate)
    }
    result.curve = run.metrics.map(CellResult.CurvePoint.init)
    guard result.diverged == nil else { return result }
    let agent = try Agent(contentsOf: run.directory.bestPath)
    let progress = run.trainer.progress
    result.best = .init(
      agentCRC32: agent.checksum, pass: progress.bestPass, validationRate: progress.bestRate ?? 0)
    guard cell.role == .run else { return result }
    guard let play = play(agent, in: cell) else { return nil }
    result.play = play
    return result
  }

  /// The run in the cell's directory: the one that is there, if it is of this config and demonstration and can
  /// be read, else a new one in its place.
  private func open(
    _ workplace: CellWorkplace, _ config: RunConfig, _ data: TrainingData
  ) throws -> TrainingRun {
    try Folder.make(workplace.shared.path)
    let lock = try workplace.shared.lock()
    try workplace.fetch()
    let directory = workplace.directory
    if directory.isUnfinished {
      do {
        return try TrainingRun(
          config, in: directory, data, team: team, resume: true, lock: lock, note: note)
      } catch let error as FileError where error.isRefusal {
        throw error
      } catch let error as any UserFacingError {
        note("\(error); the run starts anew")
      }
    }
    // Nothing of an earlier run stays where this one is brought to.
    for place in [directory, workplace.shared] { place.clear() }
    return try TrainingRun(config, in: directory, data, team: team, resume: false, lock: lock)
  }

  private func train(_ run: TrainingRun, _ workplace: inout CellWorkplace) throws -> TrainingRun.Outcome {
    let total = Double(max(run.trainer.totalUpdates, 1))
    report(.training(Double(run.trainer.progress.updates) / total))
    var failure: FileError?
    let outcome = try run.run(shouldStop: { shouldStop() || failure != nil }) { event in
      if case .update(let progress) = event { report(.training(Double(progress.updates) / total)) }
      do throws(FileError) {
        try workplace.bringNowAndThen()
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    return outcome
  }

  /// All protocols, the trajectory and the perturbations, or nil where it was asked to stop.
  private func play(_ agent: Agent, in cell: SweepCell) -> CellResult.Play? {
    func record(
      _ evaluationProtocol: EvaluationProtocol, _ perturbation: Perturbation = Perturbation()
    ) -> EvaluationResult? {
      report(.evaluating(evaluationProtocol))
      var settings = sizes.settings(evaluationProtocol, of: cell, rules: agent.rules)
      settings.perturbation = perturbation
      var result = Evaluator(team: team).evaluate(.agent(agent), settings, shouldStop: shouldStop)
      result?.agent = cell.name
      return result
    }
    guard let paper = record(.paper), let all = record(.all), let rounds = record(.rounds) else { return nil }
    var play = CellResult.Play(
      paper: paper, all: all, rounds: rounds, trajectory: .record(agent, seed: EvaluationSizes.seed))
    if cell.measuresGraph { play.graph = AgentGraph(agent)?.hiddenMeasures }
    for perturbation in cell.perturbations {
      guard let result = record(.rounds, perturbation) else { return nil }
      play.perturbed.append(result)
    }
    return play
  }
}
