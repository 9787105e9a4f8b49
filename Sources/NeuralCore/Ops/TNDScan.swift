import CKernels
import Determinism

/// A whole window of a TND's dynamics as one operation (arXiv 2606.21295; reference.md, section 1):
///
///     z(t+1) = W v(t) + w_in e(t+1) + b + alpha h(t)
///     h(t+1) = (1 - tau) h(t) + tau tanh(z(t+1))
///     v(t+1) = tanh(z(t+1))  or  tanh(h(t+1))
///
/// tau is one constant or a parameter of each neuron; where edges are plastic, W changes (`PlasticEdges`).
/// Backward is truncated at the window's start: the carried state is a constant.
///
/// Lanes may be several groups of 16 whose gradients are kept apart, and a team of threads may share the neurons of every
/// step: the numbers are those of a scan for each group.
public final class TNDScan: TapeRecord {
  /// The longest window.
  public let maximumSteps: Int
  /// Lanes, of all groups: 16, 32 or 64, or 1 to play.
  public let lanes: Int
  /// The state carried from window to window, (1, 2n, L): h, then v. Zero at the start of a session.
  public let state: Tensor
  /// The output neurons' v, (T, outputs, L), with gradients when recording.
  public let output: Tensor

  private let parameters: TNDParameters
  private let structure: TNDStructure
  private let team: ThreadTeam
  /// Groups of lanes with a gradient each.
  private let groups: Int
  /// The neurons that a thread takes at once: whole blocks of `EdgePlan.rowBlock`.
  private let parts: [Range<Int>]
  private var steps = 0
  private var input: Tensor?
  /// W v of the step at hand.
  private let z: Tensor
  /// h and v at the window's start and after every step, (T + 1, n, L). Without records a step changes the state in place, and
  /// h is empty; v holds what a step reads and what comes of it where edges are plastic.
  private let h: Tensor
  private let v: Tensor
  /// tanh(z) of every step where that is not v itself (readout `state`), else empty.
  private let a: Tensor
  private let plastic: PlasticEdges?
  private let reverse: TNDReverse?

  /// Buffers for windows of up to `steps` steps. Without `records` the scan keeps no step and can only run
  /// forward.
  public convenience init(_ parameters: TNDParameters, lanes: Int, steps: Int, records: Bool) {
    self.init(
      parameters, lanes: lanes, groups: 1, steps: steps, records: records, team: ThreadTeam(threads: 1))
  }

  /// Buffers to train so many groups of 16 lanes (1, 2 or 4), the threads of a team at every step; nil where edges are
  /// plastic or the network is so large that a group goes back in another way.
  public convenience init?(_ parameters: TNDParameters, groups: Int, steps: Int, team: ThreadTeam) {
    guard parameters.offsets.plasticity == nil,
      SparseBackward.canGroup(neurons: parameters.structure.neurons)
    else { return nil }
    self.init(parameters, lanes: groups * 16, groups: groups, steps: steps, records: true, team: team)
  }

  private init(
    _ parameters: TNDParameters, lanes: Int, groups: Int, steps: Int, records: Bool, team: ThreadTeam
  ) {
    self.parameters = parameters
    structure = parameters.structure
    self.lanes = lanes
    self.groups = groups
    self.team = team
    parts = TNDScan.parts(of: parameters.structure.neurons, team)
    maximumSteps = steps
    let n = structure.neurons
    state = Tensor(steps: 1, features: 2 * n, lanes: lanes)
    output = Tensor(steps: steps, features: structure.outputs, lanes: lanes, gradients: records)
    z = Tensor(steps: 1, features: n, lanes: lanes)
    let isPlastic = parameters.offsets.plasticity != nil
    h = Tensor(steps: records ? steps + 1 : 0, features: n, lanes: lanes)
    v = Tensor(steps: records ? steps + 1 : isPlastic ? 2 : 0, features: n, lanes: lanes)
    a = Tensor(steps: !structure.readsState ? 0 : records ? steps : 1, features: n, lanes: lanes)
    plastic =
      isPlastic ? PlasticEdges(parameters, lanes: lanes, steps: steps, records: records) : nil
    reverse = records ? TNDReverse(parameters, lanes: lanes, groups: groups, workers: team.threads) : nil
    parameters.recurrent.prepare(lanes: lanes, records: records)
  }

