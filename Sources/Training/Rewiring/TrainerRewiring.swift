import Agents
import Determinism
import NeuralCore
import SequenceModels
import Storage

/// Rewirings: when they are due, and what they change. A rewiring follows an update, whose gradients are those that RigL
/// asks for; where Evci et al. leave out the optimiser's step, it is made.
extension Trainer {
  /// Absent connections that RigL weighs, at most: more than a graph of 1,000 neurons has. Of a larger one as many as it has
  /// edges, if that is more, so that an update with them takes at most twice the time and memory.
  private static let mostCandidates = 1 << 20

  /// Whether the graph changes after the first `updates` updates.
  func isRewired(after updates: Int) -> Bool {
    guard let rewire = config.training.rewire else { return false }
    return updates > 0 && updates % rewire.every == 0 && updates < rewire.end(of: totalUpdates)
  }

  /// The absent connections whose gradients the next update tells.
  struct Probed {
    let graph: SparseGraph
    /// One a worker, in order.
    let probes: [EdgeProbe]

    var gradients: [Float] {
      var sum = [Float](repeating: 0, count: graph.edges)
      sum.withUnsafeMutableBufferPointer { for probe in probes { probe.add(to: $0.baseAddress!) } }
      return sum
    }
  }

  /// Asks for the gradients of absent connections where RigL needs those of the update at hand.
  func probe() -> Probed? {
    guard config.training.rewire?.method == .rigl, isRewired(after: progress.updates + 1),
      let model = model as? TND
    else { return nil }
    var generator = rewiringGenerator(update: progress.updates + 1)
    let most = max(Trainer.mostCandidates, model.graph.edges)
    let graph = model.rewiring.candidates(most: most, &generator)
    let plan = EdgePlan(graph)
    return Probed(graph: graph, probes: workers.compactMap { $0.probe(plan) })
  }

  /// Everything random about the rewiring after an update follows from the seed and the update's number alone.
  private func rewiringGenerator(update: Int) -> SeededGenerator {
    SeededGenerator(seed: config.seed).split("rewire").split(UInt64(update))
  }

  /// Rewires the graph, if that is due.
  func rewire(_ probed: Probed?) {
    let updates = progress.updates
    guard let rewire = config.training.rewire, isRewired(after: updates), let model = model as? TND
    else { return }
    let weights = Array(parameters[model.edgeWeights])
    var generator = rewiringGenerator(update: updates)
    let change: GraphChange
    if let probed {
      let phase = Double(updates) / Double(rewire.end(of: totalUpdates))
      let range = model.edgeWeights
      let own = Array(UnsafeBufferPointer(start: gradients.values + range.lowerBound, count: range.count))
      change = model.rewiring.byGradient(
        fraction: rewire.fraction * (1 + cosineOfHalfTurn(phase)) / 2, weights: weights,
        gradients: own, candidates: (probed.graph, probed.gradients))
    } else {
      change = model.rewiring.random(fraction: rewire.fraction, weights: weights, &generator)
    }
    carry(over: change, model, &generator)
    take(model.rewired(onto: change.graph))
    progress.rewired += change.count
  }

  /// Takes parameters, average and moments over to a changed graph. What has come begins with a weight of zero (RigL) or
  /// one that the run started with (SET), and moments of zero.
  private func carry(over change: GraphChange, _ model: TND, _ generator: inout SeededGenerator) {
    var (first, second) = (optimizer.firstMoments, optimizer.secondMoments)
    let none = [Float](repeating: 0, count: change.count)
    let edges = model.edgeWeights
    let arriving =
      config.training.rewire?.method == .set
      ? none.map { _ in startingParameters[edges.lowerBound + generator.uniform(below: edges.count)] } : none
    change.carry(&parameters, from: edges.lowerBound, arriving: arriving)
    change.carry(&average, from: edges.lowerBound, arriving: arriving)
    change.carry(&first, from: edges.lowerBound, arriving: none)
    change.carry(&second, from: edges.lowerBound, arriving: none)
    optimizer.restore(updates: optimizer.updates, firstMoments: first, secondMoments: second)
  }
}

/// The graphs in a run's state.
extension Trainer {
  private static let (current, best) = ("graph.", "best_graph.")

  /// Adds the graphs that the parameters and the best ones belong to.
  func addGraphs(to file: inout SafeTensors) {
    guard config.training.rewire != nil else { return }
    for (prefix, model) in [(Trainer.current, model), (Trainer.best, bestModel)] {
      for tensor in model.structure { file.add(tensor, prefix: prefix) }
    }
    file.metadata["rewired"] = "\(progress.rewired)"
  }

  /// The models of the graphs in a state; those of the config where nothing is rewired.
  func models(in file: SafeTensors, path: String) throws(FileError) -> (
    current: any SequenceModel, best: any SequenceModel
  ) {
    guard config.training.rewire != nil, let model = config.model as? TND else {
      return (config.model, config.model)
    }
    func rewired(_ prefix: String) throws(FileError) -> TND {
      func failure(_ found: String) -> FileError {
        .malformed(
          path: path, offset: nil, found: found,
          expected: "the graph \(prefix)* of \(model.graph.edges) edges among \(model.neurons) neurons")
      }
      let graph: SparseGraph
      do {
        graph = try SparseGraph(neurons: model.neurons) { file[prefix + $0]?.unsignedIntegers }
      } catch {
        throw failure("a broken graph (\(error))")
      }
      guard graph.edges == model.graph.edges else { throw failure("\(graph.edges) edges") }
      if let (source, target) = model.edgeAgainstRoles(in: graph) {
        throw failure("an edge from neuron \(source) to neuron \(target)")
      }
      return model.rewired(onto: graph)
    }
    return (try rewired(Trainer.current), try rewired(Trainer.best))
  }
}
