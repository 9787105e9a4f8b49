import NeuralCore

extension Transformer {
  /// In blocks, states: "position" (a whole number), the step's place in its block; "keys_l0", "values_l0" ...
  /// (context, features), of which places up to the position count.
  ///
  /// Sliding: "cached" (a whole number), the earlier steps that there are to see; "keys_l0", "values_l0" ...
  /// (context - 1, features), the youngest last, of which so many count. A context of one step has no states.
  public func describeStep(_ observation: StepGraph.Value, in graph: inout StepGraph) -> StepGraph.Value {
    let view: StepView
    var x: StepGraph.Value
    switch attention {
    case .block:
      let position = graph.state("position", [], type: .integer64)
      view = blockView(position, &graph)
      let vector = graph.rows(of: graph.parameter("positions.weight"), at: position)
      x = graph.add(graph.linear(observation, "embedding"), vector)
    case .sliding:
      view = slidingView(&graph)
      x = graph.linear(observation, "embedding")
    }
    for layer in 0..<layers { x = describe(layer, x, view, &graph) }
    return graph.linear(x, "readout")
  }

  private func blockView(_ position: StepGraph.Value, _ graph: inout StepGraph) -> StepView {
    let one = graph.integers("one", [], [1])
    let end = graph.integers("context", [], [Int64(context)])
    graph.carry(position, graph.remainder(graph.add(position, one), end))
    let places = graph.integers("places", [context], (0..<Int64(context)).map { $0 })
    let column = graph.reshaped(position, [1])
    return StepView(
      own: graph.reshaped(graph.equal(places, column), [context, 1]),
      seen: graph.reshaped(graph.atMost(places, column), [1, 1, context]), turn: nil)
  }

  private func slidingView(_ graph: inout StepGraph) -> StepView {
    let width = features / heads
    // From the oldest to the step itself.
    let ages = (0..<context).reversed()
    let angles = RotaryTable(context: context, dim: width).values
    func table(_ name: String, _ value: (_ age: Int, _ feature: Int) -> Float) -> StepGraph.Value {
      graph.constant(
        name, [context, 1, width], ages.flatMap { age in (0..<width).map { value(age * width, $0) } })
    }
    let turn = StepTurn(
      partners: graph.integers("partners", [features], (0..<Int64(features)).map { $0 ^ 1 }),
      cosines: table("cosines") { angles[$0 + ($1 & ~1)] },
      sines: table("sines") { $1 & 1 == 0 ? -angles[$0 + $1 + 1] : angles[$0 + $1] })
    guard context > 1 else { return StepView(own: nil, seen: nil, turn: turn) }
    let cached = graph.state("cached", [], type: .integer64)
    let one = graph.integers("one", [], [1])
    let most = graph.integers("cached_most", [], [Int64(context - 1)])
    graph.carry(cached, graph.minimum(graph.add(cached, one), most))
    let column = graph.integers("ages", [context], ages.map(Int64.init))
    let seen = graph.atMost(column, graph.reshaped(cached, [1]))
    return StepView(own: nil, seen: graph.reshaped(seen, [1, 1, context]), turn: turn)
  }

  private func describe(
    _ layer: Int, _ x: StepGraph.Value, _ view: StepView, _ graph: inout StepGraph
  ) -> StepGraph.Value {
    let name = "encoder.layers.\(layer)"
    func feed(_ x: StepGraph.Value) -> StepGraph.Value {
      graph.linear(graph.rectified(graph.linear(x, "\(name).linear1")), "\(name).linear2")
    }
    if normFirst {
      let attended = attend(layer, graph.normalized(x, "\(name).norm1"), view, &graph)
      let y = graph.add(x, attended)
      return graph.add(y, feed(graph.normalized(y, "\(name).norm2")))
    }
    let attended = attend(layer, x, view, &graph)
    let y = graph.normalized(graph.add(x, attended), "\(name).norm1")
    return graph.normalized(graph.add(y, feed(y)), "\(name).norm2")
  }

