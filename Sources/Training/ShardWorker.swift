import Determinism
import NeuralCore
import PongEngine
import SequenceModels

/// One shard of lanes at training: runs a chunk forward and back into a gradient buffer of its own.
/// Used by one thread at a time: the team gives each worker to one of its threads.
final class ShardWorker: @unchecked Sendable {
  /// Gradient of the last chunk's loss, in the order of the layout.
  let gradients: Tensor
  /// Sum of squared errors of the last chunk.
  private(set) var squaredError = 0.0

  private let runner: any SequenceRunner
  private let data: TrainingData
  private let plan: LanePlan
  private let lanes: Range<Int>
  private let input: Tensor
  private var targets: [UInt8]
  private let tape = Tape()
  /// Decides which lanes of a pass are seen in a mirror; nil for none.
  private let mirror: SeededGenerator?

  init(
    _ model: any SequenceModel, _ weights: any ModelWeights, _ data: TrainingData, _ plan: LanePlan,
    _ lanes: Range<Int>, mirror: SeededGenerator? = nil
  ) {
    let width = plan.shardWidth
    let steps = plan.longestChunk
    runner = weights.makeRunner(lanes: width, steps: steps, records: true)
    gradients = Tensor(steps: 1, features: model.layout.count, lanes: 1)
    input = Tensor(steps: steps, features: Observation.count, lanes: width)
    targets = [UInt8](repeating: SquaredError.unsupervised, count: steps * width)
    self.data = data
    self.plan = plan
    self.lanes = lanes
    self.mirror = mirror
  }

  /// The state carried between chunks.
  var states: [Tensor] { runner.states }

  /// Asks the next chunk for the gradients of further edges as well.
  func probe(_ plan: EdgePlan) -> EdgeProbe? { (runner as? any EdgeProbing)?.probe(plan) }

  /// Starts a pass: all streams from zero.
  func startPass() { runner.resetState() }

  /// Runs chunk `index` of a pass, counted from 0. `scale` is 1 / number of supervised values of the whole batch.
  func run(pass: Int, chunk index: Int, scale: Float) {
    let steps = fill(index, pass)
    gradients.clear()
    let output = runner.forward(input, steps: steps, tape: tape)
    squaredError = targets.withUnsafeBufferPointer {
      SquaredError.evaluate(output, targets: $0.baseAddress!, steps: steps, scale: scale)
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
    for (lane, stream) in lanes.enumerated() {
      guard let chunk = plan.lanes[stream][index] else { continue }
      if chunk.isStart { runner.resetState(lane: lane) }
      let view = StreamView(data, pass: pass, stream: stream, mirror: mirror)
      for (t, step) in chunk.steps.enumerated() {
        let (bits, action) = view.step(step)
        for bit in 0..<Observation.count where bits >> UInt32(23 - bit) & 1 == 1 {
          input.values[(t * Observation.count + bit) * width + lane] = 1
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
