import Evaluation
import Storage

/// The report's first paragraphs, computed from the figures: who is ahead and by how much.
struct Conclusion {
  private let part: ReportPart
  private var selection: Selection { part.selection }

  /// About one kind of demonstration.
  init(_ part: ReportPart) { self.part = part }

  /// TND and the baselines that start at its spectral radius, where those of the tables do not.
  private var started: [Configuration] {
    (selection.tnd.map { [$0] } ?? []) + selection.started.filter { $0.model != .tnd }
  }

  /// What a paragraph begins with.
  private func whose(ofGraphs: Bool = false) -> String {
    switch part.origin {
    case .person: "Cloned from the person's demonstration: "
    case .synthetic: part.isNamed || ofGraphs ? "Cloned from a synthetic expert: " : ""
    case .classic: "Under the classic rules, corrected by a teacher: "
    }
  }

  var paragraphs: [String] {
    let graphs = part.graphs.verdict.map { whose(ofGraphs: true) + $0 }
    if part.origin == .classic {
      return [
        verdict(selection.taught, size: "at the size of TND"), part.labels.verdict, part.robustness.verdict,
        graphs,
      ].compactMap { $0 }
    }
    let found = [
      verdict(selection.headline, size: "at the published sizes"), published,
      verdict(selection.matched, size: "at the size of TND"),
      verdict(started, size: "baselines that start at TND's spectral radius"),
    ].compactMap { $0 }
    let hasVerdict = found.count > (published == nil ? 0 : 1)
    let models =
      hasVerdict
      ? found
      : ["\(whose())Nothing can be compared yet: that takes TND and a baseline of its table, both played."]
        + found
    return models + [graphs].compactMap { $0 }
  }

  /// Who catches most balls a round. A baseline that is ahead of TND is named first. Nil where TND or all others
  /// are missing.
  private func verdict(_ all: [Configuration], size: String) -> String? {
    let others = all.filter { $0.model != .tnd && $0.rounds != nil }
      .sorted { mean($0) > mean($1) }
    guard let tnd = all.first(where: { $0.model == .tnd && $0.rounds != nil }), let best = others.first else {
      return nil
    }
    let window = "With windows of \(tnd.window) steps and \(size)"
    let detail =
      "mean catches a round, of at most \(EvaluationSettings.roundCap.grouped): \(describe(tnd)) and "
      + "\(describe(best)); \(overlap(tnd, best)). \(chance(tnd, best)) \(seedCounts(all))"
    let ahead = others.filter { mean($0) > mean(tnd) }
    if !ahead.isEmpty {
      let names = Format.list(ahead.map(\.title))
      return "\(whose())\(names) \(ahead.count == 1 ? "is" : "are") ahead of TND. \(window), \(detail)"
    }
    if mean(best) == mean(tnd) { return "\(whose())TND and \(best.title) are level. \(window), \(detail)" }
    return "\(whose())TND is ahead of \(othersText(others)). \(window), \(detail)"
  }

  private func mean(_ one: Configuration) -> Double { one.rounds?.mean.value ?? 0 }

  private func describe(_ one: Configuration) -> String {
    guard let rounds = one.rounds else { return one.title }
    return "\(one.title) \(Format.catches(rounds.mean.value)) (95 % interval "
      + "\(Format.catches(rounds.mean.interval.lowerBound)) to \(Format.catches(rounds.mean.interval.upperBound)))"
  }

  private func overlap(_ a: Configuration, _ b: Configuration) -> String {
    guard let x = a.rounds?.mean.interval, let y = b.rounds?.mean.interval else { return "" }
    return x.overlaps(y)
      ? "the intervals overlap, so these seeds do not settle who plays better"
      : "the intervals do not overlap"
  }

  private func chance(_ tnd: Configuration, _ best: Configuration) -> String {
    guard let improvement = Improvement(of: tnd, over: best) else { return "" }
    return "A seed of TND beats a seed of \(best.title) with probability \(improvement.text)."
  }

  private func othersText(_ others: [Configuration]) -> String {
    if others.count == 1 { return others[0].title }
    let all = others.count == 2 ? "both" : "all \(others.count)"
    return "\(all) baselines, of which \(others[0].title) is the best"
  }

  private func seedCounts(_ all: [Configuration]) -> String {
    let counts = all.compactMap(\.rounds?.seeds)
    return "That is \(Format.seeds(counts))."
  }

  /// The published protocol beside the published figures.
  private var published: String? {
    guard let tnd = selection.tnd, let paper = tnd.paper,
      let figures = PublishedFigures.figures(ModelName.tnd)
    else { return nil }
    let kinship =
      switch part.origin {
      case .person: "The demonstration is the paper's own."
      case .synthetic, .classic:
        "The demonstrator is another one than the paper's person, so the published figures are a neighbour, not a "
          + "target."
      }
    let kept =
      paper.isAllLastTries
      ? ", as many as may be: what counts is the last try of every session, a cycle or not" : ""
    return
      "\(whose())By the published protocol TND has rate \(Format.rate(paper.totals.rate)) and mean \(paper.meanText), "
      + "where the paper has \(figures.rate) and \(figures.mean); \(paper.discarded.grouped) sessions were "
      + "thrown away as limit cycles\(kept). \(kinship)"
  }
}
