import CKernels

/// What the scans of one TND share: its graph and the constants of its dynamics.
public struct TNDStructure: Sendable {
  /// Number of neurons, n.
  public let neurons: Int
  /// Neurons 0 ..< inputs receive an observation bit each.
  public let inputs: Int
  /// Neurons inputs ..< inputs + outputs are read out.
  public let outputs: Int
  /// The leak: h' = (1 - tau) h + tau tanh(z).
  public let tau: Float
  /// Readout `state`, v' = tanh(h'), rather than `activation`, v' = tanh(z).
  public let readsState: Bool
  let graph: SparseGraph

  /// The structure of a TND on a graph.
  public init(graph: SparseGraph, inputs: Int, outputs: Int, tau: Float, readsState: Bool) {
    precondition(inputs + outputs <= graph.neurons, "\(inputs) + \(outputs) roles, \(graph.neurons) neurons")
    neurons = graph.neurons
    self.inputs = inputs
    self.outputs = outputs
    self.tau = tau
    self.readsState = readsState
    self.graph = graph
  }

  func shape(lanes: Int) -> ck_tnd_shape {
    ck_tnd_shape(neurons: neurons, inputs: inputs, lanes: lanes, tau: tau, reads_state: readsState ? 1 : 0)
  }
}

/// The parameters of a TND as its scans read them. `load` after every change, never while a scan runs; any number of scans may read at once.
public final class TNDParameters: @unchecked Sendable {
  let structure: TNDStructure
  let recurrent: SparseMatrix
  let inputWeight: Tensor
  let bias: Tensor
  let alpha: Tensor

  /// Parameters of zero.
  public init(_ structure: TNDStructure) {
    self.structure = structure
    recurrent = SparseMatrix(structure.graph)
    inputWeight = Tensor(steps: 1, features: structure.inputs, lanes: 1)
    bias = Tensor(steps: 1, features: structure.neurons, lanes: 1)
    alpha = Tensor(steps: 1, features: structure.neurons, lanes: 1)
  }

  /// Takes over parameters: `weights` [edges] in the graph's order, `inputWeight` [inputs], `bias` and
  /// `alpha` [neurons].
  public func load(
    weights: UnsafePointer<Float>, inputWeight: UnsafePointer<Float>, bias: UnsafePointer<Float>,
    alpha: UnsafePointer<Float>
  ) {
    recurrent.load(weights)
    self.inputWeight.values.update(from: inputWeight, count: structure.inputs)
    self.bias.values.update(from: bias, count: structure.neurons)
    self.alpha.values.update(from: alpha, count: structure.neurons)
  }
}

/// Where the gradients of a TND's parameters lie in the flat buffer.
public struct TNDGradientOffsets: Sendable {
  let weights: Int
  let inputWeight: Int
  let bias: Int
  let alpha: Int

  /// Offsets, in floats.
  public init(weights: Int, inputWeight: Int, bias: Int, alpha: Int) {
    self.weights = weights
    self.inputWeight = inputWeight
    self.bias = bias
    self.alpha = alpha
  }
}