  /// Attention of one step to those that it sees, itself among them, which the cache then holds.
  private func attend(
    _ layer: Int, _ x: StepGraph.Value, _ view: StepView, _ graph: inout StepGraph
  ) -> StepGraph.Value {
    let name = "encoder.layers.\(layer).self_attn"
    let width = features / heads
    let projection = graph.parameter("\(name).in_proj_weight")
    let projected = graph.linear(x, projection, graph.parameter("\(name).in_proj_bias"))
    func part(_ index: Int) -> StepGraph.Value {
      graph.slice(projected, index * features..<(index + 1) * features)
    }
    func cached(_ state: String, _ row: StepGraph.Value) -> StepGraph.Value {
      let all =
        view.own.map { replaced("\(state)_l\(layer)", row, where: $0, &graph) }
        ?? followed("\(state)_l\(layer)", row, &graph)
      return graph.reshaped(all, [context, heads, width])
    }
    var scores: StepGraph.Value
    let values: StepGraph.Value
    if let turn = view.turn {
      let keys = cached("keys", part(1))
      values = graph.transposed(cached("values", part(2)), [1, 0, 2])
      let products = graph.multiply(turned(part(0), by: turn, &graph), keys)
      let byHead = graph.transposed(graph.lastAxisSum(products), [1, 0])
      scores = graph.reshaped(byHead, [heads, 1, context])
    } else {
      let query = graph.reshaped(part(0), [heads, 1, width])
      let keys = graph.transposed(cached("keys", part(1)), [1, 2, 0])
      values = graph.transposed(cached("values", part(2)), [1, 0, 2])
      scores = graph.product(query, keys)
    }
    scores = graph.multiply(scores, graph.number(1 / Float(width).squareRoot()))
    if let seen = view.seen { scores = graph.choose(seen, scores, graph.number(-1e30)) }
    let mixed = graph.reshaped(graph.product(graph.softmax(scores), values), [features])
    return graph.linear(mixed, "\(name).out_proj")
  }

  /// The query of every head as keys of every age see it, (context, heads, width): turned forward by the age.
  private func turned(
    _ query: StepGraph.Value, by turn: StepTurn, _ graph: inout StepGraph
  ) -> StepGraph.Value {
    let shape = [1, heads, features / heads]
    let straight = graph.reshaped(query, shape)
    let across = graph.reshaped(graph.elements(of: query, at: turn.partners), shape)
    return graph.add(graph.multiply(straight, turn.cosines), graph.multiply(across, turn.sines))
  }

  /// A cache in which the step's row takes its place.
  private func replaced(
    _ state: String, _ row: StepGraph.Value, where own: StepGraph.Value, _ graph: inout StepGraph
  ) -> StepGraph.Value {
    let cache = graph.state(state, [context, features])
    let next = graph.choose(own, graph.reshaped(row, [1, features]), cache)
    graph.carry(cache, next)
    return next
  }

  /// A cache of earlier steps and the step's row behind them; the next step finds all but the oldest.
  private func followed(
    _ state: String, _ row: StepGraph.Value, _ graph: inout StepGraph
  ) -> StepGraph.Value {
    guard context > 1 else { return row }
    let cache = graph.state(state, [context - 1, features])
    let all = graph.concatenated(graph.reshaped(cache, [(context - 1) * features]), row)
    let younger = graph.slice(all, features..<context * features)
    graph.carry(cache, graph.reshaped(younger, [context - 1, features]))
    return all
  }
}

/// What a step sees: in blocks, which place is its own, (context, 1); which places it sees, (1, 1, context), all where
/// there is nothing; where it slides, how queries turn.
private struct StepView {
  let own: StepGraph.Value?
  let seen: StepGraph.Value?
  let turn: StepTurn?
}

/// The other feature of every feature's pair, (features), and the angles of every age, (context, 1, width): the turned
/// query is query x cosines + partner x sines.
private struct StepTurn {
  let partners: StepGraph.Value
  let cosines: StepGraph.Value
  let sines: StepGraph.Value
}
