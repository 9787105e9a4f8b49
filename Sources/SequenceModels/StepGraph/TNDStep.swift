import NeuralCore

extension TND {
  /// States: "h" and "v" (neurons); where edges are plastic also "traces" (edges), in the graph's order.
  public func describeStep(_ observation: StepGraph.Value, in graph: inout StepGraph) -> StepGraph.Value {
    let h = graph.state("h", [neurons])
    let v = graph.state("v", [neurons])
    let seen = graph.multiply(observation, graph.parameter("input_weight"))
    let bias = graph.add(graph.padded(seen, to: neurons), graph.parameter("bias"))
    let own = graph.add(bias, graph.multiply(h, graph.parameter("alpha")))
    let fixed = graph.sparseProduct(self.graph, weights: "weights", v, plus: own)
    let plastic = plasticity == nil ? nil : PlasticStep(self.graph, v, in: &graph)
    let z = plastic.map { graph.add(fixed, $0.sums(in: &graph)) } ?? fixed
    let activation = graph.tanh(z)
    let (keep, leak) = leaks(in: &graph)
    let kept = graph.multiply(h, keep)
    let nextH = graph.add(kept, graph.multiply(activation, leak))
    let nextV = readout == .state ? graph.tanh(nextH) : activation
    graph.carry(h, nextH)
    graph.carry(v, nextV)
    plastic?.carry(nextV, in: &graph)
    let inputs = observation.shape[0]
    return graph.slice(nextV, inputs..<inputs + outputs)
  }

  /// 1 - tau and tau.
  private func leaks(in graph: inout StepGraph) -> (keep: StepGraph.Value, leak: StepGraph.Value) {
    if let tau { return (graph.number(1 - Float(tau)), graph.number(Float(tau))) }
    let taus = graph.parameters[layout["tau"].range].map(logistic)
    return (
      graph.constant("tau.kept", [neurons], taus.map { 1 - $0 }), graph.constant("tau.leak", [neurons], taus)
    )
  }
}

/// The plastic part of a TND's step (`PlasticEdges` has the equations), an edge at a time: ONNX has no sparse form of
/// it that runtimes share.
private struct PlasticStep {
  let neurons: SparseGraph
  let traces: StepGraph.Value
  /// What every edge reads.
  let read: StepGraph.Value

  init(_ neurons: SparseGraph, _ v: StepGraph.Value, in graph: inout StepGraph) {
    self.neurons = neurons
    traces = graph.state("traces", [neurons.edges])
    let sources = graph.integers("edges.sources", [neurons.edges], neurons.sources.map { Int64($0) })
    read = graph.elements(of: v, at: sources)
  }

  /// The sums of strength trace v over the edges into every neuron: those of a neuron side by side, filled up to the
  /// longest row with the zero that stands behind the last edge.
  func sums(in graph: inout StepGraph) -> StepGraph.Value {
    let (n, edges) = (neurons.neurons, neurons.edges)
    let longest = max(1, (0..<n).map { neurons.edges(into: $0).count }.max() ?? 0)
    var places = [Int64](repeating: Int64(edges), count: n * longest)
    for target in 0..<n {
      for (column, edge) in neurons.edges(into: target).enumerated() {
        places[target * longest + column] = Int64(edge)
      }
    }
    let weighed = graph.multiply(graph.multiply(traces, graph.parameter("plasticity")), read)
    let rows = graph.integers("edges.rows", [n, longest], places)
    return graph.lastAxisSum(graph.elements(of: graph.padded(weighed, to: edges + 1), at: rows))
  }

  /// Says what the traces become.
  func carry(_ nextV: StepGraph.Value, in graph: inout StepGraph) {
    let targets = (0..<neurons.neurons).flatMap { target in
      neurons.edges(into: target).map { _ in Int64(target) }
    }
    let written = graph.elements(of: nextV, at: graph.integers("edges.targets", [neurons.edges], targets))
    let rate = logistic(graph.parameters[graph.layout["plasticity_rate"].range.lowerBound])
    let change = graph.subtract(graph.multiply(written, read), traces)
    graph.carry(traces, graph.add(traces, graph.multiply(change, graph.number(rate))))
  }
}
