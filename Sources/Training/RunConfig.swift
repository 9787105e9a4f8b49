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

  /// Reads a config file, with `overrides` and `demonstration` as below.
  public init(contentsOf path: String, overrides: [String] = [], demonstration: String? = nil) throws {
    try self.init(
      yaml: try AtomicFile.readText(path), source: path, overrides: overrides, demonstration: demonstration)
  }

  /// Reads a config.
  /// - Parameters:
  ///   - text: YAML.
  ///   - source: the file that errors name.
  ///   - overrides: `key=value` pairs, keys dotted, that replace what the file says.
  ///   - demonstration: a file to train on in place of the demonstration that the config names or describes.
  public init(
    yaml text: String, source: String, overrides: [String] = [], demonstration: String? = nil
  ) throws(SettingError) {
    var setting = try Setting(yaml: text, source: source)
    var keys: [String] = []
    for override in overrides { keys.append(try setting.set(override, source: source)) }
    if let demonstration {
      try setting.checkMaps(to: "data.file", source: source)
      setting.set("data.file", to: .string(demonstration))
      // How another one would have been made.
      for key in ["data.noise", "data.steps"] { setting.set(key, to: .null) }
    }
    do {
      try self.init(setting, source: source)
    } catch {
      // What is wrong with a value from an option does not stand in the file.
      guard
        let key = keys.last(where: { "\(error.key).".hasPrefix("\($0).") || $0.hasPrefix("\(error.key).") })
      else { throw error }
      throw SettingError(
        source: "--set \(key)", key: error.key, found: error.found, expected: error.expected,
        exitCode: error.exitCode)
    }
  }

  /// Reads a config that is already parsed.
  public init(_ setting: Setting, source: String) throws(SettingError) {
    guard setting.value(at: "sweep") == nil else {
      throw SettingError(
        source: source, key: "sweep", found: "a sweep's section",
        expected: "the config of one run: pong sweep runs this file")
    }
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
    if var nested = try reader.optionalMap("aggregation") {
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

extension Setting {
  /// Replaces a value by what a `key=value` pair says, the value in YAML; returns the key.
  fileprivate mutating func set(_ override: String, source: String) throws(SettingError) -> String {
    let split = override.firstIndex(of: "=") ?? override.endIndex
    guard split != override.startIndex, split != override.endIndex else {
      throw SettingError(
        source: "--set", key: override, found: split == override.startIndex ? "no key" : "no =",
        expected: "key=value, such as seed=1", exitCode: 64)
    }
    let key = String(override[..<split])
    let value = try Setting(yaml: String(override[override.index(after: split)...]), source: "--set \(key)")
    try checkMaps(to: key, source: source)
    set(key, to: value)
    return key
  }

  /// Refuses to replace what is no map by one, on the way to a key.
  fileprivate func checkMaps(to key: String, source: String) throws(SettingError) {
    let keys = key.split(separator: ".", omittingEmptySubsequences: false)
    for depth in keys.indices {
      let path = keys[..<depth].joined(separator: ".")
      let found = depth == 0 ? self : value(at: path) ?? .null
      switch found {
      case .map, .null: continue
      default:
        throw SettingError(
          source: source, key: depth == 0 ? "top level" : path, found: found.found,
          expected: "a map of keys and values")
      }
    }
  }
}
