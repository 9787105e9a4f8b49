import SequenceModels

/// The models by name.
enum ModelName: Int, CaseIterable, Sendable {
  case tnd, rnn, sparseRNN, lstm, cfc, transformer, s4d, other

  /// The model with this type word in configs.
  init(type: String) {
    switch type {
    case TND.type: self = .tnd
    case RNN.type: self = .rnn
    case SparseRNN.type: self = .sparseRNN
    case LSTM.type: self = .lstm
    case CfC.type: self = .cfc
    case Transformer.type: self = .transformer
    case S4D.type: self = .s4d
    default: self = .other
    }
  }

  /// The name in text, as the paper has it.
  var title: String {
    switch self {
    case .tnd: "TND"
    case .rnn: "Vanilla RNN"
    case .sparseRNN: "Sparse RNN"
    case .lstm: "LSTM"
    case .cfc: "CfC"
    case .transformer: "Transformer"
    case .s4d: "S4D"
    case .other: "another model"
    }
  }

  /// The same style in every figure.
  var style: SeriesStyle { SeriesStyle(rawValue) }
}
