import CKernels

/// A whole window of a TND's dynamics as one operation (arXiv 2606.21295; reference.md, section 1):
///
///     z(t+1) = W v(t) + w_in e(t+1) + b + alpha h(t)
///     h(t+1) = (1 - tau) h(t) + tau tanh(z(t+1))
///     v(t+1) = tanh(z(t+1))  or  tanh(h(t+1))
///
/// tau is one constant or a parameter of each neuron; where edges are plastic, W changes (`PlasticEdges`).
/// Backward is truncated at the window's start: the carried state is a constant.
public final class TNDScan: TapeRecord {
  /// The longest window.
  public let maximumSteps: Int
  /// Lanes: 16, 32 or 64, or 1 to play.
  public let lanes: Int
  /// The state carried from window to window, (1, 2n, L): h, then v. Zero at the start of a session.
  public let state: Tensor
  /// The output neurons' v, (T, outputs, L), with gradients when recording.
  public let output: Tensor

  private let parameters: TNDParameters
  private let structure: TNDStructure
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
  private let reverse: TNDReverseBuffers?

  /// Buffers for windows of up to `steps` steps. Without `records` the scan keeps no step and can only run
  /// forward.
  public init(_ parameters: TNDParameters, lanes: Int, steps: Int, records: Bool) {
    self.parameters = parameters
    structure = parameters.structure
    self.lanes = lanes
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
    reverse = records ? TNDReverseBuffers(parameters, lanes: lanes) : nil
    parameters.recurrent.prepare(lanes: lanes, records: records)
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
    let (outputs, size) = (structure.outputs * lanes, structure.neurons * lanes)
    if reverse != nil {
      h.values.update(from: state.values, count: size)
      v.values.update(from: state.values + size, count: size)
    }
    for t in 0..<steps {
      advance(input.step(t), from: t)
      output.step(t).update(from: output(after: t + 1) + structure.inputs * lanes, count: outputs)
    }
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

  /// Step `step` of the window.
  private func advance(_ e: UnsafePointer<Float>, from step: Int) {
    let size = structure.neurons * lanes
    parameters.recurrent.multiply(output(after: step), lanes: lanes, into: z.values)
    guard let plastic else { return changeNeurons(e, step) }
    if reverse != nil {
      plastic.add(step: step, v, to: z.values)
      changeNeurons(e, step)
    } else {
      // Traces are moved on by what the step read and what came of it.
      v.step(0).update(from: output(after: step), count: size)
      plastic.add(v.step(0), to: z.values)
      changeNeurons(e, step)
      v.step(1).update(from: output(after: step + 1), count: size)
      plastic.move(v.step(0))
    }
  }

  /// The neurons' own part of a step, once z is there.
  private func changeNeurons(_ e: UnsafePointer<Float>, _ step: Int) {
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
      &shape, z.values, e, parameters.inputWeight.values, parameters.bias.values, parameters.alpha.values,
      before, activation(step), after, output(after: step + 1))
  }

  public func backward(into gradients: UnsafeMutablePointer<Float>) {
    guard let reverse, let input, let outputGradients = output.gradients else {
      preconditionFailure("TNDScan.backward without a recorded forward")
    }
    reverse.clear()
    let outputs = structure.outputs * lanes
    var shape = parameters.shape(lanes: lanes)
    plastic?.startBackward()
    reverse.edges.start(steps: steps)
    for t in stride(from: steps - 1, through: 0, by: -1) {
      let dv = reverse.dv.values + structure.inputs * lanes
      for i in 0..<outputs { dv[i] += outputGradients[t * outputs + i] }
      let dz = reverse.dz.step(t % reverse.edges.blockSteps)
      ck_tnd_backward(
        &shape, input.step(t), parameters.alpha.values, h.step(t), activation(t), v.step(t + 1),
        reverse.dv.values, reverse.dh.values, dz, reverse.dInput.values, reverse.dBias.values,
        reverse.dAlpha.values, reverse.dTau?.values)
      reverse.edges.step(t, dz: dz, v: v.step(t), dv: reverse.dv.values)
      plastic?.backward(step: t, v, dz: dz, dv: reverse.dv.values)
    }
    reverse.add(to: gradients, parameters)
    if let offsets = parameters.offsets.plasticity { plastic?.add(to: gradients, offsets) }
  }
}

/// What the backward pass of a scan needs beside the forward buffers.
private final class TNDReverseBuffers {
  let edges: SparseBackward
  let dv: Tensor
  let dh: Tensor
  let dz: Tensor
  /// Sixteen partial sums a neuron.
  let dInput: Tensor
  let dBias: Tensor
  let dAlpha: Tensor
  /// Nil where tau is a constant.
  let dTau: Tensor?

  init(_ parameters: TNDParameters, lanes: Int) {
    let n = parameters.structure.neurons
    edges = SparseBackward(parameters.recurrent, lanes: lanes)
    dv = Tensor(steps: 1, features: n, lanes: lanes)
    dh = Tensor(steps: 1, features: n, lanes: lanes)
    dz = Tensor(steps: edges.blockSteps, features: n, lanes: lanes)
    dInput = Tensor(steps: 1, features: parameters.structure.inputs, lanes: 16)
    dBias = Tensor(steps: 1, features: n, lanes: 16)
    dAlpha = Tensor(steps: 1, features: n, lanes: 16)
    dTau = parameters.offsets.tau == nil ? nil : Tensor(steps: 1, features: n, lanes: 16)
  }

  func clear() {
    for tensor in [dv, dh, dInput, dBias, dAlpha] { tensor.clear() }
    dTau?.clear()
  }

  func add(to gradients: UnsafeMutablePointer<Float>, _ parameters: TNDParameters) {
    let offsets = parameters.offsets
    edges.add(to: gradients + offsets.weights)
    for (partial, offset) in [
      (dInput, offsets.inputWeight), (dBias, offsets.bias), (dAlpha, offsets.alpha),
    ] {
      for neuron in 0..<partial.features { gradients[offset + neuron] += sum(partial, neuron) }
    }
    if let dTau, let offset = offsets.tau {
      for neuron in 0..<dTau.features {
        let tau = parameters.tau.values[neuron]
        gradients[offset + neuron] += sum(dTau, neuron) * tau * (1 - tau)
      }
    }
  }

  private func sum(_ partial: Tensor, _ neuron: Int) -> Float {
    var sum: Float = 0
    for k in 0..<16 { sum += partial.values[neuron * 16 + k] }
    return sum
  }
}
