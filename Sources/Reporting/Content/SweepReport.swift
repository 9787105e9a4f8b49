/// Makes the report of a sweep's results. The same results give the same report.
public struct SweepReport: Sendable {
  let results: SweepResults
  let configurations: [Configuration]
  let selection: Selection
  let graph: NeuronGraph?

  /// - Parameter graph: the network to draw, if any.
  public init(_ results: SweepResults, graph: NeuronGraph? = nil) {
    self.results = results
    self.graph = graph
    configurations = results.configurations
    selection = Selection(configurations)
  }

  /// The report.
  public var report: Report {
    Report(
      title: "Topological Neural Dynamics and baselines at Pong", lead: lead,
      sections: [
        countingSection, headlineSection, matchedSection, lengthSection, variantSection, startSection,
        curveSection,
        survivalSection,
        sweepSection(
          id: "density", title: "Connection probability", heading: "connection probability p",
          key: "model.density", command: SweepCommands.density),
        sweepSection(
          id: "neurons", title: "Number of neurons", heading: "number of neurons n", key: "model.neurons",
          command: SweepCommands.neurons),
        trajectorySection, graphSection, tuningSection, everythingSection,
      ].filter { !$0.blocks.isEmpty })
  }

  private var lead: [String] {
    let conclusion = Conclusion(
      headline: selection.headline, matched: selection.matched,
      started: (selection.tnd.map { [$0] } ?? []) + selection.started
    ).paragraphs
    let runs = results.cells.filter { $0.role == .run }
    let demonstrations = Set(results.cells.map(\.demonstrationCRC32)).sorted()
    let origin =
      "Made from \(Format.count(runs.count, "run")) and "
      + "\(Format.count(results.cells.count - runs.count, "tuning run")), trained on "
      + (demonstrations.count == 1
        ? "one demonstration (CRC-32 \(demonstrations[0]))."
        : "\(demonstrations.count) demonstrations (CRC-32 \(Format.list(demonstrations))): compare with care.")
    return conclusion + [origin]
  }
}
