import PongEngine
import Storage
import Sweeps

/// What the models cloned from one kind of demonstration, or corrected by a teacher too, came to: the sections
/// that compare them.
struct ReportPart {
  /// Whose demonstrations.
  enum Origin: CaseIterable {
    /// The person's of the paper: the published figures are of the very same rows.
    case person
    /// Everything else, as a rule a synthetic expert's.
    case synthetic
    /// Whoever's under the classic rules: another game.
    case classic

    /// That of a cell.
    init(_ cell: CellResult) {
      if cell.config.value(at: "data.rules") == .string(RuleSet.classic.name) {
        self = .classic
      } else {
        self = cell.demonstrationCRC32 == PublishedFigures.demonstrationCRC32 ? .person : .synthetic
      }
    }

    /// The configurations that were trained on such demonstrations.
    func own(of configurations: [Configuration]) -> [Configuration] {
      configurations.filter { Origin($0.cells[0]) == self }
    }
  }

  let origin: Origin
  let selection: Selection
  /// What a label is worth.
  let labels: LabelCurves
  /// What happens when something goes wrong.
  let robustness: Robustness
  /// What the shape of the graph is worth.
  let graphs: GraphComparison
  /// Whether other parts stand beside it, so that its headings have to say which it is.
  let isNamed: Bool

  init(_ origin: Origin, _ configurations: [Configuration], isNamed: Bool) {
    self.origin = origin
    self.isNamed = isNamed
    let own = origin.own(of: configurations)
    selection = Selection(own)
    // Where labels were counted, the models of the tables are the curves' last points.
    let counted = own.filter(\.isOnLabelCurve)
    labels = LabelCurves(counted.isEmpty ? [] : counted + selection.taught)
    robustness = Robustness(
      origin == .classic ? selection.taught + selection.taughtStarts : selection.headline)
    graphs = GraphComparison(own)
  }

  /// The commands that make its cells.
  var commands: SweepCommands {
    switch origin {
    case .person: .person
    case .synthetic: .synthetic
    case .classic: .classic
    }
  }

  /// A section with the anchor and the heading that tell the parts apart.
  /// - Parameter title: the heading, beginning small.
  func section(_ id: String, _ title: String, _ blocks: [Report.Block]) -> Report.Section {
    let whose =
      switch origin {
      case .person: "The person's demonstration: "
      case .synthetic: isNamed ? "The synthetic expert: " : ""
      case .classic: "Classic rules: "
      }
    return .init(
      id: origin == .synthetic ? id : "\(origin)-\(id)",
      title: whose.isEmpty ? Format.capitalized(title) : whose + title, blocks: blocks)
  }

  /// A section of what some cells came to, or with the sentence that says which command makes them.
  /// - Parameters:
  ///   - isThere: whether there are cells.
  ///   - what: what they are called where there are none.
  func section(
    _ id: String, _ title: String, if isThere: Bool, else what: String, _ command: String?,
    _ blocks: @autoclosure () -> [Report.Block]
  ) -> Report.Section {
    section(id, title, isThere ? blocks() : SweepCommands.missing(what, command))
  }

  /// The first paragraphs about it.
  var lead: [String] { Conclusion(self).paragraphs }

  /// Its sections, in order.
  var sections: [Report.Section] {
    if origin == .classic { return [taughtSection, labelSection, robustnessSection, graphsSection] }
    let curves = [
      sweepSection(
        id: "density", title: "connection probability", heading: "connection probability p",
        key: "model.density", command: commands.density),
      sweepSection(
        id: "neurons", title: "number of neurons", heading: "number of neurons n", key: "model.neurons",
        command: commands.neurons),
    ]
    return [
      headlineSection, recipeSection, matchedSection, lengthSection, variantSection, startSection,
      curveSection, survivalSection, demonstrationSection,
    ] + curves + (robustness.isEmpty ? [] : [robustnessSection]) + [graphsSection, trajectorySection]
  }
}
