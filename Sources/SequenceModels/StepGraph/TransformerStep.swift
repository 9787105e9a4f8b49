extension Transformer {
  /// States: "position" (a whole number), the step's place in its block; "keys_l0", "values_l0" ... (context,
  /// features), of which places up to the position count.
  public func describeStep(_ observation: StepGraph.Value, in graph: inout StepGraph) -> StepGraph.Value {
    let position = graph.state("position", [], type: .integer64)
    let one = graph.integers("one", [], [1])
    let end = graph.integers("context", [], [Int64(context)])
    graph.carry(position, graph.remainder(graph.add(position, one), end))
    let places = graph.integers("places", [context], (0..<Int64(context)).map { $0 })
    let column = graph.reshaped(position, [1])
    let block = StepBlock(
      own: graph.reshaped(graph.equal(places, column), [context, 1]),
      seen: graph.reshaped(graph.atMost(places, column), [1, 1, context]))

    let vector = graph.rows(of: graph.parameter("positions.weight"), at: position)
    var x = graph.add(graph.linear(observation, "embedding"), vector)
    for layer in 0..<layers { x = describe(layer, x, block, &graph) }
    return graph.linear(x, "readout")
  }

  private func describe(
    _ layer: Int, _ x: StepGraph.Value, _ block: StepBlock, _ graph: inout StepGraph
  ) -> StepGraph.Value {
    let name = "encoder.layers.\(layer)"
    func feed(_ x: StepGraph.Value) -> StepGraph.Value {
      graph.linear(graph.rectified(graph.linear(x, "\(name).linear1")), "\(name).linear2")
    }
    if normFirst {
      let attended = attend(layer, graph.normalized(x, "\(name).norm1"), block, &graph)
      let y = graph.add(x, attended)
      return graph.add(y, feed(graph.normalized(y, "\(name).norm2")))
    }
    let attended = attend(layer, x, block, &graph)
    let y = graph.normalized(graph.add(x, attended), "\(name).norm1")
    return graph.normalized(graph.add(y, feed(y)), "\(name).norm2")
  }

  /// Attention of one step to the steps of its block, itself among them, which the cache then holds.
  private func attend(
    _ layer: Int, _ x: StepGraph.Value, _ block: StepBlock, _ graph: inout StepGraph
  ) -> StepGraph.Value {
    let name = "encoder.layers.\(layer).self_attn"
    let width = features / heads
    let projection = graph.parameter("\(name).in_proj_weight")
    let projected = graph.linear(x, projection, graph.parameter("\(name).in_proj_bias"))
    func part(_ index: Int) -> StepGraph.Value {
      graph.slice(projected, index * features..<(index + 1) * features)
    }
    func cached(_ state: String, _ row: StepGraph.Value) -> StepGraph.Value {
      let cache = graph.state("\(state)_l\(layer)", [context, features])
      let next = graph.choose(block.own, graph.reshaped(row, [1, features]), cache)
      graph.carry(cache, next)
      return graph.reshaped(next, [context, heads, width])
    }
    let query = graph.reshaped(part(0), [heads, 1, width])
    let keys = graph.transposed(cached("keys", part(1)), [1, 2, 0])
    let values = graph.transposed(cached("values", part(2)), [1, 0, 2])
    let scale = graph.number(1 / Float(width).squareRoot())
    let scores = graph.multiply(graph.product(query, keys), scale)
    let weights = graph.softmax(graph.choose(block.seen, scores, graph.number(-1e30)))
    let mixed = graph.reshaped(graph.product(weights, values), [features])
    return graph.linear(mixed, "\(name).out_proj")
  }
}

/// Which places of a block are the step's own, (context, 1), and which it sees, (1, 1, context).
private struct StepBlock {
  let own: StepGraph.Value
  let seen: StepGraph.Value
}
