/// What a neuron of a TND is there for.
public enum NeuronRole: String, CaseIterable, Sendable {
  case input, output, hidden
}
