/// The figures of the paper: Cai & Zhao, "Topological Neural Dynamics", arXiv 2606.21295 (June 2026), the table of
/// results at l = 40 and the ablations; the human demonstration of 20,000 steps, ten sessions a model.
enum PublishedFigures {
  /// Rate, mean consecutive catches and longest streak.
  struct Figures: Sendable, Equatable {
    /// Catches / (catches + misses).
    let rate: String
    /// Catches / misses.
    let mean: String
    /// The longest streak.
    let max: String
  }

  /// The demonstration they are of: CRC-32 of its rows (`TrainingData.demonstrationCRC32`), eight hexadecimal digits.
  static let demonstrationCRC32 = "3308f109"

  /// Where they are from, for captions.
  static let citation = "Cai & Zhao, arXiv 2606.21295"

  /// The results at l = 40. The paper has none for S4D.
  static func figures(_ model: ModelName) -> Figures? {
    switch model {
    case .rnn: Figures(rate: "0.61", mean: "1.57", max: "13")
    case .sparseRNN: Figures(rate: "0.78", mean: "3.47", max: "18")
    case .lstm: Figures(rate: "0.85", mean: "5.64", max: "26")
    case .transformer: Figures(rate: "0.38", mean: "0.61", max: "2")
    case .cfc: Figures(rate: "0.84", mean: "5.41", max: "53")
    case .tnd: Figures(rate: "0.95", mean: "17.47", max: "68")
    case .s4d, .other: nil
    }
  }

  /// The published ablations of TND.
  static func figures(_ variant: TNDVariant) -> Figures? {
    switch variant {
    case .standard, .windows: figures(ModelName.tnd)
    case .noRecurrence: Figures(rate: "0.28", mean: "0.39", max: "2")
    case .noState: Figures(rate: "0.87", mean: "6.58", max: "36")
    case .stateReadout: nil
    }
  }

  /// Parameters in millions, counted densely, to two digits; nil where the paper has none.
  static func parameters(_ model: ModelName) -> String? {
    switch model {
    case .rnn: "0.28"
    case .sparseRNN: "0.34"
    case .lstm: "3.20"
    case .transformer: "6.34"
    case .cfc: "1.50"
    case .tnd: "0.36"
    case .s4d, .other: nil
    }
  }
}
