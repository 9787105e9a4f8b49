import CKernels

/// What the scans of one TND share: its graph and the constants of its dynamics.
public struct TNDStructure: Sendable {
  /// Number of neurons, n.
  public let neurons: Int
  /// Neurons 0 ..< inputs receive an observation bit each.
  public let inputs: Int
  /// Neurons inputs ..< inputs + outputs are read out.
  public let outputs: Int
  /// The leak: h' = (1 - tau) h + tau tanh(z). Of no use where every neuron has its own (`TNDOffsets.tau`).
  public let tau: Float
  /// Readout `state`, v' = tanh(h'), rather than `activation`, v' = tanh(z).
  public let readsState: Bool
  let plans: EdgePlans
  var graph: SparseGraph { plans.graph }

  /// The structure of a TND on a graph.
  public init(graph: SparseGraph, inputs: Int, outputs: Int, tau: Float, readsState: Bool) {
    self.init(plans: EdgePlans(graph), inputs: inputs, outputs: outputs, tau: tau, readsState: readsState)
  }

  /// The structure of a TND on the graph of some plans.
  public init(plans: EdgePlans, inputs: Int, outputs: Int, tau: Float, readsState: Bool) {
    neurons = plans.graph.neurons
    precondition(inputs + outputs <= neurons, "\(inputs) + \(outputs) roles, \(neurons) neurons")
    self.inputs = inputs
    self.outputs = outputs
    self.tau = tau
    self.readsState = readsState
    self.plans = plans
  }
}

/// Where a TND's parameters, and their gradients, lie in a flat buffer.
public struct TNDOffsets: Sendable {
  /// Floats of the buffer.
  let count: Int
  /// [edges], in the graph's order.
  let weights: Int
  /// [inputs]
  let inputWeight: Int
  /// [neurons]
  let bias: Int
  /// [neurons]
  let alpha: Int
  /// [neurons]: tau of every neuron is the sigmoid of its own (Perez-Nieves et al. 2021); nil where tau is a constant.
  let tau: Int?
  /// Nil where edges do not change.
  let plasticity: Plasticity?

  /// Those of plastic edges.
  public struct Plasticity: Sendable {
    /// [edges], in the graph's order.
    let strengths: Int
    /// [1]: the rate of all traces is its sigmoid.
    let rate: Int

    /// Offsets, in floats.
    public init(strengths: Int, rate: Int) {
      self.strengths = strengths
      self.rate = rate
    }
  }

  /// Offsets, in floats.
  public init(
    count: Int, weights: Int, inputWeight: Int, bias: Int, alpha: Int, tau: Int? = nil,
    plasticity: Plasticity? = nil
  ) {
    self.count = count
    self.weights = weights
    self.inputWeight = inputWeight
    self.bias = bias
    self.alpha = alpha
    self.tau = tau
    self.plasticity = plasticity
  }
}

/// The parameters of a TND as its scans read them. `load` after every change, never while a scan runs; any number of scans may read at once.
public final class TNDParameters: @unchecked Sendable {
  /// Edges of the graph.
  public var edges: Int { structure.graph.edges }

  let structure: TNDStructure
  let offsets: TNDOffsets
  let recurrent: SparseMatrix
  let inputWeight: Tensor
  let bias: Tensor
  let alpha: Tensor
  /// The leak of every neuron.
  let tau: Tensor
  /// The strengths of plastic edges, in the graph's order; empty where edges do not change.
  let strengths: Tensor
  /// The rate of the traces of plastic edges.
  private(set) var rate: Float = 0

  /// Parameters of zero.
  public init(_ structure: TNDStructure, _ offsets: TNDOffsets) {
    let n = structure.neurons
    self.structure = structure
    self.offsets = offsets
    recurrent = SparseMatrix(structure.plans)
    inputWeight = Tensor(steps: 1, features: structure.inputs, lanes: 1)
    bias = Tensor(steps: 1, features: n, lanes: 1)
    alpha = Tensor(steps: 1, features: n, lanes: 1)
    tau = Tensor(steps: 1, features: n, lanes: 1)
    tau.values.update(repeating: structure.tau, count: n)
    strengths = Tensor(steps: 1, features: offsets.plasticity == nil ? 0 : structure.graph.edges, lanes: 1)
  }

  /// Takes over parameters from a flat buffer.
  public func load(_ flat: UnsafePointer<Float>) {
    let n = structure.neurons
    recurrent.load(flat + offsets.weights)
    inputWeight.values.update(from: flat + offsets.inputWeight, count: structure.inputs)
    bias.values.update(from: flat + offsets.bias, count: n)
    alpha.values.update(from: flat + offsets.alpha, count: n)
    if let own = offsets.tau {
      for neuron in 0..<n { tau.values[neuron] = logistic(flat[own + neuron]) }
    }
    if let plasticity = offsets.plasticity {
      strengths.values.update(from: flat + plasticity.strengths, count: strengths.count)
      rate = logistic(flat[plasticity.rate])
    }
  }

  func shape(lanes: Int, groups: Int = 1) -> ck_tnd_shape {
    ck_tnd_shape(
      neurons: structure.neurons, inputs: structure.inputs, lanes: lanes, groups: groups, tau: tau.values,
      reads_state: structure.readsState ? 1 : 0)
  }
}
