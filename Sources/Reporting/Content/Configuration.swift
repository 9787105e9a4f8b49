import Determinism
import Evaluation
import SequenceModels
import Storage
import Sweeps

extension CellResult {
  /// What its runs train with of a key that was tuned; a TND's config leaves out the radius that is its own.
  func tunedValue(_ key: String) -> Setting? {
    let isRadius = key == "model.spectral_radius" && config.value(at: "model.type") == .string(TND.type)
    return config.value(at: key) ?? (isRadius ? .number(TND.spectralRadius) : nil)
  }
}

/// A configuration: what a sweep runs on several seeds, and how it plays over them.
struct Configuration: Sendable {
  /// The name of the sweep.
  let sweep: String
  /// Keys and values of the grid point.
  let grid: [Setting.Entry]
  /// Keys that were tuned before the runs.
  let tuned: [String]
  /// The config without its seed.
  let config: Setting
  /// The cells, ascending by seed.
  let cells: [CellResult]
  /// Play by the published protocol; nil where no seed has been played.
  let paper: PooledPlay?
  /// Play with nothing thrown away.
  let all: PooledPlay?
  /// Catches a round; nil where no seed has been played.
  let rounds: RoundsOverSeeds?

  init(_ cells: [CellResult], tuned: [String] = []) {
    let first = cells[0]
    self.cells = cells.sorted { $0.seed < $1.seed }
    sweep = first.sweep
    grid = first.grid
    self.tuned = tuned
    config = Configuration.withoutSeed(first.config)
    let played = self.cells.compactMap(\.play)
    let catches = played.compactMap(\.rounds.rounds?.catches).filter { !$0.isEmpty }
    // A stream of its own, so that a configuration's intervals do not depend on which others are there.
    let generator = SeededGenerator(seed: 0).split("report \(Configuration.key(of: first))")
    paper = PooledPlay(played.map(\.paper), generator: generator.split("paper"))
    all = PooledPlay(played.map(\.all), generator: generator.split("all"))
    rounds =
      catches.isEmpty
      ? nil : RoundsOverSeeds(catches, survivalAt: Configuration.survivalThresholds, generator: generator)
  }

  /// Where the survival curve is computed: every count up to ten, then about a dozen a decade up to the cap.
  private static let survivalThresholds: [Int] = {
    let steps = [10, 12, 14, 16, 18, 20, 25, 30, 35, 40, 45, 50, 60, 70, 80, 90]
    let larger = [1, 10, 100].flatMap { decade in steps.map { $0 * decade } }
    return Array(1...9) + larger.filter { $0 <= EvaluationSettings.roundCap }
  }()

  /// Equal for the cells of one configuration.
  static func key(of cell: CellResult) -> String {
    Setting.list([.string(cell.sweep), .map(cell.grid), withoutSeed(cell.config)]).json
  }

  private static func withoutSeed(_ config: Setting) -> Setting {
    guard case .map(let entries) = config else { return config }
    return .map(entries.filter { $0.key != "seed" })
  }

  /// A value of the config by its dotted path.
  func value(_ path: String) -> Setting? { config.value(at: path) }

  private func text(_ path: String) -> String {
    if case .string(let text)? = value(path) { text } else { "" }
  }

  private func number(_ path: String) -> Double? { value(path)?.asNumber }

  /// The cells that have been played; the others diverged.
  var played: [CellResult] { cells.filter { $0.play != nil } }
  /// Cells whose training diverged.
  var diverged: Int { cells.count { $0.diverged != nil } }
  /// The model.
  var model: ModelName { ModelName(type: text("model.type")) }
  /// Trained parameters.
  var parameters: Int { cells[0].cost.parameters }
  /// Parameters with sparse matrices counted as dense ones.
  var denseParameters: Int { cells[0].cost.denseParameters }
  /// The learning rate of the runs: the tuned one, where the sweep tunes it.
  var learningRate: Double { number(Configuration.learningRateKey) ?? 0 }
  private static let learningRateKey = "training.learning_rate"
  /// Steps of a window, l.
  var window: Int { number("training.chunk").flatMap(Int.init(exactly:)) ?? 0 }
  /// How the demonstration is cut: streams or windows.
  var recipe: String { text("training.recipe") }

  /// Whether it was trained by the published recipe: single supervised steps of windows, 800 epochs, no average of
  /// the weights, the last checkpoint (reference.md, section 3).
  var isPublishedRecipe: Bool {
    recipe == "windows" && number("training.passes") == 800 && number("training.average") == 0
      && number("validation.from") == 800
  }

  /// What sets a TND apart from the standard one.
  var variant: TNDVariant {
    if value("model.recurrent") == .boolean(false) { return .noRecurrence }
    if value("model.state") == .boolean(false) { return .noState }
    if recipe == "windows" { return .windows }
    return text("model.readout") == "state" ? .stateReadout : .standard
  }

  /// The name of the grid point: "density = 0.2", or empty.
  var point: String { text(of: grid) }

  /// Keys of the grid point in words: "density = 0.2, chunk = 20".
  func text(of entries: [Setting.Entry]) -> String {
    entries.map { "\(lastPart($0.key)) = \(plain($0.value))" }.joined(separator: ", ")
  }

  /// The sweep and the grid point; only the point of a sweep that is named after its key.
  var name: String {
    if point.hasPrefix("\(sweep) =") { return point }
    return point.isEmpty ? sweep : "\(sweep), \(point)"
  }

  private func lastPart(_ key: String) -> String { String(key.split(separator: ".").last ?? "") }

  /// A value as a person writes it: text without quotes.
  func plain(_ value: Setting) -> String { if case .string(let text) = value { text } else { value.json } }

  /// The key of a model whose recurrent weights are scaled at the start.
  private static let spectralRadius = "spectral_radius"

  /// Whether its weights are told to start scaled to a spectral radius, one that was not tuned.
  var startsOtherwise: Bool {
    let key = "model.\(Configuration.spectralRadius)"
    return value(key) != nil && !tuned.contains(key)
  }

  /// What a table says of a tuned key that no value beats: the config's own, which leaves it out.
  static let ownValue = "its own"

  /// What was tuned beside the learning rate: "spectral_radius = 0.8", or empty.
  var alsoTuned: String {
    tuned.filter { $0 != Configuration.learningRateKey }.map { key in
      "\(lastPart(key)) = \(cells[0].tunedValue(key).map(plain) ?? Configuration.ownValue)"
    }.joined(separator: ", ")
  }

  /// The model, and how it starts where that is neither its own way nor what was tuned.
  var title: String {
    let radius = startsOtherwise ? value("model.\(Configuration.spectralRadius)") : nil
    return radius.map { "\(model.title) started at \(plain($0))" } ?? model.title
  }

  /// Its series in a figure: the model's, hollow where it starts otherwise.
  var style: SeriesStyle {
    var style = model.style
    style.isHollow = startsOtherwise
    return style
  }

  /// The model's settings but for how it starts.
  var plainModelSettings: Setting {
    guard case .map(let entries) = modelSettings else { return .null }
    return .map(entries.filter { $0.key != Configuration.spectralRadius })
  }

  /// The model's settings; those of a transformer that attends in blocks without the context, which follows the window.
  var modelSettings: Setting {
    guard case .map(let entries)? = config["model"] else { return .null }
    let isSliding = value("model.attention") == .string("sliding")
    return .map(entries.filter { $0.key != "context" || isSliding })
  }
}
