import Storage

/// Finds among all configurations those that a table or figure compares, by what they are, not by their names.
struct Selection {
  let configurations: [Configuration]

  /// The window length of the published table.
  static let publishedWindow = 40

  init(_ configurations: [Configuration]) { self.configurations = configurations }

  /// Streams at the published window, and no variant of a model.
  private var standard: [Configuration] {
    configurations.filter {
      $0.recipe == "streams" && $0.variant == .standard && $0.window == Selection.publishedWindow
        && !$0.startsScaled
    }
  }

  /// Baselines whose recurrent weights start at a spectral radius that was asked for.
  var started: [Configuration] { configurations.filter(\.startsScaled) }

  /// Baselines whose recurrent weights start as TND's do, each after the same one as PyTorch starts it, and TND
  /// without the neurons' state; empty unless there is one of the first.
  var starts: [Configuration] {
    guard !started.isEmpty else { return [] }
    let pairs = started.flatMap { one in
      (best(standard.filter { $0.modelSettings == one.plainModelSettings }).map { [$0] } ?? []) + [one]
    }
    return variants.filter { $0.variant == .standard || $0.variant == .noState } + pairs
  }

  /// One configuration a model, at the parameter count that the paper gives; S4D, for which it gives none, at
  /// the largest count that is not TND's.
  var headline: [Configuration] {
    ModelName.allCases.compactMap { model in
      let own = standard.filter { $0.model == model }
      if let published = PublishedFigures.parameters(model) {
        return best(own.filter { Format.millions($0.denseParameters) == published })
      }
      let largest = own.filter { !Selection.isMatched($0) }.map(\.denseParameters).max()
      return best(own.filter { $0.denseParameters == largest })
    }
  }

  /// One configuration a model, at the parameter count of the published TND.
  var matched: [Configuration] {
    ModelName.allCases.compactMap { model in
      best(standard.filter { $0.model == model && Selection.isMatched($0) })
    }
  }

  /// Whether a configuration has as many parameters as the published TND, to two digits of a million.
  static func isMatched(_ configuration: Configuration) -> Bool {
    Format.millions(configuration.denseParameters) == PublishedFigures.parameters(.tnd)
  }

  /// The standard TND.
  var tnd: Configuration? { headline.first { $0.model == .tnd } }

  /// The variants of TND that are there, the standard one first; of each the one with most seeds.
  var variants: [Configuration] {
    TNDVariant.allCases.compactMap { variant in
      if variant == .standard { return tnd }
      let own = configurations.filter { $0.model == .tnd && $0.variant == variant }
      return best(own.filter { Format.millions($0.denseParameters) == PublishedFigures.parameters(.tnd) })
    }
  }

  /// The points of a sweep over one key of TND, ascending, the standard TND among them; empty unless a sweep has
  /// made another.
  func sweep(over key: String) -> [Configuration] {
    let grid = configurations.filter { $0.model == .tnd && $0.grid.count == 1 && $0.grid[0].key == key }
    let own = (grid + (tnd.map { [$0] } ?? [])).filter { $0.rounds != nil }
    let values = Set(own.compactMap { $0.value(key)?.asNumber }).sorted()
    let points = values.compactMap { value in best(own.filter { $0.value(key)?.asNumber == value }) }
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
    for one in configurations where one.recipe == "streams" && one.variant == .standard && one.rounds != nil {
      let key = one.modelSettings.json
      if groups[key] == nil { order.append(key) }
      groups[key, default: []].append(one)
    }
    let all = order.compactMap { groups[$0] }.compactMap { own -> Lengths? in
      let windows = Dictionary(grouping: own, by: \.window).compactMapValues(best)
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
  private func best(_ candidates: [Configuration]) -> Configuration? {
    func rank(_ one: Configuration) -> (Int, Int) { (one.played.count, one.grid.isEmpty ? 1 : 0) }
    return candidates.reduce(nil) { found, next in
      found.map { rank($0) >= rank(next) ? $0 : next } ?? next
    }
  }
}
