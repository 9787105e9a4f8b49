import Storage

/// Finds among all configurations that were trained on one kind of demonstration those that a table or figure compares,
/// by what they are, not by their names.
struct Selection {
  /// Those that were cloned.
  let configurations: [Configuration]
  /// One configuration a model at the size of TND that a teacher corrected.
  let taught: [Configuration]
  /// The others of these, which start otherwise.
  let taughtStarts: [Configuration]
  /// Of those that were trained on several demonstrations, each model's; they are in no other table.
  let overDemonstrations: [[Configuration]]
  /// Steps of a window in the tables: those of the TND that has most seeds, or of the published table.
  let window: Int

  init(_ configurations: [Configuration]) {
    // Graphs are compared among each other alone, and who is taught otherwise than by cloning has sections of its own.
    let models = configurations.filter { !$0.isAboutGraphs }
    let taughtModels = models.filter {
      $0.teaching == .aggregation && $0.variant == .standard && $0.grid.isEmpty && Selection.isMatched($0)
    }
    taught = Selection.oneEach(taughtModels.filter { !$0.startsOtherwise })
    taughtStarts = taughtModels.filter(\.startsOtherwise)
    let all = models.filter { $0.teaching == .cloning }
    func isOneOfSeveral(_ one: Configuration) -> Bool { one.grid.contains { $0.key == "data.seed" } }
    let configurations = all.filter { !isOneOfSeveral($0) }
    self.configurations = configurations
    let sweeps = Dictionary(grouping: all.filter(isOneOfSeveral), by: \.sweep)
    overDemonstrations = sweeps.values.sorted { $0[0].sweep < $1[0].sweep }
    let plain = configurations.filter {
      $0.model == .tnd && $0.recipe == "streams" && $0.variant == .standard && $0.grid.isEmpty
    }
    window = plain.max { $0.played.count < $1.played.count }?.window ?? Selection.publishedWindow
  }

  /// The window length of the published table.
  private static let publishedWindow = 40

  /// Streams at the window of the tables, and no variant of a model, however it starts.
  private var plain: [Configuration] {
    configurations.filter {
      $0.recipe == "streams" && $0.variant == .standard && $0.window == window
    }
  }

  /// Those that start as their model does, or as was tuned.
  private var standard: [Configuration] { plain.filter { !$0.startsOtherwise } }

  /// Those that start otherwise.
  var started: [Configuration] { plain.filter(\.startsOtherwise) }

  /// What starts otherwise, each after the same one as the tables have it, and TND, with and without the neurons'
  /// state; empty unless there is one of the first.
  var starts: [Configuration] {
    guard !started.isEmpty else { return [] }
    let pairs = started.filter { $0.model != .tnd }.flatMap { one in
      (Selection.best(standard.filter { $0.plainModelSettings == one.plainModelSettings }).map { [$0] } ?? [])
        + [one]
    }
    return variants.filter { $0.variant == .standard || $0.variant == .noState }
      + started.filter { $0.model == .tnd } + pairs
  }

  /// One configuration a model, at the parameter count that the paper gives; S4D, for which it gives none, at
  /// the largest count that is not TND's.
  var headline: [Configuration] {
    ModelName.allCases.compactMap { model in
      let own = standard.filter { $0.model == model }
      if let published = PublishedFigures.parameters(model).flatMap(Double.init) {
        // The transformer's is not met to the last digit: without learned positions it has fewer.
        let tolerance = model == .transformer ? 0.015 * published : 0.005
        return Selection.best(own.filter { abs(Double($0.denseParameters) / 1e6 - published) < tolerance })
      }
      let largest = own.filter { !Selection.isMatched($0) }.map(\.denseParameters).max()
      return Selection.best(own.filter { $0.denseParameters == largest })
    }
  }

  /// One configuration a model, at the parameter count of the published TND.
  var matched: [Configuration] {
    Selection.oneEach(standard.filter(Selection.isMatched))
  }

  /// Whether a configuration has as many parameters as the published TND, to two digits of a million.
  static func isMatched(_ configuration: Configuration) -> Bool {
    Format.millions(configuration.denseParameters) == PublishedFigures.parameters(.tnd)
  }

  /// Of each model the best, in the order of the models.
  private static func oneEach(_ all: [Configuration]) -> [Configuration] {
    ModelName.allCases.compactMap { model in Selection.best(all.filter { $0.model == model }) }
  }

  /// One configuration a model that was trained by the published recipe, to its last checkpoint.
  var publishedRecipe: [Configuration] {
    Selection.oneEach(configurations.filter { $0.isPublishedRecipe && $0.grid.isEmpty })
  }

  /// The standard TND.
  var tnd: Configuration? { headline.first { $0.model == .tnd } }

  /// The variants of TND that are there, the standard one first; of each the one with most seeds.
  var variants: [Configuration] {
    TNDVariant.allCases.compactMap { variant in
      if variant == .standard { return tnd }
      let own = configurations.filter { $0.model == .tnd && $0.variant == variant && $0.grid.isEmpty }
      return Selection.best(
        own.filter(Selection.isMatched))
    }
  }

  /// The points of a sweep over one key of TND, ascending, the standard TND among them; empty unless a sweep has
  /// made another.
  func sweep(over key: String) -> [Configuration] {
    let grid = configurations.filter { $0.model == .tnd && $0.grid.count == 1 && $0.grid[0].key == key }
    let own = (grid + (tnd.map { [$0] } ?? [])).filter { $0.rounds != nil }
    let values = Set(own.compactMap { $0.value(key)?.asNumber }).sorted()
    let points = values.compactMap { value in Selection.best(own.filter { $0.value(key)?.asNumber == value })
    }
    return points.count > 1 ? points : []
  }

  /// One model at several window lengths, the lengths ascending.
  struct Lengths {
    let model: ModelName
    let isMatched: Bool
    let byWindow: [Int: Configuration]
  }

  /// The models that were run at more than one window length on streams.
  var lengths: [Lengths] {
    var order: [String] = []
    var groups: [String: [Configuration]] = [:]
    for one in configurations
    where one.recipe == "streams" && one.variant == .standard && one.rounds != nil {
      let key = one.modelSettings.json
      if groups[key] == nil { order.append(key) }
      groups[key, default: []].append(one)
    }
    let all = order.compactMap { groups[$0] }.compactMap { own -> Lengths? in
      let windows = Dictionary(grouping: own, by: \.window).compactMapValues(Selection.best)
      guard windows.count > 1, let first = own.first else { return nil }
      return Lengths(model: first.model, isMatched: Selection.isMatched(first), byWindow: windows)
    }
    // Sorting by a pair keeps models together, published sizes first.
    return all.enumerated().sorted {
      ($0.element.model.rawValue, $0.element.isMatched ? 1 : 0, $0.offset)
        < ($1.element.model.rawValue, $1.element.isMatched ? 1 : 0, $1.offset)
    }.map(\.element)
  }

  /// The one with most seeds played; of several, one that is no point of a grid, then the first.
  private static func best(_ candidates: [Configuration]) -> Configuration? {
    func rank(_ one: Configuration) -> (Int, Int) { (one.played.count, one.grid.isEmpty ? 1 : 0) }
    return candidates.reduce(nil) { found, next in
      found.map { rank($0) >= rank(next) ? $0 : next } ?? next
    }
  }
}