  /// One part for one thread; else several each, so that who is held up holds up the others by little.
  private static func parts(of neurons: Int, _ team: ThreadTeam) -> [Range<Int>] {
    let blocks = (neurons + EdgePlan.rowBlock - 1) / EdgePlan.rowBlock
    return (0..<blocks).parts(team.threads == 1 ? 1 : min(blocks, 8 * team.threads)).map {
      $0.lowerBound * EdgePlan.rowBlock..<min($0.upperBound * EdgePlan.rowBlock, neurons)
    }
  }

  /// All that is carried from window to window: `state`, and the traces of plastic edges, (1, edges, L).
  public var states: [Tensor] { [state] + (plastic.map { [$0.traces] } ?? []) }

  /// Asks every backward pass from the next on for the gradients that further edges would have, those of `plan`; nil of a
  /// scan that does not record.
  public func probe(_ plan: EdgePlan) -> EdgeProbe? { reverse?.edges.probe(plan) }

  /// Runs the window's first `steps` steps of `input`, (T, inputs, L), from `state` and leaves the new state
  /// there. Records itself on `tape`, if given.
  public func forward(_ input: Tensor, steps: Int, tape: Tape?) -> Tensor {
    precondition(steps <= maximumSteps, "\(steps) steps in a scan of \(maximumSteps)")
    precondition(tape == nil || reverse != nil, "this scan was made without buffers to record")
    let size = structure.neurons * lanes
    if reverse != nil {
      h.values.update(from: state.values, count: size)
      v.values.update(from: state.values + size, count: size)
    }
    advance(input, steps)
    if reverse != nil {
      state.values.update(from: h.step(steps), count: size)
      (state.values + size).update(from: v.step(steps), count: size)
      plastic?.finish(steps: steps, v)
    }
    self.steps = steps
    self.input = input
    tape?.append(self)
    return output
  }

  /// h after some steps of the window.
  private func memory(after step: Int) -> UnsafeMutablePointer<Float> {
    reverse == nil ? state.values : h.step(step)
  }

  /// v after some steps of the window.
  private func output(after step: Int) -> UnsafeMutablePointer<Float> {
    reverse == nil ? state.values + structure.neurons * lanes : v.step(step)
  }

  /// tanh(z) of a step: v itself where the readout is `activation`.
  private func activation(_ step: Int) -> UnsafeMutablePointer<Float> {
    structure.readsState ? a.step(reverse == nil ? 0 : step) : output(after: step + 1)
  }

  /// Runs all steps and shows what the output neurons made of each.
  private func advance(_ input: Tensor, _ steps: Int) {
    let (shown, outputs) = (structure.inputs * lanes, structure.outputs * lanes)
    guard reverse != nil, plastic == nil else {
      for t in 0..<steps {
        advance(input.step(t), from: t)
        output.step(t).update(from: output(after: t + 1) + shown, count: outputs)
      }
      return
    }
    // Parts of a step touch no number of each other's.
    nonisolated(unsafe) let scan = self
    let (parts, recurrent, lanes) = (parts, parameters.recurrent, lanes)
    team.forEachRound([Int](repeating: parts.count, count: steps)) { t, part, _ in
      recurrent.multiply(scan.v.step(t), lanes: lanes, rows: parts[part], into: scan.z.values)
      scan.changeNeurons(parts[part], input.step(t), t)
    }
    for t in 0..<steps { output.step(t).update(from: v.step(t + 1) + shown, count: outputs) }
  }

