/// Where a run stands.
public struct TrainingProgress: Sendable, Equatable {
  /// Passes completed.
  public var pass = 0
  /// Chunks done of the pass at hand.
  public var chunk = 0
  /// Updates made.
  public var updates = 0
  /// The best validation rate so far.
  public var bestRate: Double?
  /// The pass it was reached in.
  public var bestPass = 0
  /// Connections that rewirings have replaced.
  public var rewired = 0
  /// Rounds of the aggregation played.
  public var rounds = 0
  /// Steps of the last of them in which the learner would have done what the teacher says.
  var agreed = 0
  var squaredError = 0.0
  var supervised = 0
  var normSum = 0.0

  /// A run about to start.
  public init() {}
}

/// What the trainer tells while it runs.
public enum TrainingReport {
  /// An update was made, and the pass goes on.
  case update(TrainingProgress)
  /// A pass was completed.
  case pass(TrainingMetrics)
  /// A round of the aggregation was played, counted from 1, and added to the data.
  case round(Int, AggregatedRound)
  /// It was asked to stop.
  case stopped(TrainingProgress)
  /// All passes are done, or play was good enough before.
  case finished(TrainingProgress)
}
