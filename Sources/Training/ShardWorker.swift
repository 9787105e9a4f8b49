import Determinism
import NeuralCore
import PongEngine
import SequenceModels

/// Shards of lanes at training: runs a chunk forward and back, into a gradient buffer a shard.
/// Used by one thread at a time: the team gives each worker to one of its threads, or works for the only one.
final class ShardWorker: @unchecked Sendable {
  /// Gradients of the last chunk's loss, (shards, parameters, 1), in the order of the layout.
  let gradients: Tensor
  /// Sums of squared errors of the last chunk, one a shard.
  private(set) var squaredErrors: [Double]

  private let runner: any SequenceRunner
  private let data: TrainingData
  private let plan: LanePlan
  private let shards: [Range<Int>]
  private let input: Tensor
  private var targets: [UInt8]
  private let tape = Tape()
  /// Decides which lanes of a pass are seen in a mirror; nil for none.
  private let mirror: SeededGenerator?

  /// - Parameters:
  ///   - runner: with the plan's shard width in lanes for each shard.
  ///   - parameters: how many the model has.
  init(
    _ runner: any SequenceRunner, parameters: Int, _ data: TrainingData, _ plan: LanePlan,
    _ shards: [Range<Int>], mirror: SeededGenerator?
  ) {
    let width = plan.shardWidth * shards.count
    let steps = plan.longestChunk
    self.runner = runner
    gradients = Tensor(steps: shards.count, features: parameters, lanes: 1)
    squaredErrors = [Double](repeating: 0, count: shards.count)
    input = Tensor(steps: steps, features: Observation.count, lanes: width)
    targets = [UInt8](repeating: SquaredError.unsupervised, count: steps * width)
    self.data = data
    self.plan = plan
    self.shards = shards
    self.mirror = mirror
  }

  /// The state carried between chunks: of every shard its tensors, (features, shard width).
  var states: [[Float]] {
    get {
      shards.indices.flatMap { shard in runner.states.map { $0.array(ofLanes: lanes(shard)) } }
    }
    set {
      for shard in shards.indices {
        for (index, state) in runner.states.enumerated() {
          state.copy(from: newValue[shard * runner.states.count + index], toLanes: lanes(shard))
        }
      }
    }
  }

  /// Where a shard's lanes stand.
  private func lanes(_ shard: Int) -> Range<Int> {
    shard * plan.shardWidth..<(shard + 1) * plan.shardWidth
  }

  /// Asks the next chunk for the gradients of further edges as well.
  func probe(_ plan: EdgePlan) -> EdgeProbe? { (runner as? any EdgeProbing)?.probe(plan) }

  /// Starts a pass: all streams from zero.
  func startPass() { runner.resetState() }

  /// Runs chunk `index` of a pass, counted from 0. `scale` is 1 / number of supervised values of the whole batch.
  func run(pass: Int, chunk index: Int, scale: Float) {
    let steps = fill(index, pass)
    gradients.clear()
    let output = runner.forward(input, steps: steps, tape: tape)
    squaredErrors = targets.withUnsafeBufferPointer { targets in
      shards.indices.map {
        SquaredError.evaluate(
          output, targets: targets.baseAddress!, steps: steps, scale: scale, lanes: lanes($0))
      }
    }
    tape.backward(into: gradients.values)
  }

  /// Copies the chunk's observations and targets in; returns its steps. Lanes that have ended see zeros and
  /// are not supervised.
  private func fill(_ index: Int, _ pass: Int) -> Int {
    let steps = plan.steps(ofChunk: index)
    let width = input.lanes
    input.clear()
    for i in targets.indices { targets[i] = SquaredError.unsupervised }
    let streams = shards.enumerated().flatMap { zip(lanes($0), $1) }
    for (lane, stream) in streams {
      guard let chunk = plan.lanes[stream][index] else { continue }
      if chunk.isStart { runner.resetState(lane: lane) }
      let view = StreamView(data, pass: pass, stream: stream, mirror: mirror)
      for (t, step) in chunk.steps.enumerated() {
        let (bits, action) = view.step(step)
        var left = bits
        while left != 0 {
          let bit = Observation.count - 1 - left.trailingZeroBitCount
          input.values[(t * Observation.count + bit) * width + lane] = 1
          left &= left - 1
        }
        if plan.isSupervised(step: t) { targets[t * width + lane] = action }
      }
    }
    return steps
  }
}

/// A stream as one pass sees it: as it is, or in a mirror.
struct StreamView {
  let isMirrored: Bool
  private let data: TrainingData

  /// - Parameter mirror: decides, for seed, pass and stream alone, so that a run goes on within a pass as it began it;
  ///   nil for never.
  init(_ data: TrainingData, pass: Int, stream: Int, mirror: SeededGenerator?) {
    self.data = data
    var generator = mirror?.split(UInt64(pass)).split(UInt64(stream))
    isMirrored = generator?.bernoulli(0.5) ?? false
  }

  /// What is seen in step `index` of the demonstration, and the action's raw value.
  func step(_ index: Int) -> (bits: UInt32, action: UInt8) {
    let (bits, action) = (data.observation(index), data.action(index))
    guard isMirrored else { return (bits, action) }
    return (Observation(bits: bits).mirrored.bits, (Action(rawValue: action) ?? .stay).mirrored.rawValue)
  }
}
