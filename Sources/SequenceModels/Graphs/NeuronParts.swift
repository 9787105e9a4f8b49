import Determinism

/// Neurons in parts of equal size, to one, one part after the other: modules, or layers.
struct NeuronParts {
  private let neurons: Range<Int>
  private let count: Int

  init(of neurons: Range<Int>, count: Int) {
    self.neurons = neurons
    self.count = count
  }

  /// The neurons of a part.
  subscript(part: Int) -> Range<Int> { neurons.part(part, of: count) }

  /// The part that a neuron is in: the last that begins at it or before it.
  func part(of neuron: Int) -> Int {
    ((neuron - neurons.lowerBound + 1) * count - 1) / neurons.count
  }
}
