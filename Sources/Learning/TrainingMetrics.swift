import Storage

/// One line of metrics.jsonl. Holds nothing that differs between two runs of the same config, so no times.
public struct TrainingMetrics: Sendable, Equatable {
  /// Passes completed.
  public var pass: Int
  /// Updates made.
  public var updates: Int
  /// Mean squared error over the pass.
  public var loss: Double
  /// Mean gradient norm over the pass, before clipping.
  public var gradientNorm: Double
  /// Learning rate of the last update.
  public var learningRate: Double
  /// Closed-loop play, where this pass was validated.
  public var validation: PlayTotals?

  /// The JSON line.
  public var json: String {
    var line =
      "{\"pass\":\(pass),\"updates\":\(updates),\"loss\":\(loss),\"gradient_norm\":\(gradientNorm),"
      + "\"learning_rate\":\(learningRate)"
    if let validation {
      line += ",\"validation_catches\":\(validation.catches),\"validation_misses\":\(validation.misses)"
      line += ",\"validation_rate\":\(validation.rate ?? 0)"
    }
    return line + "}"
  }
}

extension CellResult.CurvePoint {
  /// Reads a line of metrics.jsonl; `path` is what errors name.
  init(metricsLine line: String, path: String) throws {
    let setting = try Setting(yaml: line, source: path)
    guard case .integer(let pass)? = setting["pass"], let loss = setting["loss"]?.asNumber else {
      throw FileError.malformed(
        path: path, offset: nil, found: "a line without pass and loss", expected: "both in every line")
    }
    self.init(pass: pass, loss: loss, validationRate: setting["validation_rate"]?.asNumber)
  }
}
