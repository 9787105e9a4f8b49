import Determinism
import Foundation
import NeuralCore
import PongEngine
import SequenceModels

@testable import Training

/// Behaviour cloning as its equations stand, written plainly: stretch by stretch in double precision, without shards,
/// pieces or threads. Only what a chunk's outputs and gradient are is a runner's to say, which goldens hold.
struct PlainTrainer {
  /// What a pass comes to.
  struct Pass {
    var loss = 0.0
    var gradientNorm = 0.0
    var learningRate = 0.0
  }

  let config: RunConfig
  let data: TrainingData
  /// The stretches of every lane.
  let lanes: [[Range<Int>]]
  private(set) var parameters: [Double]
  private(set) var average: [Double]
  private(set) var first: [Double]
  private(set) var second: [Double]
  private(set) var passes: [Pass] = []
  private var updates = 0
  private let layout: ParameterLayout

  init(_ trainer: Trainer) {
    config = trainer.config
    data = trainer.data
    lanes = trainer.plan.lanes.map(\.stretches)
    layout = config.model.layout
    parameters = config.model.initialParameters(.init(seed: config.seed)).map(Double.init)
    average = parameters
    first = parameters.map { _ in 0 }
    second = first
  }

  /// The chunks of a lane in order, and whether a stretch begins with each.
  private func chunks(_ stretches: [Range<Int>]) -> [(steps: [Int], isStart: Bool)] {
    stretches.flatMap { stretch in
      stride(from: stretch.lowerBound, to: stretch.upperBound, by: config.training.chunk).map { start in
        (
          Array(start..<min(start + config.training.chunk, stretch.upperBound)), start == stretch.lowerBound
        )
      }
    }
  }

  private func rate(of total: Int) -> Double {
    let training = config.training
    if updates < training.warmup {
      return training.learningRate * Double(updates + 1) / Double(training.warmup)
    }
    guard training.schedule == .cosine else { return training.learningRate }
    let phase = Double(updates - training.warmup) / Double(total - training.warmup)
    let fraction = training.finalRate + (1 - training.finalRate) * (1 + cos(.pi * phase)) / 2
    return training.learningRate * fraction
  }

  /// All passes.
  mutating func run() {
    let lanes = lanes.map(chunks)
    let count = lanes.map(\.count).max() ?? 0
    let weights = config.model.makeWeights()
    for pass in 0..<config.training.passes {
      let runners = lanes.map { _ in
        weights.makeRunner(lanes: 16, steps: config.training.chunk, records: true)
      }
      var (total, errors, supervised) = (Pass(), 0.0, 0)
      for chunk in 0..<count {
        weights.load(parameters.map { Float($0) })
        var gradient = parameters.map { _ in 0.0 }
        var values = 0
        for (lane, chunks) in lanes.enumerated() where chunk < chunks.count {
          if chunks[chunk].isStart { runners[lane].resetState() }
          let found = clone(chunks[chunk].steps, pass, lane, runners[lane])
          for index in gradient.indices { gradient[index] += Double(found.gradient[index]) }
          errors += found.errors
          values += 3 * found.supervised
        }
        supervised += values
        for index in gradient.indices { gradient[index] /= Double(max(values, 1)) }
        total.learningRate = rate(of: count * config.training.passes)
        total.gradientNorm += step(gradient, rate: total.learningRate) / Double(count)
      }
      total.loss = errors / Double(max(supervised, 1))
      passes.append(total)
    }
  }

  /// A chunk of one lane: the squared errors and their gradient, neither divided by anything.
  private func clone(
    _ steps: [Int], _ pass: Int, _ lane: Int, _ runner: any SequenceRunner
  ) -> (gradient: [Float], errors: Double, supervised: Int) {
    var coin = SeededGenerator(seed: config.seed).split("mirror").split(UInt64(pass)).split(UInt64(lane))
    let isMirrored = config.training.mirror && coin.bernoulli(0.5)
    let input = Tensor(steps: config.training.chunk, features: 24, lanes: 16)
    var targets: [Int?] = []
    for (t, step) in steps.enumerated() {
      var observation = Observation(bits: data.observation(step))
      var action = Action(rawValue: data.action(step)) ?? .stay
      if isMirrored { (observation, action) = (observation.mirrored, action.mirrored) }
      for bit in 0..<24 where observation[bit] { input.values[(t * 24 + bit) * 16] = 1 }
      let isTarget = config.training.recipe == .streams || t == config.training.chunk - 1
      targets.append(isTarget ? Int(action.rawValue) : nil)
    }
    let tape = Tape()
    let outputs = runner.forward(input, steps: steps.count, tape: tape)
    var errors = 0.0
    for (t, target) in targets.enumerated() {
      for k in 0..<3 {
        for l in 0..<16 { outputs.gradients?[(t * 3 + k) * 16 + l] = 0 }
        guard let target else { continue }
        let error = outputs.values[(t * 3 + k) * 16] - (k == target ? 1 : 0)
        errors += Double(error) * Double(error)
        outputs.gradients?[(t * 3 + k) * 16] = 2 * error
      }
    }
    var gradient = [Float](repeating: 0, count: layout.count)
    tape.backward(into: &gradient)
    return (gradient, errors, targets.count { $0 != nil })
  }

  /// AdamW (Loshchilov & Hutter 2019, algorithm 2), and the moving average. Returns the norm before clipping.
  private mutating func step(_ gradient: [Double], rate: Double) -> Double {
    let settings = config.training.optimizer
    let (beta1, beta2) = (Double(settings.beta1), Double(settings.beta2))
    let trained = layout.entries.filter(\.isTrained)
    let norm = trained.flatMap(\.range).reduce(0) { $0 + gradient[$1] * gradient[$1] }.squareRoot()
    let clip = settings.clipNorm > 0 ? min(1, Double(settings.clipNorm) / norm) : 1
    updates += 1
    for entry in trained {
      let rate = min(rate, entry.maximumRate.map { Double($0) } ?? rate)
      for index in entry.range {
        let g = gradient[index] * clip
        first[index] = beta1 * first[index] + (1 - beta1) * g
        second[index] = beta2 * second[index] + (1 - beta2) * g * g
        if entry.decays { parameters[index] *= 1 - rate * Double(settings.weightDecay) }
        let m = first[index] / (1 - pow(beta1, Double(updates)))
        let v = second[index] / (1 - pow(beta2, Double(updates)))
        parameters[index] -= rate * m / (v.squareRoot() + Double(settings.epsilon))
      }
    }
    let share = (1 + Double(updates)) / (10 + Double(updates))
    let stays = config.training.average > 0 ? min(config.training.average, share) : 0
    for index in average.indices {
      average[index] = stays * average[index] + (1 - stays) * parameters[index]
    }
    return norm
  }
}
