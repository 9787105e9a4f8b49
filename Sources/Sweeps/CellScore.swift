/// What is kept in memory of the result of a finished cell.
public struct CellScore: Sendable, Equatable {
  /// The validation rate of the checkpoint that was selected; 0 of a cell that diverged.
  public var validationRate: Double

  init(_ result: CellResult) { validationRate = result.best?.validationRate ?? 0 }
}
