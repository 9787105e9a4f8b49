/// The variants of TND that the paper and this project compare.
enum TNDVariant: String, CaseIterable, Sendable {
  /// The published setting, trained on streams.
  case standard = "TND"
  /// No edges among hidden neurons.
  case noRecurrence = "no_rec"
  /// No state of a neuron's own.
  case noState = "no_state"
  /// Neurons read tanh(h).
  case stateReadout = "readout state"
  /// The published recipe.
  case windows = "recipe windows"
}
