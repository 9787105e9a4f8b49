import PongEngine
import Storage
import Training

/// One training run of a sweep: a value of the tuned key, or a grid point and a seed.
public struct SweepCell: Sendable {
  /// The place in the list of all cells.
  public let index: Int
  /// The sweep's name.
  public let sweep: String
  /// A path, such as lstm/tune/learning_rate=0.001 or lstm/chunk=40/seed=0: the result's file and the run
  /// directory are named so.
  public let name: String
  /// What it is for.
  public let role: CellResult.Role
  /// The grid point, or the tuned key and the value tried.
  public let grid: [Setting.Entry]
  /// The run's seed.
  public let seed: UInt64
  /// The index of the first cell whose config is this one's but for the seed.
  let point: Int
  /// The keys that are tuned before this cell starts, in the order of tuning.
  let stages: [TuningStage]
  /// Rounds to play; nil for the number of `pong evaluate`.
  public let rounds: Int?
  /// What goes wrong in further rounds.
  public let perturbations: [Perturbation]
  /// Whether measures of its graph stand beside its play.
  public let measuresGraph: Bool

  let source: String
  /// The config without the tuned values.
  let setting: Setting
  let links: [SweepConfig.Link]

  /// All cells, by index, whose results this one waits for: the first of its sweep.
  public var tuningCells: Range<Int> {
    guard let first = stages.first?.candidates.first, let last = stages.last?.candidates.last else {
      return index..<index
    }
    return first.cells.lowerBound..<last.cells.upperBound
  }

  /// The cell's config.
  /// - Parameter tuned: the keys tuned before it, with the values chosen.
  func config(tuned: [Setting.Entry]) throws(SettingError) -> RunConfig {
    var setting = setting
    for entry in tuned { setting.set(entry.key, to: entry.value) }
    for link in links {
      guard let value = setting.value(at: link.source) else {
        throw SettingError(
          source: source, key: "sweep.link.\(link.key)", found: "\(link.source), which has no value",
          expected: "a key that the config, the grid or tune gives a value")
      }
      setting.set(link.key, to: value)
    }
    return try RunConfig(setting, source: source)
  }
}

extension SweepConfig {
  /// The cells of this sweep: tuning first, key after key, then every grid point, the last axis varying fastest, and for each
  /// every seed.
  /// - Parameter first: the index of the first.
  func cells(from first: Int) -> [SweepCell] {
    let short = shortNames
    var cells: [SweepCell] = []
    var stages: [TuningStage] = []
    // Where a key takes the seed's value, every seed has a config of its own.
    let sharesConfigs = !links.contains { $0.source == "seed" }
    func add(
      _ role: CellResult.Role, _ grid: [Setting.Entry], _ seed: UInt64, _ point: Int, _ folders: [String]
    ) {
      var setting = base
      for entry in grid { setting.set(entry.key, to: entry.value) }
      setting.set("seed", to: .integer(Int(seed)))
      cells.append(
        SweepCell(
          index: first + cells.count, sweep: name, name: ([name] + folders).joined(separator: "/"),
          role: role, grid: grid, seed: seed, point: sharesConfigs ? point : first + cells.count,
          stages: stages, rounds: rounds, perturbations: perturbations, measuresGraph: measuresGraph,
          source: source, setting: setting, links: links))
    }
    func folder(_ entry: Setting.Entry) -> String {
      "\(short[entry.key] ?? entry.key)=\(fileName(entry.value))"
    }
    for tuning in tunings {
      var candidates: [TuningStage.Candidate] = []
      for value in tuning.axis.values {
        let entry = Setting.Entry(tuning.axis.key, value)
        let start = first + cells.count
        for seed in tuning.seeds {
          add(
            .tune, [entry], seed, start,
            ["tune", folder(entry)] + (tuning.seeds.count > 1 ? ["seed=\(seed)"] : []))
        }
        candidates.append(.init(entry: entry, cells: start..<first + cells.count))
      }
      stages.append(TuningStage(candidates: candidates))
    }
    for point in points {
      let start = first + cells.count
      for seed in seeds {
        // Of keys in step the first says which.
        let named = point.prefix(grid.count + min(together.count, 1))
        add(.run, point, seed, start, named.map(folder) + ["seed=\(seed)"])
      }
    }
    return cells
  }

  /// The grid's points; one without keys where there is no grid.
  private var points: [[Setting.Entry]] {
    let inStep = (together.first?.values.indices).map { indices in
      indices.map { index in together.map { Setting.Entry($0.key, $0.values[index]) } }
    }
    let axes =
      grid.map { axis in axis.values.map { [Setting.Entry(axis.key, $0)] } } + (inStep.map { [$0] } ?? [])
    return axes.reduce([[]]) { points, axis in points.flatMap { point in axis.map { point + $0 } } }
  }

  /// The last part of each key, where no other key of the sweep ends in it.
  private var shortNames: [String: String] {
    let keys = (grid + together + tunings.map(\.axis)).map(\.key)
    func last(_ key: String) -> String { key.split(separator: ".").last.map(String.init) ?? key }
    var names: [String: String] = [:]
    for key in keys {
      let isTaken = last(key) == "seed" || keys.contains { $0 != key && last($0) == last(key) }
      names[key] = isTaken ? key : last(key)
    }
    return names
  }

  /// A value in a file name: all but letters, digits, dot, sign and underscore as %XX.
  private func fileName(_ value: Setting) -> String {
    let text = if case .string(let word) = value { word } else { value.found }
    return text.utf8.map { byte in
      let isPlain =
        byte < 128
        && (Character(Unicode.Scalar(byte)).isLetter || Character(Unicode.Scalar(byte)).isNumber
          || "._-+".utf8.contains(byte))
      return isPlain ? String(Unicode.Scalar(byte)) : "%" + hexadecimal(UInt32(byte)).suffix(2)
    }.joined()
  }
}
