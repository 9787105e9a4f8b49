import Evaluation
import PongEngine
import SequenceModels
import Storage

/// A sweep: a run's config and a section `sweep` that says which of its values vary.
///
///     sweep:
///       seeds: [0, 1, 2]
///       grid: {training.chunk: [20, 40, 60]}          every combination of the values
///       together: {data.frames: [1000, 9000], training.passes: [90, 10]}   keys that take their values in step
///       link: {model.context: training.chunk}         a key that takes the value of another
///       tune: {key: training.learning_rate, values: [0.0003, 0.001], seeds: [8, 9]}   or a list of such
///       rounds: 64                                    rounds that a run's agent plays, 256 unless said
///       perturb: [bits=0.01, delay=1]                 as many again for each, with what goes wrong in them
///       measure_graph: true                           measures of a run's graph stand beside its play
public struct SweepConfig: Sendable {
  /// A key of the grid and the values it takes.
  public struct Axis: Sendable, Equatable {
    /// The dotted key of the config.
    public var key: String
    /// Plain values, in order.
    public var values: [Setting]
  }

  /// A key that takes the value of another one.
  public struct Link: Sendable, Equatable {
    /// The dotted key that is set.
    public var key: String
    /// The dotted key whose value it takes.
    public var source: String
  }

  /// A key whose value is chosen by validation before the runs start; of several, one key after the other.
  public struct Tuning: Sendable, Equatable {
    /// The key and the values to try.
    public var axis: Axis
    /// The seeds of the tuning runs of each value; none of the sweep's own.
    public var seeds: [UInt64]
    /// Where it stands in the sweep's file, and where its seeds do, for errors.
    let path: String
    let seedsPath: String
  }

  /// The name of the sweep and of its runs; a part of file names.
  public let name: String
  /// The file that errors name.
  public let source: String
  /// The run's config, without `sweep`.
  public let base: Setting
  /// Seeds of every grid point.
  public let seeds: [UInt64]
  /// The grid's axes, the first varying slowest; none for a single point.
  public let grid: [Axis]
  /// Axes that move in step, as many values each: to the grid they are one more axis, the last.
  public let together: [Axis]
  /// Linked keys.
  public let links: [Link]
  /// What is tuned, in order: each key with what was chosen for those before it.
  public let tunings: [Tuning]
  /// Rounds that a run's agent plays; nil for the number of `pong evaluate`. Large networks play slowly.
  public let rounds: Int?
  /// What goes wrong in further rounds, one perturbation after the other.
  public let perturbations: [Perturbation]
  /// Whether measures of a run's graph stand beside its play.
  public let measuresGraph: Bool

  /// Reads a sweep file.
  public init(contentsOf path: String) throws {
    try self.init(yaml: try AtomicFile.readText(path), source: path)
  }

  /// Reads a sweep.
  public init(yaml text: String, source: String) throws(SettingError) {
    let setting = try Setting(yaml: text, source: source)
    var entries: [Setting.Entry] = if case .map(let own) = setting { own } else { [] }
    let section = entries.first { $0.key == "sweep" }?.value ?? .null
    guard section != .null else {
      throw SettingError(
        source: source, key: "sweep", found: "nothing", expected: "a map with seeds, as in Configs/paper")
    }
    entries.removeAll { $0.key == "sweep" }
    base = .map(entries)
    self.source = source
    name = try SweepConfig.name(base, source: source)
    var reader = try SettingReader(section, source: source, path: "sweep")
    seeds = try SweepConfig.seeds(reader.wholeNumbers("seeds"), "sweep.seeds", source: source)
    grid = try SweepConfig.entries(reader.raw("grid"), "sweep.grid", source: source).map {
      entry throws(SettingError) in
      try Axis(entry.key, entry.value, path: "sweep.grid.\(entry.key)", source: source)
    }
    // The first names the cells, so its values differ.
    together = try SweepConfig.entries(reader.raw("together"), "sweep.together", source: source).enumerated()
      .map {
        index, entry throws(SettingError) in
        try Axis(
          entry.key, entry.value, path: "sweep.together.\(entry.key)", source: source, mayRepeat: index > 0)
      }
    links = try SweepConfig.entries(reader.raw("link"), "sweep.link", source: source).map {
      entry throws(SettingError) in
      guard case .string(let other) = entry.value else {
        throw SettingError(
          source: source, key: "sweep.link.\(entry.key)", found: entry.value.found, expected: "a key")
      }
      return Link(key: entry.key, source: other)
    }
    tunings = try SweepConfig.tunings(reader.raw("tune"), source: source)
    rounds = reader.raw("rounds") == .null ? nil : try reader.integer("rounds", in: 1...100_000)
    perturbations = try SweepConfig.perturbations(reader.raw("perturb"), source: source)
    measuresGraph = try reader.boolean("measure_graph", default: false)
    try reader.finish()
    try checkGraph()
    try checkKeys()
    try checkCount()
  }

