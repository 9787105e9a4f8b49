/// What is seen of a training run while it goes on, as plain values.
public struct TrainingView: Sendable, Equatable {
  /// A completed pass.
  public struct Pass: Sendable, Equatable {
    /// Its number, from 1.
    public var number: Int
    /// Mean squared error.
    public var loss: Double
    /// Catch rate of the validation after it, if there was one.
    public var rate: Double?

    /// A pass.
    public init(number: Int, loss: Double, rate: Double? = nil) {
      self.number = number
      self.loss = loss
      self.rate = rate
    }
  }

  /// The run's name.
  public var name: String
  /// The passes completed, oldest first.
  public var passes: [Pass]
  /// Passes of the whole run.
  public var total: Int
  /// Fraction of the run that is done.
  public var fraction: Double
  /// How it stands, in a word or two: "training", "finished".
  public var state: String

  /// A run.
  public init(name: String, passes: [Pass] = [], total: Int, fraction: Double = 0, state: String) {
    self.name = name
    self.passes = passes
    self.total = total
    self.fraction = fraction
    self.state = state
  }
}
