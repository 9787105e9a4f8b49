extension SparseGraph {
  /// An order of the neurons in which those that are connected are near each other, so that what a row of a large graph reads
  /// is in a cache: by communities and, within these, by the smaller ones that those grew from. The first `fixed` neurons
  /// stay; nil for a graph that fits in a cache, and where the order brings no more edges together than there are.
  public func localOrder(fixed: Int) -> [UInt32]? {
    guard neurons > EdgePlan.mostNeuronsInCache else { return nil }
    let communities = Communities(among(fixed..<neurons).graph)
    let order = (0..<UInt32(fixed)) + communities.order.map { $0 + UInt32(fixed) }
    let places = SparseGraph.places(order)
    var (before, after) = (0, 0)
    for target in 0..<neurons {
      for edge in edges(into: target) {
        let source = Int(sources[edge])
        if abs(source - target) <= FarSources.near { before += 1 }
        if abs(Int(places[source]) - Int(places[target])) <= FarSources.near { after += 1 }
      }
    }
    return after > before ? Array(order) : nil
  }

  /// The graph with its neurons in another order: neuron `order[i]` becomes neuron i.
  public func reordered(_ order: [UInt32]) -> SparseGraph {
    precondition(order.count == neurons, "an order of \(order.count) of \(neurons) neurons")
    let places = SparseGraph.places(order)
    do {
      return try SparseGraph(
        sourcesOfTargets: order.map { edges(into: Int($0)).map { places[Int(sources[$0])] } })
    } catch {
      preconditionFailure("a graph under other numbers is a graph: \(error)")
    }
  }

  private static func places(_ order: some Collection<UInt32>) -> [UInt32] {
    var places = [UInt32](repeating: 0, count: order.count)
    for (place, neuron) in order.enumerated() { places[Int(neuron)] = UInt32(place) }
    return places
  }
}
