import Demonstrations
import Evaluation
import Storage
import Sweeps

/// Makes the report of a sweep's results. The same results give the same report.
public struct SweepReport: Sendable {
  let results: SweepResults
  /// The kinds of demonstrations that anything was trained on, the person's first.
  let parts: [ReportPart]
  private(set) var graph: NeuronGraph?
  private(set) var play: (name: String, page: ReplayPage, sources: Report.Sources)?

  /// A report that shows an agent at play, if there is one.
  /// - Throws: `FileError` where its play makes no page.
  public init(_ results: SweepResults, showing agent: PortrayedAgent?) throws {
    self.init(results)
    graph = agent?.graph
    play = try agent.map { ($0.name, try $0.play, $0.sources) }
  }

  /// A report of figures alone.
  public init(_ results: SweepResults) {
    self.results = results
    let configurations = results.configurations
    let origins = ReportPart.Origin.allCases.filter { origin in
      results.cells.contains { ReportPart.Origin($0) == origin }
    }
    parts = (origins.isEmpty ? [.synthetic] : origins).map {
      ReportPart($0, configurations, isNamed: origins.count > 1)
    }
  }

  /// The report.
  public var report: Report {
    Report(
      title: "Topological Neural Dynamics and baselines at Pong", lead: lead,
      sections: ([countingSection] + parts.flatMap(\.sections) + [
        graphSection, tuningSection, everythingSection,
      ])
      .filter { !$0.blocks.isEmpty })
  }

  private var lead: [String] {
    let runs = results.cells.filter { $0.role == .run }
    let demonstrations = Set(results.cells.map(\.demonstrationCRC32)).sorted()
    let origin =
      "Made from \(Format.count(runs.count, "run")) and "
      + "\(Format.count(results.cells.count - runs.count, "tuning run")), trained on "
      + (demonstrations.count == 1
        ? "one demonstration (CRC-32 \(demonstrations[0]))."
        : "\(demonstrations.count) demonstrations (CRC-32 \(Format.list(demonstrations))).")
    return parts.flatMap(\.lead) + [origin]
  }

  private var countingSection: Report.Section {
    let cap = EvaluationSettings.roundCap.grouped
    let tries = EvaluationSettings.maximumTries
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
            + "exact repeat is thrown away and played anew, at most \(tries - 1) times; the last try counts although it "
            + "repeats too. That throws away perfect play, so `all` throws nothing away. Both count the sessions of all seeds together: rate = catches / (catches + misses), "
            + "mean = catches / misses, max the longest streak of any seed; without a miss the mean is the catches, "
            + "a lower bound."),
      ])
  }

  private var tuningSection: Report.Section {
    let tables = TuningTable.all(results.cells).map { Report.Block.table($0.table) }
    let missing = SweepCommands.missing("tuned learning rates", parts[0].commands.headline)
    return .init(id: "tuning", title: "Tuning", blocks: tables.isEmpty ? missing : tables)
  }

  private var everythingSection: Report.Section {
    let all = results.configurations
    let blocks =
      all.isEmpty
      ? SweepCommands.missing("runs", parts[0].commands.headline) : [.table(ResultTable.everything(all))]
    return .init(id: "everything", title: "Every configuration", blocks: blocks)
  }

  private var graphSection: Report.Section {
    var blocks: [Report.Block] = []
    if let play {
      let figure = Report.Figure(
        title: "The play of \(play.name)",
        caption:
          "Its first \(PortrayedAgent.seconds) seconds with the serves of seed 0, at the speed of the window.",
        drawing: .play(play.page), sources: play.sources)
      blocks.append(.figure(figure))
    }
    if let graph {
      let figure = Report.Figure(
        title: "Neurons and connections of \(graph.name)",
        caption:
          "The neuron graph of one agent, \(graph.name), at step \(graph.step) of a session: inputs at the left, "
          + "outputs at the right, \(graph.hidden.grouped) hidden neurons between. Of "
          + "\(graph.allEdges.grouped) connections \(graph.edges.count.grouped) are drawn, those of "
          + "largest weight from inputs, among hidden neurons and to outputs: whole warm lines excite, dashed cold "
          + "ones inhibit. A neuron is warm where its "
          + "output is positive, cold where it is negative, and larger the further it is from zero. Further right: more "
          + "weight to outputs than from inputs; neurons that are strongly connected stand at similar heights.",
        drawing: .graph(graph), sources: graph.sources)
      blocks.append(.figure(figure))
    }
    return .init(id: "graph", title: "An agent at play", blocks: blocks)
  }
}
