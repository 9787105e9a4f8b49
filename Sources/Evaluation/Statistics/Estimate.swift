/// A number and its interval.
public struct Estimate: Sendable, Equatable {
  /// Of what was measured itself.
  public let value: Double
  /// The percentile bootstrap 95 % interval.
  public let interval: ClosedRange<Double>

  /// A number and its interval.
  public init(value: Double, interval: ClosedRange<Double>) {
    self.value = value
    self.interval = interval
  }
}
