import CKernels
import Demonstrations
import Determinism
import Evaluation
import NeuralCore
import PongEngine
import SequenceModels

/// Behaviour cloning: fits a model to a demonstration and keeps the checkpoint that plays best.
///
/// Deterministic: the same config and demonstration give the same bytes, on one thread or many.
public final class Trainer {
  /// The config.
  public let config: RunConfig
  /// What is trained on: the demonstration and the rounds so far.
  private(set) var data: TrainingData
  /// What each lane runs through.
  public private(set) var plan: LanePlan
  /// Where the run stands.
  public internal(set) var progress = TrainingProgress()
  /// The model: that of the config, on the graph that rewirings have made of its own.
  public private(set) var model: any SequenceModel
  /// The parameters that are trained.
  public internal(set) var parameters: [Float]
  /// Their moving average, which plays.
  public internal(set) var average: [Float]
  /// The parameters that played best so far.
  public internal(set) var best: [Float]
  /// The model that they belong to.
  public internal(set) var bestModel: any SequenceModel

  let optimizer: AdamW
  private(set) var workers: [ShardWorker] = []
  let aggregator: Aggregator?
  /// The lengths of the episodes of every round, and the chunks of a pass before the first and after each.
  let roundLengths: [[Int]]
  let chunkCounts: [Int]
  /// What new connections take their weights from; empty where they are zero.
  let startingParameters: [Float]
  private var weights: any ModelWeights
  /// Weights to play with; made anew for each graph.
  private(set) lazy var playWeights = model.makeWeights()
  let team: ThreadTeam
  let gradients: Tensor

  /// A run about to start.
  /// - Throws: `TrainingError.tooShort` when the demonstration does not fill a single window, `.neverCorrected`
  ///   when it leaves no labels for a teacher, `.neverRewired` when the graph would change no longer by the first
  ///   rewiring.
  public init(_ config: RunConfig, data: TrainingData, team: ThreadTeam) throws(TrainingError) {
    self.config = config
    self.team = team
    let training = config.training
    plan =
      switch training.recipe {
      case .streams: .streams(data, streams: training.streams, chunk: training.chunk)
      case .windows: .windows(data, segments: training.streams, window: training.chunk)
      }
    guard plan.chunks > 0 else {
      let least = training.recipe == .streams ? 1 : 2 * training.chunk * training.streams
      throw .tooShort(file: config.data.file, found: data.count, expected: least)
    }
    self.data = data
    let generator = SeededGenerator(seed: config.seed)
    aggregator = config.aggregation.map {
      Aggregator(config: $0, rules: config.data.rules, generator: generator.split("aggregation"))
    }
    let lengths = config.aggregation?.episodes(after: data.count) ?? []
    if let aggregation = config.aggregation, lengths.isEmpty {
      throw .neverCorrected(budget: aggregation.budget, demonstrated: data.count)
    }
    roundLengths = lengths
    var growing = plan
    chunkCounts =
      [plan.chunks]
      + lengths.map { lengths in
        growing.append(Trainer.ranges(lengths))
        return growing.chunks
      }
    model = config.model
    bestModel = model
    parameters = model.initialParameters(SeededGenerator(seed: config.seed))
    average = parameters
    best = parameters
    optimizer = AdamW(model.layout, settings: training.optimizer)
    startingParameters = training.rewire?.method == .set ? parameters : []
    weights = model.makeWeights()
    gradients = Tensor(steps: 1, features: model.layout.count, lanes: 1)
    weights.load(parameters)
    makeWorkers()
    if let rewire = training.rewire, rewire.every >= rewire.end(of: totalUpdates) {
      throw .neverRewired(every: rewire.every, end: rewire.end(of: totalUpdates))
    }
  }

