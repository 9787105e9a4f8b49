import Storage

/// Why a run cannot start or go on.
public enum TrainingError: UserFacingError, Equatable {
  /// The demonstration has fewer steps than one window needs; nil of an expert's.
  case tooShort(file: String?, found: Int, expected: Int)
  /// Loss or gradient stopped being a number.
  case diverged(pass: Int, update: Int, rate: Double)
  /// The first rewiring would come when the graph changes no longer.
  case neverRewired(every: Int, end: Int)

  /// The demonstration leaves no labels for a teacher to give.
  case neverCorrected(budget: Int, demonstrated: Int)

  /// 65: bad data.
  public var exitCode: Int32 { 65 }

  /// One line for a person.
  public var description: String {
    switch self {
    case .tooShort(let file, let found, let expected):
      "\(file?.printable() ?? "the demonstration"): found \(found) steps, expected at least \(expected) for this recipe"
    case .diverged(let pass, let update, let rate):
      "training diverged in pass \(pass), update \(update): found a loss that is not a number, expected "
        + "a finite one; the last good state is saved, try training.learning_rate below \(rate)"
    case .neverRewired(let every, let end):
      "training.rewire.every: found \(every), expected fewer than the \(end) updates until which the graph changes"
    case .neverCorrected(let budget, let demonstrated):
      "aggregation.budget: found \(budget), expected more than the \(demonstrated) steps of the demonstration"
    }
  }
}
