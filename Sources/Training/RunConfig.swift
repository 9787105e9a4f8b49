import Agents
import NeuralCore
import PongEngine
import SequenceModels
import Storage

/// Everything that determines a training run: the content of a config file. Same config, same bytes.
public struct RunConfig: Sendable {
  /// The run's name; the default folder is runs/NAME-seedSEED.
  public var name: String
  /// Determines the graph, the initial weights and the validation serves.
  public var seed: UInt64
  /// The model.
  public var model: any SequenceModel
  /// The demonstration.
  public var data: DataConfig
  /// Recipe and optimiser.
  public var training: TrainingConfig
  /// Selection by play.
  public var validation: ValidationConfig
  /// A teacher that labels the learner's play; nil for cloning alone.
  public var aggregation: AggregationConfig?

  /// Most parameters of a model that is trained: 512 MiB, and a training run holds them some ten times.
  public static let mostParameters = 1 << 27

  /// Reads a config file, with `overrides` as below.
  public init(contentsOf path: String, overrides: [String] = []) throws {
    let text = String(decoding: try AtomicFile.read(path), as: UTF8.self)
    try self.init(yaml: text, source: path, overrides: overrides)
  }

  /// Reads a config.
  /// - Parameters:
  ///   - text: YAML.
  ///   - source: the file that errors name.
  ///   - overrides: `key=value` pairs, keys dotted, that replace what the file says.
  public init(yaml text: String, source: String, overrides: [String] = []) throws(SettingError) {
    var setting = try Setting(yaml: text, source: source)
    for override in overrides {
      let split = override.firstIndex(of: "=") ?? override.endIndex
      guard split != override.startIndex, split != override.endIndex else {
        throw SettingError(
          source: "--set", key: override, found: split == override.startIndex ? "no key" : "no =",
          expected: "key=value, such as seed=1")
      }
      let key = String(override[..<split])
      let value = try Setting(yaml: String(override[override.index(after: split)...]), source: "--set \(key)")
      setting.set(key, to: value)
    }
    try self.init(setting, source: source)
  }

  /// Reads a config that is already parsed.
  public init(_ setting: Setting, source: String) throws(SettingError) {
    var reader = try SettingReader(setting, source: source)
    name = try reader.text("name") ?? "run"
    let isFileName =
      name.first != "." && !name.contains("/")
      && !name.unicodeScalars.contains { $0.properties.generalCategory == .control }
    guard isFileName else {
      throw reader.error(
        "name", found: "\"\(name)\"", expected: "text without / and a first dot, for it is part of file names"
      )
    }
    seed = UInt64(try reader.integer("seed", in: 0...Int.max, default: 0))
    let modelSetting = reader.raw("model")
    var nested = try reader.map("data")
    data = try DataConfig(&nested)
    nested = try reader.map("training")
    training = try TrainingConfig(&nested)
    nested = try reader.map("validation")
    validation = try ValidationConfig(&nested)
    aggregation = nil
    if reader.raw("aggregation") != .null {
      nested = try reader.map("aggregation")
      aggregation = try AggregationConfig(&nested)
      guard training.recipe == .streams else {
        throw reader.error("aggregation", found: "the recipe windows", expected: "training.recipe: streams")
      }
      try aggregation?.check(training, data, reader)
    }
    try reader.finish()
    model = try ModelRegistry.read(
      modelSetting, source: source, inputs: Observation.count, outputs: Action.allCases.count, seed: seed)
    guard model.layout.count <= RunConfig.mostParameters else {
      throw SettingError(
        source: source, key: "model", found: "\(model.layout.count) parameters",
        expected: "at most \(RunConfig.mostParameters)")
    }
    if training.rewire != nil { try RewireConfig.check(model, source: source) }
  }

  /// The whole config with every default written out, in the order of the documentation.
  public var setting: Setting {
    .map(
      [
        .init("name", .string(name)), .init("seed", .integer(Int(seed))),
        .init("model", ModelRegistry.setting(of: model)), .init("data", data.setting),
        .init("training", training.setting), .init("validation", validation.setting),
      ] + (aggregation.map { [.init("aggregation", $0.setting)] } ?? []))
  }
}