  /// Goes on with another graph, for which parameters and moments have been made ready; streams keep their memory.
  func take(_ model: any SequenceModel) {
    let states = workers.map(\.states)
    self.model = model
    workers = []
    weights = model.makeWeights()
    playWeights = model.makeWeights()
    loadWeights()
    makeWorkers()
    for (worker, states) in zip(workers, states) { worker.states = states }
  }

  /// Workers for the data and the plan as they are.
  func makeWorkers() {
    let (model, weights, data, plan) = (model, weights, data, plan)
    let mirror = config.training.mirror ? SeededGenerator(seed: config.seed).split("mirror") : nil
    let (shards, width, steps, team) = (plan.shards, plan.shardWidth, plan.longestChunk, team)
    func worker(_ runner: any SequenceRunner, _ shards: [Range<Int>]) -> ShardWorker {
      ShardWorker(runner, parameters: model.layout.count, data, plan, shards, mirror: mirror)
    }
    // The old ones first: they are large.
    workers = []
    // Up to 32 lanes, in two shards. What is asked of a rewiring's candidates is asked of each shard by itself.
    if width == 16, config.training.rewire == nil,
      let runner = weights.makeTeamRunner(groups: shards.count, steps: steps, team: team)
    {
      workers = [worker(runner, shards)]
    } else {
      workers = shards.map { worker(weights.makeRunner(lanes: width, steps: steps, records: true), [$0]) }
    }
  }

  /// Adds a round's rows to what is trained on.
  func add(_ rows: Dataset) { plan.append(data.append(rows)) }

  /// Hands the parameters to the workers; after every change.
  func loadWeights() { weights.load(parameters) }

  /// Updates in the whole run.
  public var totalUpdates: Int { updates(ofPasses: config.training.passes) }

  /// Whether all passes are done, or play has reached the validation's target or no longer improves.
  public var isFinished: Bool {
    progress.pass >= config.training.passes
      || config.validation.isSatisfied(
        after: progress.pass, best: progress.bestRate, in: max(progress.bestPass, lastRoundPass))
  }

  /// Trains to the end, or until `shouldStop` says so, which is asked after every update.
  /// - Parameter report: called after every update and after every completed pass.
  public func run(
    shouldStop: () -> Bool = { false }, report: (TrainingReport) throws -> Void = { _ in }
  ) throws {
    while !isFinished {
      if progress.chunk == 0 {
        try aggregate(report)
        workers.forEach { $0.startPass() }
      }
      while progress.chunk < plan.chunks {
        try update()
        if progress.chunk < plan.chunks { try report(.update(progress)) }
        if shouldStop() && progress.chunk < plan.chunks { return try report(.stopped(progress)) }
      }
      let metrics = finishPass()
      try report(.pass(metrics))
      if shouldStop() && !isFinished {
        return try report(.stopped(progress))
      }
    }
    try report(.finished(progress))
  }

  /// One chunk of all lanes forward and back, one step of the optimiser.
  private func update() throws(TrainingError) {
    let supervised = plan.supervisedSteps(ofChunk: progress.chunk) * Action.allCases.count
    let scale = 1 / Float(max(supervised, 1))
    let (workers, pass, chunk) = (workers, progress.pass, progress.chunk)
    let probed = probe()
    team.forEach(workers.count) { workers[$0].run(pass: pass, chunk: chunk, scale: scale) }

    let squaredError = workers.flatMap(\.squaredErrors).reduce(0, +)
    let rate = learningRate(update: progress.updates)
    let norm = Float(sumGradients().squareRoot())
    guard squaredError.isFinite, let step = optimizer.begin(norm: norm, rate: Float(rate)),
      apply(step)
    else {
      throw .diverged(pass: progress.pass + 1, update: progress.updates + 1, rate: rate)
    }
    loadWeights()
    progress.updates += 1
    progress.chunk += 1
    progress.squaredError += squaredError
    progress.supervised += supervised
    progress.normSum += Double(norm)
    rewire(probed)
  }