  /// Step `step` of the window, as a whole.
  private func advance(_ e: UnsafePointer<Float>, from step: Int) {
    let (n, size) = (structure.neurons, structure.neurons * lanes)
    parameters.recurrent.multiply(output(after: step), lanes: lanes, into: z.values)
    guard let plastic else { return changeNeurons(0..<n, e, step) }
    if reverse != nil {
      plastic.add(step: step, v, to: z.values)
      changeNeurons(0..<n, e, step)
    } else {
      // Traces are moved on by what the step read and what came of it.
      v.step(0).update(from: output(after: step), count: size)
      plastic.add(v.step(0), to: z.values)
      changeNeurons(0..<n, e, step)
      v.step(1).update(from: output(after: step + 1), count: size)
      plastic.move(v.step(0))
    }
  }

  /// Some neurons' own part of a step, once their z is there.
  private func changeNeurons(_ neurons: Range<Int>, _ e: UnsafePointer<Float>, _ step: Int) {
    var shape = parameters.shape(lanes: lanes)
    let (before, after) = (memory(after: step), memory(after: step + 1))
    if lanes == 1 {
      if after != before { after.update(from: before, count: structure.neurons) }
      ck_tnd_forward_single(
        &shape, z.values, e, parameters.inputWeight.values, parameters.bias.values, parameters.alpha.values,
        after, output(after: step + 1))
      return
    }
    ck_tnd_forward(
      &shape, neurons.lowerBound, neurons.upperBound, z.values, e, parameters.inputWeight.values,
      parameters.bias.values, parameters.alpha.values, before, activation(step), after,
      output(after: step + 1))
  }

  /// Adds the gradients of each group to a buffer of its own: they lie one behind the other, as long as the flat buffer of
  /// the parameters.
  public func backward(into gradients: UnsafeMutablePointer<Float>) {
    guard let reverse, let input, output.gradients != nil else {
      preconditionFailure("TNDScan.backward without a recorded forward")
    }
    reverse.clear()
    plastic?.startBackward()
    let rounds = reverse.rounds(steps)
    // What a round's pieces write does not overlap.
    nonisolated(unsafe) let (scan, back) = (self, reverse)
    let parts = parts
    let counts = rounds.map { if case .weights = $0 { reverse.edges.blockPieces } else { parts.count } }
    team.forEachRound(counts) { round, piece, worker in
      switch rounds[round] {
      case .weights(let block):
        let dz = back.dz.step(block.lowerBound % back.edges.blockSteps)
        back.edges.takeBlock(
          block.count, piece: piece, dz: dz, v: scan.v.step(block.lowerBound), worker: worker)
      case .last:
        scan.reverseNeurons(parts[piece], input, scan.steps - 1, back)
      case .step(let t):
        let dz = back.dz.step(t % back.edges.blockSteps)
        back.edges.step(t, rows: parts[piece], dz: dz, v: scan.v.step(t), dv: back.dv.values)
        scan.plastic?.backward(step: t, scan.v, dz: dz, dv: back.dv.values)
        if t > 0 { scan.reverseNeurons(parts[piece], input, t - 1, back) }
      }
    }
    // Each group has a buffer of its own.
    nonisolated(unsafe) let buffers = gradients
    let parameters = parameters
    team.forEach(groups) { group in
      back.add(group, to: buffers + group * parameters.offsets.count, parameters)
    }
    if let offsets = parameters.offsets.plasticity { plastic?.add(to: gradients, offsets) }
  }

  /// Some neurons' own part of the way back through a step, once their dv is there.
  private func reverseNeurons(_ neurons: Range<Int>, _ input: Tensor, _ t: Int, _ reverse: TNDReverse) {
    var shape = parameters.shape(lanes: lanes, groups: groups)
    let first = structure.inputs
    for neuron in neurons.clamped(to: first..<first + structure.outputs) {
      let (dv, own) = (reverse.dv.values + neuron * lanes, (t * structure.outputs + neuron - first) * lanes)
      for lane in 0..<lanes { dv[lane] += output.gradients![own + lane] }
    }
    ck_tnd_backward(
      &shape, neurons.lowerBound, neurons.upperBound, input.step(t), parameters.alpha.values, h.step(t),
      activation(t), v.step(t + 1), reverse.dv.values, reverse.dh.values,
      reverse.dz.step(t % reverse.edges.blockSteps), reverse.dInput.values, reverse.dBias.values,
      reverse.dAlpha.values, reverse.dTau?.values)
  }
}
