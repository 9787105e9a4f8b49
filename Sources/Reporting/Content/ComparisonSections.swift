import Evaluation
import Storage

/// The sections that compare configurations in tables: models at published and at equal size, the published
/// recipe, several demonstrations, window lengths, variants of TND, starting weights.
extension ReportPart {
  var headlineSection: Report.Section {
    var blocks: [Report.Block] = []
    let models = selection.headline
    if models.isEmpty {
      blocks += SweepCommands.missing("models at the published sizes", commands.headline)
    } else {
      let caption =
        "Models at the published sizes, windows of \(selection.window) steps; published figures from \(PublishedFigures.citation). "
        + ResultTable.intervals
      blocks.append(.table(ResultTable.models(models, caption: caption, published: true)))
      blocks += improvement(among: models)
      blocks.append(.figure(scatter))
    }
    return section("models", "models at the published sizes", blocks)
  }

  /// The published recipe, where that can be compared: on the person's demonstration.
  var recipeSection: Report.Section {
    let models = selection.publishedRecipe
    let caption =
      "The published recipe itself: windows of 40 steps of which the last is supervised, 800 epochs, no average of the "
      + "weights, the last checkpoint; published figures from \(PublishedFigures.citation). \(ResultTable.intervals)"
    return section(
      "recipe", "the published recipe", if: !models.isEmpty, else: "the published recipe", commands.recipe,
      [.table(ResultTable.models(models, caption: caption, published: true))])
  }

  /// Several demonstrations of one expert, so that intervals speak of demonstrations too.
  var demonstrationSection: Report.Section {
    let models = selection.overDemonstrations
    return section(
      "demonstrations", "several demonstrations", if: !models.isEmpty, else: "several demonstrations",
      commands.demonstrations, [.table(ResultTable.demonstrations(models))])
  }

  var matchedSection: Report.Section {
    var blocks: [Report.Block] = []
    let models = selection.matched
    if models.count < 2 {
      blocks += SweepCommands.missing("models at the size of TND", commands.matched)
    } else {
      let size = PublishedFigures.parameters(.tnd) ?? ""
      let caption =
        "Models at the size of TND, \(size) million parameters counted densely, windows of \(selection.window) steps. "
        + ResultTable.intervals
      blocks.append(.table(ResultTable.models(models, caption: caption, published: false)))
      blocks += improvement(among: models)
    }
    return section("matched", "models at the size of TND", blocks)
  }

  private func improvement(among models: [Configuration]) -> [Report.Block] {
    guard let tnd = models.first(where: { $0.model == .tnd && $0.rounds != nil }) else { return [] }
    let others = models.filter { $0.model != .tnd && $0.rounds != nil }
    return others.isEmpty ? [] : [.table(ResultTable.improvement(of: tnd, over: others))]
  }

  var lengthSection: Report.Section {
    let lengths = selection.lengths
    guard !lengths.isEmpty else {
      let missing = SweepCommands.missing("other window lengths", commands.lengths)
      return section("lengths", "window lengths", missing)
    }
    let windows = Set(lengths.flatMap(\.byWindow.keys)).sorted()
    let columns = windows.flatMap { window in
      ["seeds", "`paper` mean", "`rounds` mean"].map { Table.Column($0, group: "l = \(window)") }
    }
    let rows = lengths.map { one in
      let size = one.isMatched && one.model != .tnd ? ", size of TND" : ""
      return ["\(one.model.title)\(size)"]
        + windows.flatMap { window -> [String] in
          guard let found = one.byWindow[window], let paper = found.paper, let rounds = found.rounds else {
            return ["", "", ""]
          }
          return ["\(rounds.seeds)", paper.meanText, Format.catches(rounds.mean)]
        }
    }
    let caption =
      "Window lengths l, in steps of truncated backpropagation. \(ResultTable.intervals) In the paper the strongest "
      + "baseline over l in 20, 40 and 60 is CfC with a mean of 6.14 (\(PublishedFigures.citation))."
    let table = Table(
      caption: caption, columns: [.init("model", isNumeric: false)] + columns, rows: rows,
      sources: .init(of: lengths.flatMap { one in windows.compactMap { one.byWindow[$0] } }))
    return section("lengths", "window lengths", [.table(table)])
  }

  var variantSection: Report.Section {
    let variants = selection.variants
    var blocks: [Report.Block] = []
    if variants.count > 1 {
      let caption =
        "Variants of TND: without edges among hidden neurons (`no_rec`), without a state of the neurons' own "
        + "(`no_state`), neurons that read tanh(h) (`readout state`), the published recipe of single supervised "
        + "steps (`recipe windows`). Published figures from \(PublishedFigures.citation). \(ResultTable.intervals)"
      blocks.append(.table(ResultTable.variants(variants, caption: caption)))
    }
    let missing = TNDVariant.allCases.filter { variant in !variants.contains { $0.variant == variant } }
    // Where the published recipe has sweeps of its own, those make that variant.
    let ofRecipe = missing.filter { $0 == .windows && commands.recipe != nil }
    for (names, command) in [
      (missing.filter { !ofRecipe.contains($0) }, commands.variants), (ofRecipe, commands.recipe),
    ] where !names.isEmpty {
      blocks += SweepCommands.missing(
        "TND as \(Format.list(names.map { "`\($0.rawValue)`" }))", command)
    }
    return section("variants", "variants of TND", blocks)
  }

  var startSection: Report.Section {
    let starts = selection.starts
    let caption =
      "TND's weights start scaled to a spectral radius of 0.95; a recurrent layer of PyTorch starts with less, 0.58 "
      + "where it is dense and 0.37 at density 0.4. Models that start otherwise than they do above are beside those "
      + "that do not; where a sweep tunes the radius, above is the one that was tuned. "
      + ResultTable.intervals
    var blocks =
      starts.isEmpty
      ? SweepCommands.missing("models that start otherwise", commands.starts)
      : [.table(ResultTable.starts(starts, caption: caption))]
    if let tnd = selection.tnd, !starts.isEmpty {
      blocks.append(.table(ResultTable.improvement(of: tnd, over: selection.started)))
    }
    return section("starts", "starting weights", blocks)
  }
}