/// Where the demonstration comes from: a file, or an expert who plays it anew.
public struct DataConfig: Sendable, Hashable {
  /// A demonstration file, or nil to generate one.
  public var file: String?
  /// The expert to generate with.
  public var expert: String
  /// Steps to generate.
  public var frames: Int
  /// Steps of an episode of the generated demonstration, each from a serve of its own; nil for a single episode. Who never
  /// misses shows little in one: under the classic rules a rally soon goes round a few thousand states.
  public var steps: Int?
  /// Seed of the generated demonstration.
  public var seed: UInt64
  /// Rules of the generated demonstration.
  public var rules: RuleSet
  /// How often the generated demonstration's paddle makes a move that is drawn instead of the expert's (DART).
  public var noise: Double

  /// The experts' names, as messages list them.
  static let experts = Expert.allCases.map(\.name).sorted()

  init(_ reader: inout SettingReader) throws(SettingError) {
    file = try reader.text("file")
    expert = try reader.choice("expert", of: DataConfig.experts, default: "humanlike")
    frames = try reader.integer("frames", in: 100...100_000_000, default: 20_000)
    seed = UInt64(try reader.integer("seed", in: 0...Int.max, default: 0))
    let rules = try reader.choice("rules", of: RuleSet.allCases.map(\.name), default: "reference")
    self.rules = RuleSet(name: rules) ?? .reference
    noise = try reader.number("noise", in: 0...1, default: 0)
    steps = reader.raw("steps") == .null ? nil : try reader.integer("steps", in: 10...1_000_000)
    for (key, value) in [("noise", noise > 0 ? "\(noise)" : nil), ("steps", steps.map { "\($0)" })] {
      guard let value, file != nil else { continue }
      throw reader.error(
        key, found: "\(value) for a file", expected: "it for a generated demonstration alone")
    }
    try reader.finish()
  }

  var setting: Setting {
    .map(
      (file.map { [.init("file", .string($0))] } ?? []) + [
        .init("expert", .string(expert)), .init("frames", .integer(frames)),
        .init("seed", .integer(Int(seed))), .init("rules", .string(rules.name)),
      ] + (noise > 0 ? [.init("noise", .number(noise))] : [])
        + (steps.map { [.init("steps", .integer($0))] } ?? []))
  }
}

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
    let recipe = try reader.choice("recipe", of: Recipe.allCases.map(\.rawValue), default: "streams")
    self.recipe = Recipe(rawValue: recipe) ?? .streams
    streams = try reader.integer("streams", in: 1...100_000, default: 25)
    chunk = try reader.integer("chunk", in: 1...10_000, default: 40)
    passes = try reader.integer("passes", in: 1...1_000_000, default: 160)
    learningRate = try reader.number("learning_rate", in: 0...10, default: 1e-3)
    warmup = try reader.integer("warmup", in: 0...1_000_000, default: 0)
    let schedule = try reader.choice("schedule", of: Schedule.allCases.map(\.rawValue), default: "constant")
    self.schedule = Schedule(rawValue: schedule) ?? .constant
    finalRate = try reader.number("final_rate", in: 0...1, default: 0.1)
    optimizer = AdamW.Settings()
    optimizer.weightDecay = Float(try reader.number("weight_decay", in: 0...100, default: 0.1))
    optimizer.beta1 = Float(try reader.number("beta1", in: 0...0.9999, default: 0.9))
    optimizer.beta2 = Float(try reader.number("beta2", in: 0...0.99999, default: 0.95))
    optimizer.clipNorm = Float(try reader.number("clip_norm", in: 0...1e9, default: 1))
    average = try reader.number("average", in: 0...0.99999, default: 0.995)
    mirror = try reader.boolean("mirror", default: false)
    rewire = nil
    if reader.raw("rewire") != .null {
      var section = try reader.map("rewire")
      rewire = try RewireConfig.read(&section)
    }
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
  /// How many validations in a row may be no better than the best before them until the run ends, once the best
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
