import Synchronization

/// The plans of a graph's two products, W v and W' dz, each made when it is first asked for and shared by all matrices on the
/// graph: the weights that are trained, those that play.
public final class EdgePlans: Sendable {
  /// The graph.
  public let graph: SparseGraph
  private let plans = Mutex<(forward: EdgePlan?, transposed: EdgePlan?)>((nil, nil))

  /// Plans that nobody has asked for yet.
  public init(_ graph: SparseGraph) { self.graph = graph }

  /// Edges by target.
  var forward: EdgePlan {
    plans.withLock { plans in
      let plan = plans.forward ?? EdgePlan(graph)
      plans.forward = plan
      return plan
    }
  }

  /// Edges by source.
  var transposed: EdgePlan {
    plans.withLock { plans in
      let plan = plans.transposed ?? EdgePlan(graph, transposed: true)
      plans.transposed = plan
      return plan
    }
  }
}