  private static func name(_ base: Setting, source: String) throws(SettingError) -> String {
    let found = base["name"] ?? .null
    guard case .string(let name) = found, name.first != ".", !name.isEmpty,
      name.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || "_-.".contains($0)) })
    else {
      throw SettingError(
        source: source, key: "name", found: found.found,
        expected: "letters, digits, _, - and . only, for it is part of file names")
    }
    return name
  }

  fileprivate static func seeds(
    _ seeds: [Int], _ path: String, source: String
  ) throws(SettingError) -> [UInt64] {
    guard !seeds.isEmpty, Set(seeds).count == seeds.count else {
      throw SettingError(
        source: source, key: path, found: seeds.isEmpty ? "no seed" : "a seed twice",
        expected: "one seed or several different ones")
    }
    return seeds.map { UInt64($0) }
  }

  private static func perturbations(
    _ setting: Setting, source: String
  ) throws(SettingError) -> [Perturbation] {
    guard setting != .null else { return [] }
    func failure(_ index: Int?, _ found: String, _ expected: String) -> SettingError {
      SettingError(
        source: source, key: "sweep.perturb" + (index.map { "[\($0)]" } ?? ""), found: found,
        expected: expected)
    }
    guard case .list(let elements) = setting else {
      throw failure(nil, setting.found, "a list of perturbations, such as [bits=0.01, delay=1]")
    }
    var all: [Perturbation] = []
    for (index, element) in elements.enumerated() {
      guard case .string(let text) = element else {
        throw failure(index, element.found, "a perturbation, such as bits=0.01")
      }
      do {
        all.append(try Perturbation(text))
      } catch {
        throw failure(index, error.found, error.expected)
      }
      guard all[index] != Perturbation(), !all[..<index].contains(all[index]) else {
        throw failure(index, text, "something that goes wrong, and each once")
      }
    }
    return all
  }

  private static func tunings(_ setting: Setting, source: String) throws(SettingError) -> [Tuning] {
    switch setting {
    case .null: []
    case .list(let stages):
      try stages.enumerated().map { index, stage throws(SettingError) in
        try Tuning(stage, path: "sweep.tune[\(index)]", source: source)
      }
    default: [try Tuning(setting, path: "sweep.tune", source: source)]
    }
  }

  private static func entries(
    _ setting: Setting, _ path: String, source: String
  ) throws(SettingError) -> [Setting.Entry] {
    switch setting {
    case .map(let entries): return entries
    case .null: return []
    default:
      throw SettingError(
        source: source, key: path, found: setting.found, expected: "a map of keys and values")
    }
  }

  /// Most cells of a sweep: a few long lists make more than anyone could run, or keep in memory.
  private static var mostCells: Int { 100_000 }

  private func checkCount() throws(SettingError) {
    let tried = tunings.reduce(0) { $0 + $1.axis.values.count * $1.seeds.count }
    var cells = seeds.count
    for axis in grid + together.prefix(1) where cells <= SweepConfig.mostCells { cells *= axis.values.count }
    guard cells + tried <= SweepConfig.mostCells else {
      throw SettingError(
        source: source, key: "sweep", found: "more cells", expected: "\(SweepConfig.mostCells) at most")
    }
  }

  /// What is to be measured has to be there.
  private func checkGraph() throws(SettingError) {
    let type = base.value(at: "model.type") ?? .null
    guard !measuresGraph || [.string(TND.type), .string(SparseRNN.type)].contains(type) else {
      throw SettingError(
        source: source, key: "sweep.measure_graph", found: "true for model.type \(type.found)",
        expected: "\(TND.type) or \(SparseRNN.type), whose neurons are a graph")
    }
  }

  /// No key may be set twice: by grid, links, tuning or seeds.
  private func checkKeys() throws(SettingError) {
    var seen: Set = ["seed", "name"]
    let keys =
      grid.map { ("sweep.grid", $0.key) } + together.map { ("sweep.together", $0.key) }
      + links.map { ("sweep.link", $0.key) }
      + tunings.map { ("\($0.path).key", $0.axis.key) }
    for (path, key) in keys {
      guard seen.insert(key).inserted else {
        throw SettingError(
          source: source, key: path, found: "\(key), which is set already",
          expected: "a key that seeds, grid, together, link and tune set once")
      }
    }
    if let first = together.first,
      let other = together.first(where: { $0.values.count != first.values.count })
    {
      throw SettingError(
        source: source, key: "sweep.together.\(other.key)", found: "\(other.values.count) values",
        expected: "\(first.values.count), as many as \(first.key) has")
    }
    for tuning in tunings {
      if let seed = tuning.seeds.first(where: seeds.contains) {
        throw SettingError(
          source: source, key: tuning.seedsPath, found: "\(seed)",
          expected: "a seed that is not among sweep.seeds")
      }
      // What a later key is worth is measured against what was chosen before: on the same seeds.
      if tuning.seeds != tunings[0].seeds {
        throw SettingError(
          source: source, key: tuning.seedsPath, found: "\(tuning.seeds)",
          expected: "those of the first key, \(tunings[0].seeds)")
      }
    }
  }
}

