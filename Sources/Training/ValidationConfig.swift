import Storage

/// How the best checkpoint is found: by play on serves that no evaluation uses.
public struct ValidationConfig: Sendable, Equatable {
  /// Passes between validations; the last pass is always validated.
  public var every: Int
  /// The first pass that is validated.
  public var from: Int
  /// Sessions played side by side.
  public var sessions: Int
  /// Steps of a session.
  public var steps: Int
  /// The validation rate that ends the run; above 1, which no play reaches, for never.
  public var target: Double
  /// How many validations in a row may be worse than the best before them until the run ends, once the best
  /// catches more balls than it misses; 0 for any number.
  public var patience: Int

  init(_ reader: inout SettingReader) throws(SettingError) {
    every = try reader.integer("every", in: 1...1_000_000, default: 10)
    from = try reader.integer("from", in: 0...1_000_000, default: 0)
    sessions = try reader.integer("sessions", in: 1...4096, default: 64)
    steps = try reader.integer("steps", in: 200...1_000_000, default: 2000)
    target = try reader.number("target", in: 0...2, default: 2)
    patience = try reader.integer("patience", in: 0...1_000_000, default: 0)
    try reader.finish()
  }

  var setting: Setting {
    var entries: [Setting.Entry] = [
      .init("every", .integer(every)), .init("from", .integer(from)),
      .init("sessions", .integer(sessions)), .init("steps", .integer(steps)),
      .init("target", .number(target)),
    ]
    if patience > 0 { entries.append(.init("patience", .integer(patience))) }
    return .map(entries)
  }
}

extension ValidationConfig {
  /// Validations due after the first `passes` passes, but for that of the very last pass.
  func count(upTo passes: Int) -> Int { max(0, passes / every - (max(from, 1) - 1) / every) }

  /// Whether play has reached the target or no longer improves, so that a run need not go on.
  /// - Parameters:
  ///   - pass: passes completed.
  ///   - best: the best rate so far.
  ///   - settled: the pass that it was reached in, or the last that brought more to learn from, if that is later.
  func isSatisfied(after pass: Int, best: Double?, in settled: Int) -> Bool {
    guard let best else { return false }
    // Whoever misses more than it catches has not begun to play: its best is luck, and nothing to be measured by.
    let isImpatient = patience > 0 && best > 0.5
    return best >= target || isImpatient && count(upTo: pass) - count(upTo: settled) >= patience
  }
}
