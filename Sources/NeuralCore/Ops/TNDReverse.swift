import CKernels

/// What the backward pass of a TND's scan needs beside the forward buffers.
final class TNDReverse {
  /// What is done at once, by all threads.
  enum Round {
    /// The neurons' own part of the last step.
    case last
    /// A step through the edges, then the neurons' part of the step before.
    case step(Int)
    /// The gradients of the weights for some steps.
    case weights(Range<Int>)
  }

  let edges: SparseBackward
  let dv: Tensor
  let dh: Tensor
  let dz: Tensor
  /// Sixteen partial sums a group and neuron, (groups, n, 16).
  let dInput: Tensor
  let dBias: Tensor
  let dAlpha: Tensor
  /// Nil where tau is a constant.
  let dTau: Tensor?

  init(_ parameters: TNDParameters, lanes: Int, groups: Int, workers: Int) {
    let n = parameters.structure.neurons
    edges = SparseBackward(parameters.recurrent, lanes: lanes, groups: groups, workers: workers)
    dv = Tensor(steps: 1, features: n, lanes: lanes)
    dh = Tensor(steps: 1, features: n, lanes: lanes)
    dz = Tensor(steps: edges.blockSteps, features: n, lanes: lanes)
    dInput = Tensor(steps: groups, features: parameters.structure.inputs, lanes: 16)
    dBias = Tensor(steps: groups, features: n, lanes: 16)
    dAlpha = Tensor(steps: groups, features: n, lanes: 16)
    dTau = parameters.offsets.tau == nil ? nil : Tensor(steps: groups, features: n, lanes: 16)
  }

  /// Starts a window.
  func clear() {
    for tensor in [dv, dh, dInput, dBias, dAlpha] { tensor.clear() }
    dTau?.clear()
    edges.start()
  }

  /// The way back through a window: what a round reads, those before have written.
  func rounds(_ steps: Int) -> [Round] {
    var rounds: [Round] = steps > 0 ? [.last] : []
    for t in (0..<steps).reversed() {
      if let block = edges.block(from: t, steps: steps) { rounds.append(.weights(block)) }
      rounds.append(.step(t))
    }
    return rounds
  }

  /// Adds the gradients of a group to a flat buffer.
  func add(_ group: Int, to gradients: UnsafeMutablePointer<Float>, _ parameters: TNDParameters) {
    let offsets = parameters.offsets
    edges.add(group, to: gradients + offsets.weights)
    for (partial, offset) in [
      (dInput, offsets.inputWeight), (dBias, offsets.bias), (dAlpha, offsets.alpha),
    ] {
      for neuron in 0..<partial.features { gradients[offset + neuron] += sum(partial, group, neuron) }
    }
    if let dTau, let offset = offsets.tau {
      for neuron in 0..<dTau.features {
        let tau = parameters.tau.values[neuron]
        gradients[offset + neuron] += sum(dTau, group, neuron) * tau * (1 - tau)
      }
    }
  }

  private func sum(_ partial: Tensor, _ group: Int, _ neuron: Int) -> Float {
    var sum: Float = 0
    for k in 0..<16 { sum += partial.step(group)[neuron * 16 + k] }
    return sum
  }
}
