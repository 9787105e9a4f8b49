import NeuralCore
import Storage

/// Recipe, schedule and optimiser.
public struct TrainingConfig: Sendable, Equatable {
  /// How the demonstration is cut into sequences.
  public enum Recipe: String, CaseIterable, Sendable {
    /// Contiguous streams, every step supervised, truncated backpropagation over chunks.
    case streams
    /// The published recipe: segments repeated at every offset of a window, only a window's last step
    /// supervised (reference.md, section 3).
    case windows
  }

  /// Decay of the learning rate after the warm-up.
  public enum Schedule: String, CaseIterable, Sendable {
    /// None.
    case constant
    /// Half a cosine, down to `finalRate` times the rate.
    case cosine
  }

  /// The recipe.
  public var recipe: Recipe
  /// Streams, or segments for `windows`.
  public var streams: Int
  /// Steps of a chunk of truncated backpropagation, or of a window.
  public var chunk: Int
  /// Passes over the demonstration (epochs), at most: validation may end the run before.
  public var passes: Int
  /// Peak learning rate.
  public var learningRate: Double
  /// Updates over which the rate rises from zero.
  public var warmup: Int
  /// What follows the warm-up.
  public var schedule: Schedule
  /// The last rate as a fraction of the peak, for `cosine`.
  public var finalRate: Double
  /// AdamW's settings.
  public var optimizer: AdamW.Settings
  /// Decay an update of the moving average of the weights that plays and is saved; 0 for the weights
  /// themselves.
  public var average: Double
  /// Whether every stream is seen in a mirror (`Observation.mirrored`) in half of the passes, drawn for each.
  public var mirror: Bool
  /// How the graph changes meanwhile; nil where it stays as it is.
  public var rewire: RewireConfig?

  init(_ reader: inout SettingReader) throws(SettingError) {
    recipe = try reader.choice("recipe", default: .streams)
    streams = try reader.integer("streams", in: 1...100_000, default: 25)
    chunk = try reader.integer("chunk", in: 1...10_000, default: 40)
    passes = try reader.integer("passes", in: 1...500_000, default: 160)
    learningRate = try reader.number("learning_rate", in: 0...10, default: 1e-3)
    warmup = try reader.integer("warmup", in: 0...1_000_000, default: 0)
    schedule = try reader.choice("schedule", default: .constant)
    finalRate = try reader.number("final_rate", in: 0...1, default: 0.1)
    optimizer = AdamW.Settings()
    optimizer.weightDecay = Float(try reader.number("weight_decay", in: 0...100, default: 0.1))
    optimizer.beta1 = Float(try reader.number("beta1", in: 0...0.9999, default: 0.9))
    optimizer.beta2 = Float(try reader.number("beta2", in: 0...0.99999, default: 0.95))
    optimizer.clipNorm = Float(try reader.number("clip_norm", in: 0...1e9, default: 1))
    average = try reader.number("average", in: 0...0.99999, default: 0.995)
    mirror = try reader.boolean("mirror", default: false)
    rewire = nil
    if var section = try reader.optionalMap("rewire") { rewire = try RewireConfig.read(&section) }
    try reader.finish()
  }

  var setting: Setting {
    var entries: [Setting.Entry] = [
      .init("recipe", .string(recipe.rawValue)), .init("streams", .integer(streams)),
      .init("chunk", .integer(chunk)), .init("passes", .integer(passes)),
      .init("learning_rate", .number(learningRate)), .init("warmup", .integer(warmup)),
      .init("schedule", .string(schedule.rawValue)), .init("final_rate", .number(finalRate)),
      .init("weight_decay", .init(optimizer.weightDecay)),
      .init("beta1", .init(optimizer.beta1)),
      .init("beta2", .init(optimizer.beta2)),
      .init("clip_norm", .init(optimizer.clipNorm)), .init("average", .number(average)),
    ]
    // Written where it is not the default alone, so that configs of before are those of today.
    if mirror { entries.append(.init("mirror", .boolean(true))) }
    if let rewire { entries.append(.init("rewire", rewire.setting)) }
    return .map(entries)
  }
}
