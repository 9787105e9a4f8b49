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
  public let name = "TNDScan"
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
  /// h and v at the window's start and after every step, (T + 1, n, L).
  private let h: Tensor
  private let v: Tensor
  /// tanh(z) of every step where that is not v itself (readout `state`), else empty.
  private let a: Tensor
  private let plastic: PlasticEdges?
  private let reverse: TNDReverseBuffers?

  /// Buffers for windows of up to `steps` steps. Without `records` the scan keeps one step and can only run
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
    let kept = records ? steps : 1
    h = Tensor(steps: kept + 1, features: n, lanes: lanes)
    v = Tensor(steps: kept + 1, features: n, lanes: lanes)
    a = Tensor(steps: structure.readsState ? kept : 0, features: n, lanes: lanes)
    plastic =
      parameters.offsets.plasticity == nil
      ? nil : PlasticEdges(parameters, lanes: lanes, steps: steps, records: records)
    reverse = records ? TNDReverseBuffers(parameters, lanes: lanes) : nil
    parameters.recurrent.prepare(lanes: lanes)
  }

  /// All that is carried from window to window: `state`, and the traces of plastic edges, (1, edges, L).
  public var states: [Tensor] { [state] + (plastic.map { [$0.traces] } ?? []) }

  /// Asks every backward pass from the next on for the gradients that further edges would have, those of `plan`; nil for
  /// no longer.
  @discardableResult
  public func probe(_ plan: EdgePlan?) -> EdgeProbe? { reverse?.edges.probe(plan) }

  /// Runs the window's first `steps` steps of `input`, (T, inputs, L), from `state` and leaves the new state
  /// there. Records itself on `tape`, if given.
  public func forward(_ input: Tensor, steps: Int, tape: Tape?) -> Tensor {
    precondition(steps <= maximumSteps, "\(steps) steps in a scan of \(maximumSteps)")
    precondition(tape == nil || reverse != nil, "this scan was made without buffers to record")
    let n = structure.neurons
    let size = n * lanes
    h.values.update(from: state.values, count: size)
    v.values.update(from: state.values + size, count: size)
    for t in 0..<steps {
      // Without records all steps share slots 0 and 1, exchanged by copying the small state.
      let slot = reverse == nil ? 0 : t
      advance(input.step(t), from: slot)
      let outputs = structure.outputs * lanes
      output.step(t).update(from: v.step(slot + 1) + structure.inputs * lanes, count: outputs)
      if reverse == nil {
        plastic?.move(v.step(0))
        h.step(0).update(from: h.step(1), count: size)
        v.step(0).update(from: v.step(1), count: size)
      }
    }
    let end = reverse == nil ? 0 : steps
    state.values.update(from: h.step(end), count: size)
    (state.values + size).update(from: v.step(end), count: size)
    if reverse != nil { plastic?.finish(steps: steps, v) }
    self.steps = steps
    self.input = input
    tape?.append(self)
    return output
  }

  /// One step from slot `slot` of h and v to the next.
  private func advance(_ e: UnsafePointer<Float>, from slot: Int) {
    var shape = parameters.shape(lanes: lanes)
    parameters.recurrent.multiply(v.step(slot), lanes: lanes, into: z.values)
    if reverse == nil {
      plastic?.add(v.step(slot), to: z.values)
    } else {
      plastic?.add(step: slot, v, to: z.values)
    }
    if lanes == 1 {
      h.step(slot + 1).update(from: h.step(slot), count: structure.neurons)
      ck_tnd_forward_single(
        &shape, z.values, e, parameters.inputWeight.values, parameters.bias.values, parameters.alpha.values,
        h.step(slot + 1), v.step(slot + 1))
      return
    }
    ck_tnd_forward(
      &shape, z.values, e, parameters.inputWeight.values, parameters.bias.values, parameters.alpha.values,
      h.step(slot), activation(slot), h.step(slot + 1), v.step(slot + 1))
  }

  /// tanh(z) of step `slot`: v itself where the readout is `activation`.
  private func activation(_ slot: Int) -> UnsafeMutablePointer<Float> {
    structure.readsState ? a.step(slot) : v.step(slot + 1)
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
