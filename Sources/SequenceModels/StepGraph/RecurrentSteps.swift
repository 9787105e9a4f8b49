// The steps of the recurrent models; their equations stand with the scans in NeuralCore/Ops.

extension RNN {
  /// States: "h_l0" ... (hidden).
  public func describeStep(_ observation: StepGraph.Value, in graph: inout StepGraph) -> StepGraph.Value {
    var x = observation
    for layer in 0..<layers {
      let h = graph.state("h_l\(layer)", [hidden])
      x = graph.tanh(graph.recurrentSum("rnn", layer, x, h))
      graph.carry(h, x)
    }
    return graph.linear(x, "readout")
  }
}

extension SparseRNN {
  /// State: "h" (hidden).
  public func describeStep(_ observation: StepGraph.Value, in graph: inout StepGraph) -> StepGraph.Value {
    let h = graph.state("h", [hidden])
    let weight = graph.parameter("rnn.weight_ih_l0")
    let seen = graph.linear(observation, weight, graph.parameter("rnn.bias_ih_l0"))
    let biased = graph.add(seen, graph.parameter("rnn.bias_hh_l0"))
    let next = graph.tanh(graph.sparseProduct(self.graph, weights: "rnn.weight_hh_l0", h, plus: biased))
    graph.carry(h, next)
    return graph.linear(next, "readout")
  }
}

extension LSTM {
  /// States: "h_l0", "c_l0" ... (hidden).
  public func describeStep(_ observation: StepGraph.Value, in graph: inout StepGraph) -> StepGraph.Value {
    var x = observation
    for layer in 0..<layers {
      let h = graph.state("h_l\(layer)", [hidden])
      let c = graph.state("c_l\(layer)", [hidden])
      let sums = graph.recurrentSum("lstm", layer, x, h)
      let gates = (0..<4).map { graph.slice(sums, $0 * hidden..<($0 + 1) * hidden) }
      let written = graph.multiply(graph.sigmoid(gates[0]), graph.tanh(gates[2]))
      let kept = graph.multiply(graph.sigmoid(gates[1]), c)
      let nextC = graph.add(kept, written)
      x = graph.multiply(graph.sigmoid(gates[3]), graph.tanh(nextC))
      graph.carry(h, x)
      graph.carry(c, nextC)
    }
    return graph.linear(x, "readout")
  }
}

extension CfC {
  /// State: "h" (hidden).
  public func describeStep(_ observation: StepGraph.Value, in graph: inout StepGraph) -> StepGraph.Value {
    let h = graph.state("h", [hidden])
    var z = graph.concatenated(observation, h)
    for layer in 0..<backboneLayers {
      let sum = graph.linear(z, "rnn_cell.backbone.\(2 * layer)")
      let squashed = graph.tanh(graph.multiply(sum, graph.number(0.666)))
      z = graph.multiply(squashed, graph.number(1.7159))
    }
    let next = mode == .pure ? pureStep(z, &graph) : gatedStep(z, &graph)
    graph.carry(h, next)
    return graph.linear(next, "fc")
  }

  /// A - A exp(-(|w_tau| + |f|)) f.
  private func pureStep(_ z: StepGraph.Value, _ graph: inout StepGraph) -> StepGraph.Value {
    let f = graph.linear(z, "rnn_cell.ff1")
    let wTau = graph.parameters[layout["rnn_cell.w_tau"].range].map { abs($0) }
    let magnitudes = graph.constant("rnn_cell.w_tau.magnitude", [hidden], wTau)
    let a = Array(graph.parameters[layout["rnn_cell.A"].range])
    let amplitude = graph.constant("rnn_cell.A", [hidden], a)
    let decay = graph.exp(graph.negative(graph.add(graph.absolute(f), magnitudes)))
    let scaled = graph.multiply(decay, amplitude)
    return graph.add(graph.negative(graph.multiply(scaled, f)), amplitude)
  }

  /// tanh(u) (1 - g) + g tanh(v), or tanh(u) + g tanh(v).
  private func gatedStep(_ z: StepGraph.Value, _ graph: inout StepGraph) -> StepGraph.Value {
    let u = graph.tanh(graph.linear(z, "rnn_cell.ff1"))
    let v = graph.tanh(graph.linear(z, "rnn_cell.ff2"))
    let times = (graph.linear(z, "rnn_cell.time_a"), graph.linear(z, "rnn_cell.time_b"))
    let gate = graph.sigmoid(graph.add(times.0, times.1))
    let added = graph.multiply(gate, v)
    guard mode == .default else { return graph.add(u, added) }
    let open = graph.add(graph.negative(gate), graph.number(1))
    return graph.add(graph.multiply(u, open), added)
  }
}

extension StepGraph {
  /// W_ih x + b_ih + W_hh h + b_hh of a layer, parameters named as in PyTorch.
  fileprivate mutating func recurrentSum(_ model: String, _ layer: Int, _ x: Value, _ h: Value) -> Value {
    func name(_ part: String, _ side: String) -> String { "\(model).\(part)_\(side)_l\(layer)" }
    let seen = linear(x, parameter(name("weight", "ih")), parameter(name("bias", "ih")))
    return add(linear(h, parameter(name("weight", "hh")), parameter(name("bias", "hh"))), seen)
  }
}
