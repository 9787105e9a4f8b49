extension S4D {
  /// States: "real_l0", "imaginary_l0" ... (channels, pairs).
  public func describeStep(_ observation: StepGraph.Value, in graph: inout StepGraph) -> StepGraph.Value {
    var x = graph.linear(observation, "encoder")
    for layer in 0..<layers {
      let name = "layers.\(layer)"
      let y = graph.linear(graph.gelu(scan(layer, x, &graph)), "\(name).output_linear")
      let gate = graph.sigmoid(graph.slice(y, hidden..<2 * hidden))
      let gated = graph.multiply(graph.slice(y, 0..<hidden), gate)
      x = graph.normalized(graph.add(x, gated), "\(name).norm")
    }
    return graph.linear(x, "readout")
  }

  /// x' = a x + u, y = Re sum b x' + D u, with a and b as discretised for the kernels.
  private func scan(_ layer: Int, _ u: StepGraph.Value, _ graph: inout StepGraph) -> StepGraph.Value {
    let pairs = state / 2
    let shape = [hidden, pairs]
    let discrete = discretized(layer, graph.parameters)
    func part(_ name: String, _ numbers: [Float], _ offset: Int) -> StepGraph.Value {
      let own = stride(from: offset, to: numbers.count, by: 2).map { numbers[$0] }
      return graph.constant("layers.\(layer).\(name)", shape, own)
    }
    let a = (part("decay.real", discrete.decay, 0), part("decay.imaginary", discrete.decay, 1))
    let b = (part("output.real", discrete.output, 0), part("output.imaginary", discrete.output, 1))
    let real = graph.state("real_l\(layer)", shape)
    let imaginary = graph.state("imaginary_l\(layer)", shape)

    let turned = graph.subtract(graph.multiply(real, a.0), graph.multiply(imaginary, a.1))
    let nextReal = graph.add(turned, graph.reshaped(u, [hidden, 1]))
    let nextImaginary = graph.add(graph.multiply(imaginary, a.0), graph.multiply(real, a.1))
    graph.carry(real, nextReal)
    graph.carry(imaginary, nextImaginary)
    let sums = graph.subtract(graph.multiply(nextReal, b.0), graph.multiply(nextImaginary, b.1))
    let skipped = graph.multiply(u, graph.parameter("layers.\(layer).D"))
    return graph.add(graph.lastAxisSum(sums), skipped)
  }
}

extension StepGraph {
  /// GELU in its tanh form: x/2 (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3))).
  fileprivate mutating func gelu(_ x: Value) -> Value {
    let cube = multiply(multiply(x, x), x)
    let inner = multiply(add(x, multiply(cube, number(0.044715))), number(0.797_884_56))
    return multiply(multiply(x, number(0.5)), add(tanh(inner), number(1)))
  }
}