  /// Calls `body` for fixed pieces of the flat buffers, on all threads, and returns the results in order.
  private func mapPieces(_ body: @Sendable (Range<Int>) -> Double) -> [Double] {
    let (count, width) = (gradients.count, Trainer.pieceWidth)
    let pieces = stride(from: 0, to: count, by: width).map { $0..<min($0 + width, count) }
    return team.mapShards(pieces, width: 1) { $0.map(body) }
  }

  /// Floats of a piece: large enough to be worth a thread, small enough to share the largest models evenly.
  private static let pieceWidth = 1 << 16

  /// Sums the workers' gradients, in order, and returns the sum of squares.
  private func sumGradients() -> Double {
    let (workers, gradients, optimizer) = (workers, gradients, optimizer)
    return mapPieces { piece in
      let sum = gradients.values + piece.lowerBound
      sum.update(repeating: 0, count: piece.count)
      for worker in workers {
        for shard in 0..<worker.gradients.steps {
          ck_add(piece.count, worker.gradients.step(shard) + piece.lowerBound, sum)
        }
      }
      return optimizer.squaredNorm(gradients.values, in: piece)
    }.reduce(0, +)
  }

  /// Updates the parameters and their moving average. Returns whether all parameters are finite: an update may
  /// overflow them, and no saved file may hold such numbers.
  private func apply(_ step: AdamW.Step) -> Bool {
    // The average's decay rises to its value over the first updates, so that it forgets the initial weights.
    let updates = Double(progress.updates + 1)
    let decay = config.training.average > 0 ? min(config.training.average, (1 + updates) / (10 + updates)) : 0
    let (gradients, optimizer) = (gradients, optimizer)
    let squares = parameters.withUnsafeMutableBufferPointer { parameters in
      average.withUnsafeMutableBufferPointer { average in
        // The pieces do not overlap.
        nonisolated(unsafe) let (p, a) = (parameters.baseAddress!, average.baseAddress!)
        return mapPieces { piece in
          optimizer.apply(step, to: p, gradients: gradients.values, in: piece)
          let start = piece.lowerBound
          ck_moving_average(piece.count, p + start, Float(decay), a + start)
          return ck_sum_of_squares(piece.count, p + start)
        }
      }
    }
    return squares.reduce(0, +).isFinite
  }

  /// Whether a pass, counted from 1, ends in a validation.
  func isValidated(pass: Int) -> Bool {
    pass >= config.validation.from && pass % config.validation.every == 0 || pass == config.training.passes
  }

  /// Counts the pass, validates where it is due and keeps the best.
  private func finishPass() -> TrainingMetrics {
    progress.pass += 1
    var metrics = TrainingMetrics(
      pass: progress.pass, updates: progress.updates,
      loss: progress.squaredError / Double(max(progress.supervised, 1)),
      gradientNorm: progress.normSum / Double(plan.chunks),
      learningRate: learningRate(update: progress.updates - 1),
      aggregation: aggregated,
      rewired: config.training.rewire == nil ? nil : progress.rewired)
    if isValidated(pass: progress.pass) {
      let totals = validate()
      metrics.validation = PlayTotals(catches: totals.catches, misses: totals.misses)
      // A later equal is preferred: it has seen more.
      if (totals.rate ?? 0) >= (progress.bestRate ?? 0) {
        progress.bestRate = totals.rate ?? 0
        progress.bestPass = progress.pass
        best = average
        bestModel = model
      }
    }
    progress.chunk = 0
    progress.squaredError = 0
    progress.supervised = 0
    progress.normSum = 0
    return metrics
  }

  /// Closed-loop play of the averaged weights on the validation serves, the same at every pass and never
  /// those of an evaluation.
  public func validate() -> PlayTotals {
    playWeights.load(average)
    let serves = SeededGenerator(seed: config.seed).split("validation")
    return Arena(playWeights, rules: config.data.rules, team).totals(
      (0..<config.validation.sessions).map { serves.split(UInt64($0)) }, steps: config.validation.steps)
  }
}