extension SweepConfig.Axis {
  fileprivate init(
    _ key: String, _ values: Setting, path: String, source: String, mayRepeat: Bool = false
  ) throws(SettingError) {
    func failure(_ found: String) -> SettingError {
      SettingError(
        source: source, key: path, found: found,
        expected: "a list of \(mayRepeat ? "" : "different ")numbers, words, true or false")
    }
    guard case .list(let elements) = values, !elements.isEmpty else { throw failure(values.found) }
    for (index, element) in elements.enumerated() {
      switch element {
      case .list, .map, .null: throw failure(element.found)
      default: if !mayRepeat, elements[..<index].contains(element) { throw failure("\(element.found) twice") }
      }
    }
    self.init(key: key, values: elements)
  }
}

extension SweepConfig.Tuning {
  fileprivate init(_ setting: Setting, path: String, source: String) throws(SettingError) {
    var reader = try SettingReader(setting, source: source, path: path)
    guard let key = try reader.text("key") else {
      throw SettingError(
        source: source, key: "\(path).key", found: "nothing",
        expected: "a key of the config, such as training.learning_rate")
    }
    axis = try .init(key, reader.raw("values"), path: "\(path).values", source: source)
    let hasSeveral = reader.raw("seeds") != .null
    seedsPath = hasSeveral ? "\(path).seeds" : "\(path).seed"
    seeds =
      hasSeveral
      ? try SweepConfig.seeds(reader.wholeNumbers("seeds"), seedsPath, source: source)
      : [UInt64(try reader.integer("seed", in: 0...Int.max))]
    self.path = path
    try reader.finish()
  }
}
