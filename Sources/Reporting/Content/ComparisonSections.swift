import Evaluation
import Storage

/// The sections that compare configurations in tables: models at published and at equal size, window lengths,
/// variants of TND.
extension SweepReport {
  var countingSection: Report.Section {
    let cap = Format.grouped(EvaluationSettings.roundCap)
    return .init(
      id: "counting", title: "How results are counted",
      blocks: [
        .paragraph(
          "`rounds`: independent serves, each played to its first miss or to \(cap) catches; the same serves for all. "
            + "Mean and interquartile mean (IQM) of the catches a round, over the rounds of all seeds, and the median "
            + "over seeds of a seed's mean. A bootstrap resample draws seeds, then rounds within each drawn seed: the 95 % intervals speak of the "
            + "configuration, not of these few agents, and over so few seeds are rather too narrow."),
        .paragraph(
          "`paper`: the published protocol, ten sessions of 20,000 steps a seed; a session whose paddle ends in an "
            + "exact repeat is thrown away and played anew. That throws away perfect play, so `all` throws nothing "
            + "away. Both count the sessions of all seeds together: rate = catches / (catches + misses), "
            + "mean = catches / misses, max the longest streak of any seed; without a miss the mean is the catches, "
            + "a lower bound."),
      ])
  }

  var headlineSection: Report.Section {
    var blocks: [Report.Block] = []
    let models = selection.headline
    if models.isEmpty {
      blocks.append(SweepCommands.missing("models at the published sizes", SweepCommands.headline))
    } else {
      let caption =
        "Models at the published sizes, windows of 40 steps; published figures from \(PublishedFigures.citation). "
        + ResultTable.intervals
      blocks.append(.table(ResultTable.models(models, caption: caption, published: true)))
      blocks += improvement(among: models)
      blocks.append(.figure(scatter))
    }
    return .init(id: "models", title: "Models at the published sizes", blocks: blocks)
  }

  var matchedSection: Report.Section {
    var blocks: [Report.Block] = []
    let models = selection.matched
    if models.count < 2 {
      blocks.append(SweepCommands.missing("models at the size of TND", SweepCommands.matched))
    } else {
      let size = PublishedFigures.parameters(.tnd) ?? ""
      let caption =
        "Models at the size of TND, \(size) million parameters counted densely, windows of 40 steps. "
        + ResultTable.intervals
      blocks.append(.table(ResultTable.models(models, caption: caption, published: false)))
      blocks += improvement(among: models)
    }
    return .init(id: "matched", title: "Models at the size of TND", blocks: blocks)
  }

  private func improvement(among models: [Configuration]) -> [Report.Block] {
    guard let tnd = models.first(where: { $0.model == .tnd && $0.rounds != nil }) else { return [] }
    let others = models.filter { $0.model != .tnd && $0.rounds != nil }
    return others.isEmpty ? [] : [.table(ResultTable.improvement(of: tnd, over: others))]
  }

  var lengthSection: Report.Section {
    let lengths = selection.lengths
    guard !lengths.isEmpty else {
      let missing = SweepCommands.missing("other window lengths", SweepCommands.lengths)
      return .init(id: "lengths", title: "Window lengths", blocks: [missing])
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
      sources: Sources.of(lengths.flatMap { one in windows.compactMap { one.byWindow[$0] } }))
    return .init(id: "lengths", title: "Window lengths", blocks: [.table(table)])
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
    if !missing.isEmpty {
      let names = Format.list(missing.map { "`\($0.rawValue)`" })
      blocks.append(SweepCommands.missing("TND as \(names)", SweepCommands.variants))
    }
    return .init(id: "variants", title: "Variants of TND", blocks: blocks)
  }

  var startSection: Report.Section {
    let starts = selection.starts
    let caption =
      "TND's weights start scaled to a spectral radius of 0.95; a recurrent layer of PyTorch starts with less, 0.58 "
      + "where it is dense and 0.37 at density 0.4. Here the same baselines start at 0.95 too. \(ResultTable.intervals)"
    var blocks: [Report.Block] = [
      starts.isEmpty
        ? SweepCommands.missing("baselines that start as TND does", SweepCommands.starts)
        : .table(ResultTable.starts(starts, caption: caption))
    ]
    if let tnd = selection.tnd, !starts.isEmpty {
      blocks.append(.table(ResultTable.improvement(of: tnd, over: selection.started)))
    }
    return .init(id: "starts", title: "Starting weights", blocks: blocks)
  }

  var tuningSection: Report.Section {
    let tables = TuningTable.all(results.cells).map { Report.Block.table($0.table) }
    let missing = SweepCommands.missing("tuned learning rates", SweepCommands.headline)
    return .init(id: "tuning", title: "Tuning", blocks: tables.isEmpty ? [missing] : tables)
  }

  var everythingSection: Report.Section {
    let all = configurations
    let block: Report.Block =
      all.isEmpty
      ? SweepCommands.missing("runs", SweepCommands.headline) : .table(ResultTable.everything(all))
    return .init(id: "everything", title: "Every configuration", blocks: [block])
  }
}
